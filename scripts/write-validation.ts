/** Writes docs/validation.md from runs: RTL conformance and published chips. `npx tsx scripts/write-validation.ts`. */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../arch/index.js";
import { caseFolders, conformFolder } from "../cli/conform.js";
import { readPublishedChips } from "../cli/published.js";
import { isWithin, type PublishedRow, publishedRows } from "../sim/index.js";

const DESIGNS: { readonly [folder: string]: readonly [name: string, source: string] } = {
  tinyodin: ["tinyODIN", "ChFrenkel/tinyODIN 1865653, Verilator"],
  odin: ["ODIN", "ChFrenkel/ODIN 1781931, Verilator"],
  ranc: ["RANC", "UA-RCL/RANC 08ae4bd, iverilog and Verilator"],
  snndse_fc: ["SNN-DSE layer controller", "githubofaliyev/SNN-DSE 8a2fc2b, Verilator"],
};

const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const tableOf = (titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(titles), row(titles.map(() => "---")), ...rows.map(row)].join("\n");

function conformance(): string {
  const root = join(packageRoot(), "test", "conformance");
  const runs = caseFolders(root).map((folder) => ({ design: basename(dirname(dirname(folder))), run: conformFolder(root, folder) }));
  const rows = Object.entries(DESIGNS).map(([design, [name, source]]) => {
    const own = runs.filter((entry) => entry.design === design);
    const identical = own.filter((entry) => entry.run.result?.ok === true).length;
    const compared = own.reduce((sum, entry) => sum + (entry.run.result?.compared ?? 0), 0);
    return [name, source, own.length, compared, "none: every row and number", `${identical}/${own.length} identical`];
  });
  return tableOf(["design", "recorded with", "cases", "rows and values compared", "tolerance", "result"], rows);
}

function difference(entry: PublishedRow): string {
  const delta = entry.model - entry.published;
  const sign = delta < 0 ? "" : "+";
  return "absolute" in entry.tolerance ? `${sign}${delta} ${entry.unit}` : `${sign}${((100 * delta) / entry.published).toFixed(2)} %`;
}

function published(rows: readonly PublishedRow[]): string {
  const cells = rows.map((entry) => [
    ...[entry.chip, entry.quantity, `${number(entry.published)} ${entry.unit}`, `${number(entry.model)} ${entry.unit}`, difference(entry)],
    ...["percent" in entry.tolerance ? `${entry.tolerance.percent} %` : `${entry.tolerance.absolute} ${entry.unit}`, entry.basis],
    ...[isWithin(entry) ? "within" : "**outside**", entry.source.replaceAll("|", "/")],
  ]);
  return tableOf(["chip", "quantity", "published", "model", "error", "tolerance", "basis", "result", "source"], cells);
}

const rows = publishedRows(readPublishedChips(), null);
const predicted = rows.filter((entry) => entry.basis === "predicted");
const text = `# Validation

Written by \`npx tsx scripts/write-validation.ts\` from runs of this version; nothing here is typed by hand but the words.

## Cycle by cycle against open RTL

\`snn-dse conform test/conformance\`

${conformance()}

The recorded runs hold spike cycles, queue occupancies, handshakes, hops, stalls, memory accesses and final state. The same chips on random
parameters and stimuli also agree with plain clock-free replays (membranes, synapses, spikes), with every cycle simulated and the parts in
random order, and with closed forms (\`test/sim/timing/coupled\`).

## Published chips

\`snn-dse published\`

${published(rows)}

**calibrated**: a price or a spike count of the model was chosen by this very number. **predicted**: it was not. ${predicted.filter(isWithin).length} of
${predicted.length} predicted numbers lie within their tolerance.

- ODIN: energy of an operation, leakage and clock power are its authors' separate measurements; the rate comes from the cycle model.
- TrueNorth: static power and energy of an operation from the first and the last point; the middle one is predicted.
- Loihi: energies of an action are published; the number of input spikes of a query is not in our sources and is fitted.
- SENECA: prices of loads, store and addition are published; which of them an operation takes is the timing engine's answer.
- SNN-DSE: spike counts are printed for a few steps only; the data file (\`arch/published/snn-dse-spikes.yaml\`) says which rows fix the rest.

## SANA-FE descriptions

\`npx vitest run test/sim/import/sanafe\`: counts, energies by unit and the simple time of every step equal hand calculations written in the tests
(1e-9 relative): all five units, name ranges, dense, sparse and conv2d edges, delays, both network forms, every reset mode.
`;
writeFileSync(join(packageRoot(), "docs", "validation.md"), text);

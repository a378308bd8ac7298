/**
 * Writes docs/validation.md from runs: RTL conformance, network curves, published chips, NIR, SANA-FE, and the paper's
 * table.
 *
 *   npx tsx scripts/write-validation.ts [noc.jsonl]      noc.jsonl: output of `compare-curves.ts --json`; without it, the comparison runs for minutes
 */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { caseFolders, conformFolder } from "../sim/recorded/conform-folder.js";
import {
  BASES,
  isHeld,
  isWithin,
  type Misses,
  missesOf,
  type PublishedRow,
  publishedRows,
  readPublishedChips,
  siliconMisses,
} from "../sim/recorded/index.js";
import { claimsOf } from "./validation/claims.js";
import { markdownTable, shortNumber } from "./validation/markdown.js";
import { NOC_COMMAND, nocComparison } from "./validation/noc-curves.js";
import { systemsOf } from "./validation/systems.js";

const DESIGNS: { readonly [folder: string]: readonly [name: string, source: string] } = {
  tinyodin: ["tinyODIN", "ChFrenkel/tinyODIN 1865653, Verilator"],
  odin: ["ODIN", "ChFrenkel/ODIN 1781931, Verilator"],
  ranc: ["RANC", "UA-RCL/RANC 08ae4bd, iverilog and Verilator"],
  snndse_fc: ["SNN-DSE layer controller", "githubofaliyev/SNN-DSE 8a2fc2b, Verilator"],
};

/** A section's table, and its line in the summary. */
interface Checked {
  readonly table: string;
  readonly summary: string;
}

function conformance(): Checked {
  const root = join(packageRoot(), "test", "conformance");
  const runs = caseFolders(root).map((folder) => ({ design: basename(dirname(dirname(folder))), run: conformFolder(root, folder) }));
  const rows = Object.entries(DESIGNS).map(([design, [name, source]]) => {
    const own = runs.filter((entry) => entry.design === design);
    const identical = own.filter((entry) => entry.run.result?.ok === true).length;
    const compared = own.reduce((sum, entry) => sum + (entry.run.result?.compared ?? 0), 0);
    return [name, source, own.length, compared, "none: every row and number", `${identical}/${own.length} identical`];
  });
  const identical = runs.filter((entry) => entry.run.result?.ok === true).length;
  const compared = runs.reduce((sum, entry) => sum + (entry.run.result?.compared ?? 0), 0);
  return {
    table: markdownTable(["design", "recorded with", "cases", "rows and values compared", "tolerance", "result"], rows),
    summary: `${identical} of ${runs.length} cases identical, ${compared.toLocaleString("en-US")} rows and values`,
  };
}

function difference({ model, published, tolerance, unit }: PublishedRow): string {
  if (tolerance === null) return `x${(model / published).toPrecision(2)}`;
  const delta = model - published;
  const sign = delta < 0 ? "" : "+";
  return "absolute" in tolerance ? `${sign}${delta} ${unit}` : `${sign}${((100 * delta) / published).toFixed(2)} %`;
}

function allowed({ tolerance, unit }: PublishedRow): string {
  if (tolerance === null) return "none: a result";
  return "percent" in tolerance ? `${tolerance.percent} %` : `${tolerance.absolute} ${unit}`;
}

const VERDICTS = new Map([
  [true, "within"],
  [false, "**outside**"],
  [null, ""],
]);

function published(rows: readonly PublishedRow[]): Checked {
  const cells = rows.map((entry) => [
    ...[entry.chip, entry.quantity, `${shortNumber(entry.published)} ${entry.unit}`, `${shortNumber(entry.model)} ${entry.unit}`],
    ...[difference(entry), allowed(entry), entry.basis, VERDICTS.get(isWithin(entry)) ?? "", entry.source],
  ]);
  const counts = BASES.map((basis) => `${rows.filter((entry) => entry.basis === basis).length} ${basis}`).join(", ");
  const misses = missesOf(rows).map(({ kind, evidence, geometricMean }) => `${kind} (${evidence}) x${geometricMean.toPrecision(2)}`);
  return {
    table: markdownTable(["chip", "quantity", "published", "model", "error", "tolerance", "basis", "result", "source"], cells),
    summary: `${counts}; predictions, model / published in the geometric mean: ${misses.join(", ")}`,
  };
}

const missesTable = (misses: readonly Misses[], of: string): string =>
  markdownTable(
    ["predicted", "evidence", "rows", `geometric mean of ${of} / published`, "least", "largest"],
    misses.map(({ kind, evidence, count, geometricMean, least, largest }) => [
      ...[kind, evidence, count, geometricMean.toPrecision(2), least.toPrecision(2), largest.toPrecision(2)],
    ]),
  );

/** Boards: the ratio by the library's prices, by those of silicon, and the interval. */
function siliconTable(rows: readonly PublishedRow[]): string {
  const cells = rows.flatMap((row) => {
    const { silicon, published, model } = row;
    if (silicon === null) return [];
    const ratio = (value: number): string => (value / published).toPrecision(2);
    const onSilicon = silicon.leftOut === null ? `${ratio(silicon.value)} (seen)` : ratio(silicon.leftOut);
    const held = isHeld(row) === true ? "yes" : "**no**";
    return [
      [row.chip, row.kind, row.quantity, row.evidence, ratio(model), onSilicon, `${ratio(silicon.low)} to ${ratio(silicon.high)}`, held],
    ];
  });
  return markdownTable(["chip", "kind", "quantity", "evidence", "library / published", "silicon / published", "90 % of it", "held"], cells);
}

const NIR_TESTS = "test/sim/nir/engine.test.ts";
const SANAFE_TESTS = "test/sim/sanafe";
const rows = publishedRows(readPublishedChips(), null);
const rtl = conformance();
const chips = published(rows);
const noc = nocComparison(process.argv[2] ?? null);
const nir = claimsOf([NIR_TESTS]);
const sanafe = claimsOf([SANAFE_TESTS]);
const DATA_SETS = [
  {
    name: "mnist-rows",
    task: "MNIST, a row per frame, accuracy of digits",
    command: "snn-dse table 'mnist-rows-*'",
  },
  {
    ...{ name: "fsdd-phones", task: "FSDD phone frames (20 classes), accuracy of frames" },
    command: "snn-dse table 'fsdd-phones-*' --data free-spoken-digit-dataset",
  },
];
const systems = DATA_SETS.map((set) => ({ ...set, ...systemsOf(set.name) }));
const summary = markdownTable(
  ["what", "source", "tolerance", "result", "command"],
  [
    [
      "[cycle by cycle against open RTL](#cycle-by-cycle-against-open-rtl)",
      "recorded runs of four designs",
      "none",
      rtl.summary,
      "`snn-dse conform`",
    ],
    ["[published chips](#published-chips)", "papers, cited by row", "by row", chips.summary, "`snn-dse published`"],
    [
      "[network on chip](#network-on-chip-against-an-independent-simulator)",
      "recorded curves of BookSim 2",
      "3 % and 5 % of latency",
      noc.summary,
      `\`${NOC_COMMAND}\``,
    ],
    [
      "[NIR](#nir-networks-and-their-published-traces)",
      "published models and traces",
      "by claim",
      nir.summary,
      `\`npx vitest run ${NIR_TESTS}\``,
    ],
    [
      "[SANA-FE](#sana-fe-descriptions)",
      "its format and meaning",
      "counts equal, 1e-9",
      sanafe.summary,
      `\`npx vitest run ${SANAFE_TESTS}\``,
    ],
    ...systems.map((set) => [
      "[the paper's table](#the-five-systems-of-the-paper)",
      set.task,
      "none: a result",
      set.summary,
      `\`${set.command}\``,
    ]),
  ],
);
const text = `# Validation

Written by \`npx tsx scripts/write-validation.ts\` from runs of this version; nothing here is typed by hand but the words.

${summary}

## Cycle by cycle against open RTL

\`snn-dse conform\`

${rtl.table}

The recorded runs hold spike cycles, queue occupancies, handshakes, hops, stalls, memory accesses and final state. With random parameters and stimuli, the same chips also agree with plain replays without a clock (membranes, synapses, spikes), with simulations of every cycle in random order of the parts, and with closed forms (\`test/sim/recorded\`).

## Published chips

\`snn-dse published\`

${chips.table}

Each number of a model has one of these bases. **Identity**: the paper's own formula with its own constants. **Calibrated**: a price or a spike count of the model was chosen to match this number. **Reimplementation**: the rules of another simulator. **Predicted**: by the component library, or by a law from other measurements, without use of this number. Only predictions show how good prices are:

${missesTable(missesOf(rows), "model")}

The boards with silicon prices: the library times measured factors. If five or more numbers were measured, each is predicted with factors that were fitted without it
(\`prices.basis\`, [prices.md](prices.md)). The geometric mean of the measured numbers is near 1 by construction; the smallest and the largest ratio show how good the factors are. Their 90 %
intervals hold ${rows.filter((row) => isHeld(row) === true).length} of ${rows.filter((row) => isHeld(row) !== null).length} published numbers.

${missesTable(siliconMisses(rows), "silicon")}

${siliconTable(rows)}

- Boards (\`arch/chips/*-board.yaml\`): published chips, described by their published sizes as a user would describe them, without own prices. Values that are not published are guesses and are marked as such. By the library alone areas come out at about half of silicon's, leakage and clock at a tenth and less; the table
  above has them on silicon, too. Dendrites of Tianjic and reuse in SENECA keep sums in registers: their operations read no state.
- TrueNorth: static power and energy of an operation from the first and the last point at 0.8 V; the others are predicted, over the supply by the
  library's laws at 28 nm.
- ODIN's two powers: energy of an operation, leakage and clock power are its authors' separate measurements; the rate comes from the cycle model.
- Leakage: \`npx tsx scripts/silicon-designs.ts\` ([log](logs/silicon-designs.txt)). Two chips give the factor, six times apart, so its interval is 3.1 either
  way. TrueNorth's static power holds the updates of every tick. Its token controller takes the 256 neurons one by one and reads the neuron's row of the core's
  memory once: synapses to itself, parameters and potential to the neuron block, which keeps one potential and no sum beside it (Akopyan et al. 2015); RANC's RTL
  of the same core reads that word whole and writes it once per neuron and tick, before the next (its recorded runs count it). So the board pays one word read and
  written and the crossbar's row read, and no write queue. Paid for sum and potential apart, as this project's cores are, the factor would be 10.1 and the interval
  3.3; without the crossbar's row 11.3 and 3.0. Other transistors in the description do not narrow it: with \`lop\`, \`hp\` or a fast corner on both chips it is 3.1
  to 3.2, as one law brings both to their supplies, and no paper in our sources says which flavours its chip has. Loihi's static power, which no factor has seen,
  is held.
- SNE: the board misses its published energy by a factor of 4.8, though that is the reciprocal of its 4.5 TOP/s/W, power over rate, and so holds clock and leakage,
  too, which the board's operation does not. No description of its
  memories brings it into the interval. If no bit of a word ever toggled, the library would say 0.98 of the published energy,
  and with the factor 2.8; words of 32 bits, as the adaptive neurons of its published RTL have, are further off in latches (9.1) and in SRAM (9.4), which that RTL
  asks for unless told otherwise. It is the factor, measured on chips with SRAM, that does not fit a netlist of latches: without it, and with half of the bits
  toggling, the library is 1.7 times off.
- Loihi: energies of an action are published; the number of input spikes of a query is not in our sources and is fitted.
- SNN-DSE: spike counts are printed for a few steps only; the data file (\`arch/published/snn-dse-spikes.yaml\`) says which rows fix the rest.

## Network on chip against an independent simulator

\`${NOC_COMMAND}\`

${noc.table}

Recorded from BookSim 2.0 (commit 28f4329, BSD 2-clause; only its numbers are kept, \`test/sim/noc/booksim-curves.csv\`), with two seeds per load. This program draws its own traffic, with four seeds per load. Saturation is the load at which the mean latency is three times that of the first point; near it the recorded seeds differ from each other by more than the tolerance. A test that runs with every build uses the same tolerances. [booksim.md](booksim.md) says which of its settings are the same here, and what differs.

## NIR networks and their published traces

\`npx vitest run ${NIR_TESTS}\`

${nir.table}

Models and traces are those published with NIR (its paper's repository, BSD 3-clause): recorded with Norse and snnTorch. NeuroBench's figures are its own
harness's for the same networks.

## SANA-FE descriptions

\`npx vitest run ${SANAFE_TESTS}\`

${sanafe.table}

Counts must be equal, energies and times agree to 1e-9 relative: with hand calculations written in the tests, and with a second simulator of the same
description that shares no code with the first, on random architectures and networks of both file forms. The reference is its format and meaning as they
are documented; its source code was not consulted. See [coming from SANA-FE](sanafe.md) for what differs, and for one chip described for both programs.

## The five systems of the paper

${systems.map((set) => `${set.task}: \`${set.command}\`\n\n${set.table}`).join("\n\n")}

Ponghiran and Roy (AAAI 2022, arXiv 2109.01905) report, on licensed TIMIT and on LibriSpeech, 10.13 and 11.14 times fewer multiplications for rec-v2
than for a dense GRU, for 1.1 and 0.4 points of accuracy against an LSTM of twice the size. The tables above are the same comparison on free data with 2 x 128 neurons, read from
the training records inside the shipped models, whose tests were run once. Savings are over dense cells of the same widths. Accuracies on the licensed sets
are not claimed; the savings follow from the spike densities, which are measured.
`;
writeFileSync(join(packageRoot(), "docs", "validation.md"), foldedMarkdown(text));

/**
 * Tables of documents that scripts write from runs are those of this version: a change of prices that leaves them
 * behind fails here. Of each table the cheapest rows are run again.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { packageRoot } from "../../base/package-root.js";
import { passageOf } from "../../scripts/passages.js";
import { shownShares } from "../../scripts/validation/row-shares.js";
import { importSanafe, runSanafe } from "../../sim/sanafe/index.js";
import type { Metrics } from "../../sweeps/index.js";
import { isBuilt, program } from "../cli/small-sweep.js";

const pageText = (name: string): string => readFileSync(join(packageRoot(), "docs", name), "utf8");

/** Cells of the row that begins with these. */
function cellsOf(name: string, ...begin: readonly string[]): readonly string[] {
  const line = pageText(name)
    .split("\n")
    .find((text) => text.startsWith(`| ${begin.join(" | ")} |`));
  if (line === undefined) throw new Error(`${name} has no row ${begin.join(" | ")}`);
  return line
    .split("|")
    .map((cell) => cell.trim())
    .slice(1 + begin.length, -1);
}

const metricsOf = async (example: string, values: { readonly [path: string]: string | number }): Promise<Metrics> =>
  (await simulate(open(example), { values })).result.metrics;

const fixed = (value: number | null | undefined, digits: number): string => (value ?? Number.NaN).toFixed(digits);

test("case-studies.md: one core and four of the scaling study", { tags: ["long"] }, async () => {
  const [energy, latency, , area] = cellsOf("case-studies.md", "1", "-", "-");
  const one = await metricsOf("mesh-scaling", { "noc.width": 1 });
  expect([energy, latency, area]).toEqual([fixed(one.energy_uj_per_inference, 3), fixed(one.latency_us, 1), fixed(one.area_mm2, 3)]);
  const [more, sooner, , larger] = cellsOf("case-studies.md", "4", "32 bit", "tree");
  const four = await metricsOf("mesh-scaling", { "noc.width": 2, "noc.multicast": "tree" });
  expect([more, sooner, larger]).toEqual([fixed(four.energy_uj_per_inference, 3), fixed(four.latency_us, 1), fixed(four.area_mm2, 3)]);
});

test("case-studies.md: the N-MNIST chips with pixels on cores are those of the study above them", () => {
  for (const cores of ["1", "4", "16"]) {
    const [, energy, latency, area] = cellsOf("case-studies.md", "kernels", "8", cores);
    const [same, , asLate, asLarge] = cellsOf("case-studies.md", cores, "cores");
    expect([same, asLate, asLarge], cores).toEqual([energy, latency, area]);
  }
});

test("case-studies.md: spikes of digits on one chip, and the area in its heading", async () => {
  const metrics = await metricsOf("mnist-systems", {});
  const cells = cellsOf("case-studies.md", "rec-v2", "6-bit spikes", fixed(metrics.accuracy_percent, 2));
  const rows = 28; // frames of a digit
  expect(cells[5]).toBe(fixed((metrics.latency_us ?? 0) / rows, 1));
  expect(cells[6]).toBe(fixed((1000 * (metrics.energy_uj_per_inference ?? 0)) / rows, 1));
  expect(pageText("case-studies.md")).toContain(`50 MHz, ${fixed(metrics.area_mm2, 2)} to`);
});

test("sanafe.md: energies of one chip described for both", async () => {
  const folder = join(packageRoot(), "arch/examples/sanafe");
  const text = (file: string) => ({ file, text: readFileSync(join(folder, file), "utf8") });
  const { bound } = importSanafe(text("quad.sanafe.yaml"), text("quad-net.sanafe.yaml"));
  const { energy_j: energies } = runSanafe(bound, 40, 1).totals;
  const nJ = (pJ: number): string => fixed(pJ / 1000, 4);
  const [priced, own] = await Promise.all(
    ["quad-prices.yaml", "quad.yaml"].map(async (file) => (await simulate(open(join(folder, file)))).result),
  );
  const lines: { readonly [title: string]: readonly [string, number] } = {
    "synapse energy [nJ]": ["synaptic additions", energies.synapse],
    "soma energy: `requantisations` [nJ]": ["requantisations", energies.soma],
  };
  for (const [title, [component, joules]] of Object.entries(lines)) {
    const [here, there] = [priced, own].map(({ breakdown }) => breakdown.find((row) => row.component === component)?.energyPj ?? 0);
    expect(cellsOf("sanafe.md", title), title).toEqual([nJ(joules * 1e12), nJ(here), nJ(there)]);
    expect(here, title).toBeCloseTo(joules * 1e12, 6);
  }
  const totals = [energies.total * 1e12, ...[priced, own].map(({ metrics }) => (metrics.energy_uj_per_inference ?? 0) * 1e6)];
  expect(cellsOf("sanafe.md", "total [nJ]")).toEqual(totals.map(nJ));
});

test("prices.md: shares of address generators in one shipped model, of `npx tsx scripts/row-shares.ts`", async () => {
  const folder = mkdtempSync(join(tmpdir(), "row-shares-"));
  try {
    const { page, mark, text } = await shownShares(folder);
    expect(passageOf(page, mark).replaceAll(/\s+/g, " ")).toBe(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(!isBuilt)("estimate.md: what `snn-dse estimate quad` prints", { tags: ["long"] }, () => {
  const [, line = "", shown] = /```\n\$ snn-dse (estimate quad .*)\n([^`]*)```/.exec(pageText("estimate.md")) ?? [];
  expect(execFileSync(process.execPath, [program, ...line.split(" ")], { encoding: "utf8", stdio: "pipe" })).toBe(shown);
});

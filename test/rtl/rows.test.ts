/** Emitted convolution cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { rtlPoint } from "../../rtl/point.js";
import { rowTables } from "../../rtl/rows.js";
import { synapseWords } from "../../sim/mapping/index.js";
import { randomRows } from "./random-rows.js";
import { studyOf } from "./study-cores.js";
import { ROW_CATEGORIES, rowCase, severalRowCase } from "./study-rows.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Seeds with short runs, which together meet each category. */
const SEEDS = [108, 73, 135, 37, 4, 26, 28, 63, 130, 114, 106];
const MET = [
  "kernel meets a border",
  "windows apart",
  "written rows",
  "dense rows",
  "shared rows",
  "strided",
  "dilated",
  "padded",
  "grouped",
  "depthwise",
];
const ALSO = ["pooled", "recurrent", "IF", "LIF", "CubaLIF", "forwarded sum"];
/** Scattered sums occupy the only bank of a single-port memory, and the soma's words wait. */
const CROWDED = 906;
/** Networks that are cut over several cores, one of them inside a channel, one with rows that sources share. */
const SEVERAL = [28, 106];

test("a core's image has the words that its placement counts, and the segments of neurons with one row begin at one word", () => {
  const met = { shared: 0, own: 0 };
  for (const seed of [105, 106, 118, 125, 391]) {
    const { run, network, program, experiment, cores } = rtlPoint(randomRows(seed));
    const { placement } = run;
    const { topology } = placement;
    const [core] = cores;
    const tables = rowTables({ placement, program, network, precision: experiment.precision }, core);
    const words = placement.slices.map(({ population, firstNeuron, neurons }) =>
      synapseWords(topology, experiment.precision, core.synapseMemory.wordBits, population, firstNeuron, neurons),
    );
    expect(tables.words.length).toBe(words.reduce((sum, count) => sum + count, 0));
    for (const { source, rowOf } of topology.projections) {
      if (rowOf === undefined || topology.projections.filter((other) => other.source === source).length > 1) continue;
      const addresses = new Map<number, number>();
      for (const [n, row] of rowOf.entries()) {
        const [from, to] = tables.axons[tables.axonStarts[source] + n];
        expect(to - from).toBe(row < 0 ? 0 : 1);
        if (row < 0) continue;
        const address = tables.segments[from][1];
        expect(address).toBe(addresses.get(row) ?? address);
        met[addresses.has(row) ? "shared" : "own"]++;
        addresses.set(row, address);
      }
      expect(new Set(addresses.values()).size).toBe(addresses.size);
    }
  }
  expect(Math.min(met.shared, met.own)).toBeGreaterThan(20);
});

test.skipIf(absent)(
  `kernels stored once, pruned and dense layers of random cores equal the simulator's and the naive chip's: spikes, scores, waves, counters${skipped}`,
  () => {
    const cases = SEEDS.flatMap((seed) => rowCase(seed) ?? []);
    const { seen, compared, found } = studyOf(cases, "convolution cores");
    expect(found).toEqual([]);
    seen.expectEach([...MET, ...ALSO]);
    expect(seen.of("kernel")).toBe(SEEDS.length);
    expect(compared.spikes).toBeGreaterThan(10 * SEEDS.length);
    expect(ROW_CATEGORIES).toEqual(expect.arrayContaining([...MET, ...ALSO]));
  },
  600_000,
);

test.skipIf(absent)(`so does one whose soma waits for scattered sums to be written${skipped}`, { tags: ["long"], timeout: 300_000 }, () => {
  const one = rowCase(CROWDED);
  expect(one?.differences).toEqual([]);
  expect(one?.met).toEqual(expect.arrayContaining(["ports=1rw", "state banks=1", "synapse unit waits for a bank"]));
});

test.skipIf(absent)(
  `the same cut over several cores, each with the kernel, equal theirs${skipped}`,
  { tags: ["long"], timeout: 600_000 },
  () => {
    const { seen, found, run } = studyOf(
      SEVERAL.flatMap((seed) => severalRowCase(seed) ?? []),
      "chips of convolution cores",
    );
    expect(found).toEqual([]);
    seen.expectEach(["channel cut between cores", "halo over a cut in a channel", "flits", "shared rows"]);
    expect(run).toBe(SEVERAL.length);
  },
);

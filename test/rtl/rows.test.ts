/** Emitted convolution cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { studyOf } from "./study-cores.js";
import { ROW_CATEGORIES, rowCase, severalRowCase } from "./study-rows.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Seeds with short runs, which together meet each category. */
const SEEDS = [108, 73, 135, 37, 4, 26, 28, 63, 130, 114];
const MET = [
  "kernel meets a border",
  "windows apart",
  "written rows",
  "dense rows",
  "strided",
  "dilated",
  "padded",
  "grouped",
  "depthwise",
];
const ALSO = ["pooled", "recurrent", "IF", "LIF", "CubaLIF", "forwarded sum"];
/** Scattered sums occupy the only bank of a single-port memory, and the soma's words wait. */
const CROWDED = 906;
/** A network that is cut over several cores inside a channel. */
const SEVERAL = [28];

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
    seen.expectEach(["channel cut between cores", "halo over a cut in a channel", "flits"]);
    expect(run).toBe(SEVERAL.length);
  },
);

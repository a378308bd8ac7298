/** Emitted chips of several cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { CHIP_CATEGORIES, studyChip } from "./study-chips.js";
import { studyOf } from "./study-cores.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Small chips: two cores, and three. */
const FEW = [29, 25];
const MANY = 40;

const studied = (seeds: readonly number[]) =>
  studyOf(
    seeds.flatMap((seed) => studyChip(seed) ?? []),
    "chips",
  );

test.skipIf(absent)(
  `spikes, scores, cycles of each wave, counters of cores and routers of ${FEW.length} chips equal the simulator's, and the naive chip's${why}`,
  () => {
    const { found, run, compared } = studied(FEW);
    expect(found).toEqual([]);
    expect(run).toBe(FEW.length);
    expect(compared.spikes).toBeGreaterThan(20);
  },
  300_000,
);

test.skipIf(absent)(`the same for seeds 1 to ${MANY}, every category among them${why}`, { tags: ["long"], timeout: 2_400_000 }, () => {
  const { found, seen } = studied(Array.from({ length: MANY }, (_, i) => 1 + i));
  expect(found).toEqual([]);
  seen.expectEach(CHIP_CATEGORIES);
});

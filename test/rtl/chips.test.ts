/** Emitted chips of several cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { CHIP_CATEGORIES, studyChip } from "./study-chips.js";
import { studyOf } from "./study-cores.js";

const absent = versionOf("iverilog") === null;
const why = absent ? " (skipped: Icarus Verilog is absent)" : "";
/** Of 1,500 random chips those that together meet every value and most pairs in few cycles: `scripts/rtl-cover.ts`. */
const SEEDS = [10, 59, 96, 137, 160, 197, 445, 474, 560, 628, 698, 699, 790, 817, 852, 1075, 1198, 1266, 1338, 1415];
/** The first seeds, and one that divides a population among the slices of a core, as two of a hundred do. */
const MANY = [...Array.from({ length: 40 }, (_, i) => 1 + i), 160];

const studied = (seeds: readonly number[]) =>
  studyOf(
    seeds.flatMap((seed) => studyChip(seed) ?? []),
    "chips",
  );

test.skipIf(absent)(
  `spikes, scores, cycles of each wave, counters of cores and routers of ${SEEDS.length} chips equal the simulator's, and the naive chip's${why}`,
  () => {
    const { found, seen, run, compared } = studied(SEEDS);
    expect(found).toEqual([]);
    seen.expectEach(CHIP_CATEGORIES);
    expect(run).toBe(SEEDS.length);
    expect(compared.spikes).toBeGreaterThan(50);
  },
  300_000,
);

test.skipIf(absent)(`the same for ${MANY.length} chips, which run longer${why}`, { tags: ["long"], timeout: 2_400_000 }, () => {
  const { found, seen } = studied(MANY);
  expect(found).toEqual([]);
  seen.expectEach(CHIP_CATEGORIES);
});

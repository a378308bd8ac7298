/** Emitted cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { CATEGORIES, studyCase, studyOf } from "./study-cores.js";

const absent = versionOf("iverilog") === null;
/**
 * Of 5,003 random cores those that together meet all values and most pairs of them in few cycles:
 * `scripts/rtl-cover.ts`.
 */
const SEEDS = [
  ...[11, 21, 151, 177, 193, 210, 240, 411, 418, 452, 456, 462, 480, 506, 515, 519, 563, 564, 783, 785, 788, 844],
  ...[910, 939, 1030, 1055, 1096, 1101, 1220, 1250, 1263, 1271, 1300, 1353, 1355, 1424, 1440, 1450, 1490, 1510],
  ...[1613, 1626, 1703, 1776, 1867, 1869, 1885, 1920, 1941, 1944, 1998, 2115, 2172, 2185, 2244, 2252, 2359, 2409],
  ...[2614, 2665, 2717, 2730, 2752, 2769, 2899, 3036, 3193, 3298, 3340, 3398, 3463, 3488, 3639, 3685, 3743, 3764],
  ...[3802, 3870, 3912, 4101, 4119, 4170, 4261, 4267, 4315, 4357, 4409, 4498, 4511, 4516, 4521, 4550, 4602, 4615],
  ...[4638, 4662, 4920, 4935, 4946, 4954],
];
const CASES = SEEDS.length;

test.skipIf(absent)(
  `spikes, scores, cycles of each wave and 26 counters of ${CASES} random cores equal the simulator's, whose cycles and counters equal the naive chip's${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  () => {
    const { seen, run, compared, found } = studyOf(SEEDS.map(studyCase));
    expect(found).toEqual([]);
    seen.expectEach(CATEGORIES);
    expect(run).toBe(CASES);
    expect(compared.spikes).toBeGreaterThan(10 * CASES);
    expect(compared.waves).toBeGreaterThan(3 * CASES);
  },
  600_000,
);

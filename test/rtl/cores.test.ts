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
  ...[47, 50, 73, 100, 106, 187, 207, 209, 210, 474, 525, 639, 671, 685, 686, 712, 725, 784, 844, 903],
  ...[922, 1023, 1055, 1150, 1255, 1262, 1271, 1275, 1288, 1419, 1452, 1465, 1490, 1501, 1528, 1583, 1591, 1613, 1626, 1703],
  ...[1738, 1829, 1836, 1860, 1866, 1867, 1884, 1906, 1944, 1998, 2004, 2005, 2020, 2027, 2062, 2064, 2085, 2113, 2162, 2172],
  ...[2252, 2298, 2409, 2414, 2425, 2614, 2655, 2657, 2675, 2752, 2769, 2792, 2822, 2899, 3038, 3040, 3082, 3193, 3300, 3325],
  ...[3373, 3416, 3445, 3449, 3488, 3527, 3639, 3685, 3731, 3749, 3791, 3802, 3870, 3874, 3913, 3932, 4119, 4170, 4267, 4516],
];
const CASES = SEEDS.length;

test.skipIf(absent)(
  `spikes, scores, cycles of each wave and 26 counters of ${CASES} random cores equal the simulator's, whose cycles and counters equal the naive chip's${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  () => {
    const { seen, run, compared, found } = studyOf(SEEDS.map(studyCase));
    expect(found).toEqual([]);
    seen.expectEach(CATEGORIES);
    expect(run).toBe(CASES);
    expect(compared.spikes).toBeGreaterThan(4 * CASES);
    expect(compared.waves).toBeGreaterThan(3 * CASES);
  },
  600_000,
);

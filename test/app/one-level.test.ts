/** All intervals of an accuracy hold the same share, whichever command prints them. */
import { expect, test } from "vitest";
import { open, openChip, quantise, simulate } from "../../app/index.js";

test("quantise and the draws of sim give an accuracy the same interval", { tags: ["long"] }, async () => {
  const samples = 200;
  const { rows } = await quantise(openChip("edge"), { samples, bits: { weight_bits: [8] } });
  const { result, intervals } = await simulate(open("edge"), { values: { "workload.samples": samples, "workload.timing_samples": 1 } });
  const [row] = rows;
  const drawn = intervals.accuracy_percent;
  expect(result.metrics.accuracy_percent).toBe(row?.accuracyPercent);
  const { lowPercent, highPercent } = row?.interval ?? { lowPercent: 0, highPercent: 0 };
  // 1,000 draws place an end within a fifth of a point; an interval of 95 % lies 0.6 lower
  expect(Math.abs(lowPercent - (drawn?.low ?? 0))).toBeLessThan(0.4);
  expect(Math.abs(highPercent - (drawn?.high ?? 0))).toBeLessThan(0.4);
});

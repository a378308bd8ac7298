/** How sure the ends of drawn intervals are: by the law of quantiles of a log-normal, as docs/prices.md says. */
import { expect, test } from "vitest";
import type { BreakdownRow } from "../../../sim/index.js";
import { intervalsOf, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { mapErrors, timedBy } from "../map-errors.js";

const SIGMA = 0.45;
const SEEDS = 200;

/**
 * Nearly all of the energy errs alike; a second line with an error of its own makes the sum one without a closed form.
 */
function point(): UncertainPoint {
  const line = (component: string, energyPj: number): BreakdownRow => ({
    ...{ component, group: "memory", count: 1, unitEnergyPj: energyPj, energyPj, areaMm2: null, source: "a guess" },
  });
  const cause = (name: string) => [{ name, kind: name, down: SIGMA, up: SIGMA }];
  return {
    ...{ id: 1, breakdown: [line("a", 1e6), line("b", 1e2)], samples: 0, functionalKey: "f", run: null, fpga: null },
    metrics: { energy_uj_per_inference: 1.0001 },
    errors: mapErrors(
      new Map([
        ["a", cause("one")],
        ["b", cause("other")],
      ]),
    ),
    timed: timedBy(1, "one", { relative: 0, residuals: null }),
  };
}

test("of 1,000 draws an upper end errs by 4 % times ln r of itself, where it is r times the value, and the lower as much: 3.9 and 0.9 % of the width", () => {
  const ends = Array.from(
    { length: SEEDS },
    (_, seed) => intervalsOf(point(), new Draws(1000, seed)).energy_uj_per_inference ?? expect.fail(),
  );
  const [low, high] = (["low", "high"] as const).map((end) => {
    const values = ends.map((one) => one[end]);
    const mean = values.reduce((sum, value) => sum + value, 0) / SEEDS;
    return { mean, error: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (SEEDS - 1)) };
  });
  // a quantile p of n draws has a standard error of sqrt(p (1 - p) / n) / density; the density of z at 1.645 is 0.1031
  const z = Math.sqrt((0.05 * 0.95) / 1000) / 0.1031;
  expect(high.mean).toBeCloseTo(Math.exp(1.645 * SIGMA), 1);
  // 200 seeds give a standard deviation to 5 %: three of these
  for (const { mean, error } of [low, high]) expect(Math.abs(error / mean / (z * SIGMA) - 1)).toBeLessThan(0.15);
  expect(z / 1.645).toBeCloseTo(0.04, 2);
  const width = high.mean - low.mean;
  expect([high.error / width, low.error / width].map((share) => Math.abs(share))).toEqual([
    expect.closeTo(0.039, 2),
    expect.closeTo(0.009, 2),
  ]);
});

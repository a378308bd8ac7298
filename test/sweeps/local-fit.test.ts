/**
 * A local fit claims a parameter's effect if and only if the points show it: seldom for noise, never for what no point
 * tells.
 */
import { describe, expect, test } from "vitest";
import { cube, exp, hypot } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import type { Candidate } from "../../sweeps/candidate.js";
import { type FitRow, fitted } from "../../sweeps/local-fit.js";
import { localTrend } from "../../sweeps/local-trend.js";

const SEED = 7;

describe.each([2, 4, 8])("with %i parameters", (count) => {
  test("of parameters without effect, at most 8 % are claimed to have one; the one with an effect nearly always is", () => {
    const rng = createRng(SEED, `null/${count}`);
    let [claimed, silent, found, cases] = [0, 0, 0, 0];
    for (let k = 0; k < 100; k++) {
      const points = Array.from({ length: 200 }, (_, i): Candidate => {
        const values = Object.fromEntries(Array.from({ length: count }, (_, p) => [`p${p}`, rng.int(0, 9)]));
        const value = 10 * exp(0.25 * values.p0 + 0.1 * rng.normal());
        return { id: i + 1, values, trouble: "", isBeyond: false, metricOf: () => value };
      });
      const trend = localTrend(points[0], points.slice(1), ["m"], { parameters: null, metrics: new Set() });
      const effects = trend?.effects.get("m") ?? [];
      for (const [p, { kind }] of effects.entries()) {
        if (kind === "stored") continue;
        if (p === 0) {
          cases++;
          found += Number(kind === "estimated");
        } else {
          silent++;
          claimed += Number(kind === "estimated");
        }
      }
    }
    console.log(`seed ${SEED}: ${claimed} of ${silent} without effect claimed, ${found} of ${cases} with effect found`);
    expect(silent).toBeGreaterThan(70);
    expect(claimed / silent).toBeLessThan(0.08);
    expect(found / cases).toBeGreaterThan(count === 2 ? 0.4 : 0.9);
  });
});

/** Rows around a point; `stepsOf` gives steps, and `changeOf` the change that they make. */
function rowsOf(count: number, stepsOf: () => readonly number[], changeOf: (steps: readonly number[]) => number): readonly FitRow[] {
  const near = Array.from({ length: count }, stepsOf);
  const distances = near.map((steps) => hypot(...steps));
  const reach = 1.001 * Math.max(...distances);
  return near.map((steps, i) => ({ steps, change: changeOf(steps), weight: cube(1 - cube(distances[i] / reach)) }));
}

test("a parameter that stays the same, or always moves with another, has no claimed effect, also without noise", () => {
  const rng = createRng(SEED, "alike");
  for (const noise of [0, 0.1]) {
    const stays = rowsOf(
      20,
      () => [rng.int(-4, 5), 0],
      ([step]) => step + noise * rng.normal(),
    );
    const [moved, still] = fitted(stays, 2).relative;
    expect([moved === null, still]).toEqual([false, null]);
    const together = rowsOf(
      20,
      () => {
        const both = rng.int(-4, 5);
        return [both, both];
      },
      ([step]) => step + noise * rng.normal(),
    );
    expect(fitted(together, 2).relative).toEqual([null, null]);
  }
});

test("what a fit explains is the share of the weighted variance around the weighted mean, by hand for two points", () => {
  // slope (1 * 1 + 3 * 2 * 4) / (1 + 3 * 4) = 25 / 13; left 12 / 13, around the mean 13 / 4 there are 27 / 4
  const { explained } = fitted(
    [
      { steps: [1], change: 1, weight: 1 },
      { steps: [2], change: 4, weight: 3 },
    ],
    1,
  );
  expect(explained).toBeCloseTo(101 / 117, 6);
});

test("a slope is claimed from twice its standard error on, by the closed form for one parameter", () => {
  const [steps, weights] = [
    [1, 2, 3, -1],
    [1, 2, 1, 3],
  ];
  // orthogonal to weights x steps: it changes no slope, and is the residual
  const residual = [2, -1, 1, 1 / 3];
  const sum = (of: (i: number) => number): number => steps.reduce((all, _, i) => all + of(i), 0);
  const normal = sum((i) => weights[i] * steps[i] ** 2);
  const gain = (i: number): number => (weights[i] * steps[i]) / normal;
  // trace of (I - L)(I - L)' with L of rank one and trace 1
  const freedom = 4 - 2 + sum((i) => steps[i] ** 2) * sum((i) => gain(i) ** 2);
  const variance = sum((i) => residual[i] ** 2) / freedom;
  const error = Math.sqrt(variance * (sum((i) => gain(i) ** 2) + sum(gain) ** 2));
  const claimed = (slope: number): number | null =>
    fitted(
      steps.map((step, i) => ({ steps: [step], change: slope * step + residual[i], weight: weights[i] })),
      1,
    ).relative[0];
  expect(claimed(1.999 * error)).toBeNull();
  expect(claimed(2.001 * error)).toBeCloseTo(Math.expm1(2.001 * error), 4);
});

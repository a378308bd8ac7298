/** Two timed utterances of unlike length: Student's t of one degree of freedom, whose draws stay finite everywhere. */
import { expect, test } from "vitest";
import { studentQuantile } from "../../../base/distribution-quantiles.js";
import { log } from "../../../base/math.js";
import { confidenceOf, sharesBetter } from "../../../sweeps/confidence.js";
import { Objectives } from "../../../sweeps/objectives.js";
import { drawnMetrics, intervalsOf, quantileIn, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { pairCauses } from "../../../sweeps/uncertainty/ranking-causes.js";
import { mapErrors, timedBy } from "../map-errors.js";

const DRAWS = new Draws(8000, 4);
const METRICS = ["energy_uj_per_inference", "latency_us", "edp_nj_s", "throughput_per_s"] as const;

/** The mean of two values, one of which is `share` of both. */
function pairOf(id: number, share: number, knowsEach: boolean): UncertainPoint {
  const excess = 2 * share - 1;
  const error = { relative: Math.abs(excess), residuals: knowsEach ? Float64Array.of(excess, -excess) : null };
  return {
    ...{ id, breakdown: [], errors: mapErrors(), samples: 0, functionalKey: "f", run: null, fpga: null },
    metrics: { energy_uj_per_inference: 10 + id, latency_us: 200 / id, edp_nj_s: 2, throughput_per_s: 5000 },
    timed: { ...timedBy(2, "two", error), energy: error },
  };
}

test.each([true, false])("points of two utterances have fronts, shares, ratios and causes, single values known: %s", (knowsEach) => {
  // one of the two values is nearly all: the largest error that a mean of positive values can have
  const [first, second] = [pairOf(1, 0.999, knowsEach), pairOf(2, 0.2, knowsEach)];
  const objectives = new Objectives(
    { objectives: METRICS.map((metric) => ({ metric, direction: "min" })), constraints: [], referencePoint: null },
    [],
  );
  expect(confidenceOf([first, second], objectives, { draws: DRAWS.count, seed: 4 }).points).toHaveLength(2);
  for (const of of [first, second])
    for (const metric of drawnMetrics(of, DRAWS).values()) {
      const values = Array.from({ length: DRAWS.count }, (_, d) => metric.of.at(d));
      expect(values.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
      // of 8,000 numbers of one degree of freedom about 15 are beyond 355: twice that overflows
      expect(Math.max(...values.map((value) => Math.abs(log(value))))).toBeGreaterThan(50);
    }
  for (const { metric, ratio, difference } of sharesBetter(first, second, DRAWS)) {
    expect(
      Object.values(ratio ?? { missing: Number.NaN }).every((end) => Number.isFinite(end) && end > 0),
      metric,
    ).toBe(true);
    expect(Object.values(difference).every(Number.isFinite), metric).toBe(true);
  }
  for (const { metric, causes } of pairCauses(first, second, new Draws(1000, 4)))
    expect(causes[0], metric).toEqual({ cause: "timed utterances", first: 1, total: 1 });
  expect(quantileIn(drawnMetrics(first, DRAWS).get("edp_nj_s") ?? expect.fail(), 0.99999, DRAWS)).toBeLessThan(Number.MAX_VALUE);
});

test("their intervals and draws are those of Cauchy's distribution, from 0.3 to 99.7 %", () => {
  const tangent = (share: number): number => Math.tan(Math.PI * (share - 0.5));
  for (const share of [0.003, 0.05, 0.4, 0.8, 0.95, 0.997]) expect(studentQuantile(share, 1)).toBeCloseTo(tangent(share), 6);
  const point = pairOf(1, 0.8, true);
  const { latency_us } = intervalsOf(point, DRAWS);
  expect(log((latency_us?.high ?? 0) / 200)).toBeCloseTo(0.6 * tangent(0.95), 6);
  expect(log((latency_us?.low ?? 0) / 200)).toBeCloseTo(0.6 * tangent(0.05), 6);
  const { at } = drawnMetrics(point, DRAWS).get("latency_us")?.of ?? expect.fail();
  for (const share of [0.003, 0.05, 0.4, 0.8, 0.95, 0.997]) {
    const bound = 0.6 * tangent(share);
    const below = Array.from({ length: DRAWS.count }, (_, d) => log(at(d))).filter((value) => value <= bound).length;
    expect(Math.abs(below / DRAWS.count - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / DRAWS.count));
  }
});

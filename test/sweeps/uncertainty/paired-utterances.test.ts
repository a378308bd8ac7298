/** Means over the same timed utterances: drawn together, against Student's paired t test and over repeated studies. */
import { describe, expect, test } from "vitest";
import { exp, log, square } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { sharesBetter } from "../../../sweeps/confidence.js";
import { intervalsOf, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { pairCauses } from "../../../sweeps/uncertainty/ranking-causes.js";
import { mapErrors, timedBy } from "../map-errors.js";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + square(value - mean(values)), 0) / (values.length - 1));

/** The error of a mean over these values. */
const errorOf = (values: readonly number[]): { readonly relative: number; readonly residuals: Float64Array } => ({
  relative: deviation(values) / Math.sqrt(values.length) / mean(values),
  residuals: Float64Array.from(values, (each) => each / mean(values) - 1),
});

/** A point with these latencies of its timed utterances. */
function timed(id: number, latencies: readonly number[], knowsEach = true): UncertainPoint {
  const count = latencies.length;
  const { relative, residuals: known } = errorOf(latencies);
  const latency = { relative, residuals: knowsEach ? known : null };
  return {
    ...{ id, metrics: { latency_us: mean(latencies) }, breakdown: [], errors: mapErrors(), samples: 0, functionalKey: "f", run: null },
    fpga: null,
    timed: timedBy(count, "eight", latency),
  };
}

const EIGHT = [90, 97, 101, 110, 88, 104, 112, 98];
/** Mostly as long as those of the first point, twice as long in all. */
const OTHER = [180, 190, 207, 221, 170, 214, 219, 199];
/** Student's t of seven degrees of freedom: 5 % are above. */
const T7 = 1.894579;

describe("latencies of two points over the same utterances", () => {
  const draws = new Draws(20_000, 3);
  const ratioOf = (first: UncertainPoint, second: UncertainPoint): readonly [low: number, high: number] => {
    const [{ ratio }] = sharesBetter(first, second, draws);
    if (ratio === null) throw new Error("no ratio");
    return [log(ratio.low), log(ratio.high)];
  };

  test("have a ratio as sure as a paired t test of the utterances says, and each its own interval", () => {
    const [first, second] = [timed(1, EIGHT), timed(2, OTHER)];
    const differences = EIGHT.map((each, i) => OTHER[i] / mean(OTHER) - each / mean(EIGHT));
    const half = (T7 * deviation(differences)) / Math.sqrt(8);
    const [low, high] = ratioOf(first, second);
    for (const [end, expected] of [
      [low, log(mean(OTHER) / mean(EIGHT)) - half],
      [high, log(mean(OTHER) / mean(EIGHT)) + half],
    ])
      expect(Math.abs(end - expected)).toBeLessThan(0.04 * half);
    for (const { metrics, timed: own, ...point } of [first, second]) {
      const apart = { ...point, metrics, timed: { ...own, latency: { ...own.latency, residuals: null } } };
      expect(intervalsOf({ ...point, metrics, timed: own }, draws)).toEqual(intervalsOf(apart, draws));
    }
  });

  test("do not differ in any draw if a clock alone makes one slower: the ratio is exact", () => {
    const [low, high] = ratioOf(
      timed(1, EIGHT),
      timed(
        2,
        EIGHT.map((each) => 2 * each),
      ),
    );
    expect(low).toBeCloseTo(log(2), 12);
    expect(high).toBeCloseTo(log(2), 12);
  });

  test("whose single values no result holds share one number, as in results of an older version", () => {
    const [first, second] = [timed(1, EIGHT, false), timed(2, OTHER, false)];
    const [low, high] = ratioOf(first, second);
    const half = T7 * Math.abs(second.timed.latency.relative - first.timed.latency.relative);
    expect((high - low) / 2).toBeCloseTo(half, 6);
  });

  test("are uncertain by the timed utterances alone", () => {
    const [{ causes }] = pairCauses(timed(1, EIGHT), timed(2, OTHER), new Draws(200, 3));
    expect(causes).toContainEqual({ cause: "timed utterances", first: 1, total: 1 });
  });
});

describe("over 8, 100, 101 and 500 utterances", () => {
  /** Student's t, 5 % above, by tables; from 101 utterances on that of the normal distribution. */
  const STUDENT = [
    [8, T7],
    [100, 1.660391],
    [101, 1.644854],
    [500, 1.644854],
  ] as const;
  const studied = (count: number): readonly [first: readonly number[], second: readonly number[]] => {
    const rng = createRng(7, `${count} utterances`);
    const common = Array.from({ length: count }, () => 100 + 20 * rng.normal());
    return [common.map((each) => each + 2 * rng.normal()), common.map((each) => 2 * each + 3 * rng.normal())];
  };

  test.each(STUDENT)("of %i, the ratio of two means is as sure as a paired t test: %f standard errors", (count, t) => {
    const [a, b] = studied(count);
    const half = (t * deviation(a.map((each, i) => b[i] / mean(b) - each / mean(a)))) / Math.sqrt(count);
    const [{ ratio }] = sharesBetter(timed(1, a), timed(2, b), new Draws(10, 3));
    for (const [end, sign] of [
      [ratio?.low, -1],
      [ratio?.high, 1],
    ] as const)
      expect((log(end ?? 0) - log(mean(b) / mean(a))) / (sign * half)).toBeCloseTo(1, 6);
  });

  test.each(STUDENT)(
    "of %i, the error of energy times delay is that of the sum of both relative values: %f standard errors",
    (count, t) => {
      const [a, b] = studied(count);
      const { timed: own, ...point } = timed(1, a);
      const metrics = { latency_us: mean(a), energy_uj_per_inference: mean(b), edp_nj_s: 5 };
      const half = (t * deviation(a.map((each, i) => b[i] / mean(b) + each / mean(a)))) / Math.sqrt(count);
      const { edp_nj_s } = intervalsOf({ ...point, metrics, timed: { ...own, energy: errorOf(b) } }, new Draws(10, 3));
      expect(log((edp_nj_s?.high ?? 0) / 5) / half).toBeCloseTo(1, 6);
      expect(log((edp_nj_s?.low ?? 0) / 5) / half).toBeCloseTo(-1, 6);
    },
  );
});

test("the interval of a ratio holds the true one in nine of ten of 300 studies; with one shared number in half of them", () => {
  const rng = createRng(5, "studies");
  const held = { known: 0, unknown: 0 };
  for (let study = 0; study < 300; study++) {
    const common = Array.from({ length: 8 }, () => rng.normal());
    const [a, b] = [0.1, 0.1].map((spread) => common.map((each) => exp(spread * each + 0.03 * rng.normal())));
    for (const [name, knowsEach] of [
      ["known", true],
      ["unknown", false],
    ] as const) {
      const [{ ratio }] = sharesBetter(timed(1, a, knowsEach), timed(2, b, knowsEach), new Draws(150, study));
      if (ratio !== null && ratio.low <= 1 && ratio.high >= 1) held[name]++;
    }
  }
  expect(Math.abs(held.known / 300 - 0.9)).toBeLessThan(0.05);
  expect(held.unknown / 300).toBeLessThan(0.65);
});

/** Accuracies of runs on the same utterances: drawn together, against closed forms and a bootstrap over utterances. */
// @module-tag slow
import { describe, expect, test } from "vitest";
import { exp, square } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { confidenceOf, sharesBetter } from "../../../sweeps/confidence.js";
import { Objectives } from "../../../sweeps/objectives.js";
import { normalCdf } from "../../../sweeps/samplers/normal.js";
import type { Recordings } from "../../../sweeps/store/packed-errors.js";
import { intervalsOf, type UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { KeptNumbers } from "../../../sweeps/uncertainty/kept-numbers.js";
import { PairedErrors, pairedRuns } from "../../../sweeps/uncertainty/paired-errors.js";
import { pairCauses } from "../../../sweeps/uncertainty/ranking-causes.js";
import { usualAndLong } from "../../usual.js";
import { mapErrors, timedBy } from "../map-errors.js";

const DRAWS = 8000;
/** At most four standard errors of a share over this many draws. */
const FOUR_ERRORS = 4 * Math.sqrt(0.25 / DRAWS);

/** Utterances of a run. */
const N = 250;

const indices = (length: number, from = 0): Uint32Array => Uint32Array.from({ length }, (_, i) => from + i);
const whole = (length: number, from = 0, dataHash = "digits"): Recordings => ({
  dataHash,
  utterances: indices(length, from),
  scored: new Uint32Array(length).fill(1),
});
const WHOLE = whole(N);
const NONE_DIFFERS = { utterances: N, worseInFirst: 0, worseInSecond: 0 };

/** A point whose run got `wrong` frames of each utterance wrong. */
function scored(id: number, wrong: Uint32Array, recordings = WHOLE): UncertainPoint {
  const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0);
  const accuracy = (100 * (total(recordings.scored) - total(wrong))) / total(recordings.scored);
  const key = `run ${id} of ${recordings.dataHash} from ${recordings.utterances[0]}: ${wrong.join()}`;
  return {
    ...{ id, metrics: { accuracy_percent: accuracy }, breakdown: [], errors: mapErrors(), samples: recordings.utterances.length },
    ...{
      functionalKey: key,
      run: { key, recordings, wrong },
      fpga: null,
      timed: timedBy(1, "one"),
    },
  };
}

/** Wrong in the utterances of these ranges. */
function wrongIn(length: number, ...ranges: readonly (readonly [from: number, to: number])[]): Uint32Array {
  const wrong = new Uint32Array(length);
  for (const [from, to] of ranges) wrong.fill(1, from, to);
  return wrong;
}

const apart = (point: UncertainPoint): UncertainPoint => ({ ...point, run: null });
const errorsOf = (point: UncertainPoint, draws: Draws): Float64Array =>
  draws.accuracyError(`accuracy of ${point.functionalKey}`, point.run);

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (of: Float64Array): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [d, value] of a.entries()) {
    product += (value - meanA) * (b[d] - meanB);
    squareA += square(value - meanA);
    squareB += square(b[d] - meanB);
  }
  return product / Math.sqrt(squareA * squareB);
}

const THREE = new Draws(DRAWS, 3);
const shareBetter = (first: UncertainPoint, second: UncertainPoint): number =>
  sharesBetter(first, second, THREE).find(({ metric }) => metric === "accuracy_percent")?.share ?? Number.NaN;

/** Probability that an accuracy, by the score test, is above another one: errors are normal with a correlation. */
function exactShare(first: UncertainPoint, second: UncertainPoint, rho: number): number {
  const [p, q] = [first, second].map(({ metrics }) => (metrics.accuracy_percent as number) / 100);
  const bound = (share: number, n: number, z: number): number => {
    const squared = square(z) / n;
    return (share + squared / 2 + z * Math.sqrt((share * (1 - share)) / n + squared / (4 * n))) / (1 + squared);
  };
  // given the first error, the second one is normal around rho times it; the limit is found by halving
  const PARTS = 2000;
  let sum = 0;
  for (let k = 0; k < PARTS; k++) {
    const z = -6 + (12 * (k + 0.5)) / PARTS;
    const value = bound(p, first.samples, z);
    let [low, high] = [-12, 12];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (bound(q, second.samples, middle) < value) low = middle;
      else high = middle;
    }
    sum += (exp(-z * z * 0.5) * (1 - normalCdf((low - rho * z) / Math.sqrt(1 - rho * rho))) * 12) / PARTS / Math.sqrt(2 * Math.PI);
  }
  return sum;
}

describe("two runs", () => {
  for (const [some, options] of usualAndLong(
    [
      ["40 errors and the same with 10 more", wrongIn(N, [0, 40]), wrongIn(N, [0, 50])],
      ["30 and 40 errors, 20 of them shared", wrongIn(N, [0, 30]), wrongIn(N, [10, 50])],
      ["75 and 85 errors, none of them shared", wrongIn(N, [0, 75]), wrongIn(N, [75, 160])],
    ],
    (_, i) => i === 0,
  ))
    test.each(some)(
      "with %s: the better one wins in the share that the normal distribution of their difference says",
      options,
      (_, few, many) => {
        const [better, worse] = [scored(1, few), scored(2, many)];
        const onlyFew = few.reduce((sum, count, i) => sum + Number(count > many[i]), 0);
        const onlyMany = few.reduce((sum, count, i) => sum + Number(count < many[i]), 0);
        // McNemar: the difference of the errors has the variance of the discordant utterances, less the square of the
        // mean; one more that is discordant by Agresti and Min
        const difference = (onlyMany - onlyFew) / N;
        const error = Math.sqrt((onlyMany + onlyFew + 1) / N - square(difference)) / Math.sqrt(N);
        const drawn = shareBetter(worse, better);
        const rho = pairedRuns(better.run ?? never(), worse.run ?? never())?.correlation ?? Number.NaN;
        expect(Math.abs(drawn - exactShare(worse, better, rho))).toBeLessThan(FOUR_ERRORS);
        // the score test's ends are not symmetric, which moves the share by little
        expect(Math.abs(drawn - normalCdf(difference / error))).toBeLessThan(FOUR_ERRORS + 0.02);
        expect(drawn).toBeGreaterThan(onlyFew === 0 ? shareBetter(apart(worse), apart(better)) : 0.5);
      },
    );

  test("with the same errors differ as by one utterance that one of them gets wrong, either way", () => {
    const draws = new Draws(DRAWS, 5);
    const [a, b] = [scored(1, wrongIn(N, [0, 50])), scored(2, wrongIn(N, [0, 50]))];
    // of 50 (1 - 50 / 250) + 1/2 utterances all but 1/2 are common
    expect(pairedRuns(a.run ?? never(), b.run ?? never())).toEqual({ ...NONE_DIFFERS, correlation: expect.closeTo(40 / 40.5, 12) });
    expect(Math.abs(shareBetter(a, b) - 0.5)).toBeLessThan(FOUR_ERRORS);
    const differences = errorsOf(a, draws).map((error, d) => Math.sqrt(40) * (error - errorsOf(b, draws)[d]));
    const variance = differences.reduce((sum, each) => sum + square(each), 0) / DRAWS;
    expect(Math.abs(variance - 80 * (1 - 40 / 40.5))).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
  });

  test("that are one run are equal in every draw", () => {
    const point = scored(1, wrongIn(N, [0, 50]));
    expect([shareBetter(point, { ...point, id: 2 }), shareBetter({ ...point, id: 2 }, point)]).toEqual([0, 0]);
  });

  test("with no error in common have the correlation of the counts, but for the half utterance of each", () => {
    const draws = new Draws(DRAWS, 5);
    const [a, other] = [scored(1, wrongIn(N, [0, 50])), scored(3, wrongIn(N, [50, 125]))];
    // of n utterances, a and b exclusive: -sqrt(a b / ((n - a) (n - b)))
    const expected = -Math.sqrt(((50 * 75) / (200 * 175)) * (40 / 40.5) * (52.5 / 53));
    expect(pairedRuns(a.run ?? never(), other.run ?? never())).toMatchObject({ utterances: N, worseInFirst: 50, worseInSecond: 75 });
    expect(pairedRuns(a.run ?? never(), other.run ?? never())?.correlation).toBeCloseTo(expected, 12);
    expect(Math.abs(correlation(errorsOf(a, draws), errorsOf(other, draws)) - expected)).toBeLessThan(4 / Math.sqrt(DRAWS));
  });

  test("with exactly opposite decisions have opposite errors, but for the half utterance of each", () => {
    const draws = new Draws(DRAWS, 5);
    const [a, b] = [scored(1, wrongIn(N, [0, N / 2])), scored(2, wrongIn(N, [N / 2, N]))].map((point) => errorsOf(point, draws));
    // 125 (1 - 1/2) of 63 utterances
    expect(Math.abs(correlation(a, b) + 62.5 / 63)).toBeLessThan(0.01);
  });

  test("share the utterances that both chose from one data set; other data share nothing", () => {
    const count = DRAWS / 4;
    const draws = new Draws(count, 5);
    const [half, later] = [whole(600), whole(600, 300)];
    const [a, b] = [scored(1, wrongIn(600, [300, 360]), half), scored(2, wrongIn(600, [0, 60]), later)];
    // 300 shared utterances with the same 60 errors: of the residuals' products 60 (0.9)^2 + 240 (0.1)^2 are shared
    const expected = ((60 * 0.81 + 240 * 0.01) / (60 * 0.81 + 540 * 0.01)) * (54 / 54.5);
    expect(pairedRuns(a.run ?? never(), b.run ?? never())).toMatchObject({ utterances: 300, worseInFirst: 0, worseInSecond: 0 });
    expect(pairedRuns(a.run ?? never(), b.run ?? never())?.correlation).toBeCloseTo(expected, 12);
    expect(Math.abs(correlation(errorsOf(a, draws), errorsOf(b, draws)) - expected)).toBeLessThan(4 / Math.sqrt(count));
    const other = scored(3, wrongIn(600, [300, 360]), whole(600, 0, "words"));
    expect(pairedRuns(a.run ?? never(), other.run ?? never())).toBeNull();
    expect(Math.abs(correlation(errorsOf(a, draws), errorsOf(other, draws)))).toBeLessThan(4 / Math.sqrt(count));
  });

  test("on frames have the correlation of a bootstrap over utterances, 40,000 draws, seed 6", { tags: ["long"] }, () => {
    const rng = createRng(6, "frames");
    const frames = { dataHash: "speech", utterances: indices(200), scored: Uint32Array.from({ length: 200 }, () => rng.int(5, 60)) };
    const hard = Array.from({ length: 200 }, () => rng.float() * 0.4);
    const wrong = (extra: number): Uint32Array =>
      frames.scored.map((count, u) => {
        let sum = 0;
        for (let k = 0; k < count; k++) if (rng.float() < hard[u] + extra) sum++;
        return sum;
      });
    const [a, b] = [scored(1, wrong(0), frames), scored(2, wrong(0.05), frames)];
    const accuracies = (): readonly number[] => {
      let [all, inA, inB] = [0, 0, 0];
      for (let k = 0; k < 200; k++) {
        const u = rng.int(0, 199);
        all += frames.scored[u];
        inA += a.run?.wrong[u] ?? 0;
        inB += b.run?.wrong[u] ?? 0;
      }
      return [inA / all, inB / all];
    };
    const drawn = Array.from({ length: 40_000 }, accuracies);
    const [ofA, ofB] = [0, 1].map((k) => Float64Array.from(drawn, (each) => each[k]));
    const found = pairedRuns(a.run ?? never(), b.run ?? never())?.correlation ?? Number.NaN;
    expect(found).toBeGreaterThan(0.7);
    expect(Math.abs(found - correlation(ofA, ofB))).toBeLessThan(0.02);
    const draws = new Draws(DRAWS, 5);
    expect(Math.abs(correlation(errorsOf(a, draws), errorsOf(b, draws)) - found)).toBeLessThan(4 / Math.sqrt(DRAWS));
  });
});

describe("two points that are compared alone", () => {
  const frames: Recordings = { dataHash: "speech", utterances: indices(N), scored: indices(N, 3) };
  const accuracyOnly = new Objectives(
    { objectives: [{ metric: "accuracy_percent", direction: "max" }], constraints: [], referencePoint: null },
    [],
  );
  test.each([
    ["40 errors and the same with 10 more", scored(1, wrongIn(N, [0, 40])), scored(2, wrongIn(N, [0, 50]))],
    ["75 and 85 errors, none of them shared", scored(1, wrongIn(N, [0, 75])), scored(2, wrongIn(N, [75, 160]))],
    ["other choices of one data set", scored(1, wrongIn(N, [200, 240])), scored(2, wrongIn(N, [0, 45]), whole(N, 200))],
    ["other data", scored(1, wrongIn(N, [0, 40])), scored(2, wrongIn(N, [0, 45]), whole(N, 0, "words"))],
    [
      "frames",
      scored(1, indices(N), frames),
      scored(
        2,
        Uint32Array.from(indices(N), (i) => (i % 3 === 0 ? i + 3 : 0)),
        frames,
      ),
    ],
    ["one that is right in all", scored(1, wrongIn(N, [0, 2])), scored(2, new Uint32Array(N))],
  ])("(%s) win in the very share of draws in which they are the best of their front", (_, first, second) => {
    const draws = new Draws(500, 4);
    const { points } = confidenceOf([first, second], accuracyOnly, { draws: 500, seed: 4 });
    const best = (id: number): number => points.find((point) => point.id === id)?.best[0] ?? 0;
    const [{ share }] = sharesBetter(first, second, draws);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeCloseTo(1 - best(1), 12);
    // each draw has one winner, whichever is named first
    expect(share + sharesBetter(second, first, draws)[0].share).toBe(1);
  });
});

describe("a run", () => {
  test("has the interval that it has alone, and errors that are standard normal", () => {
    const point = scored(1, wrongIn(N, [0, 30]));
    const draws = new Draws(DRAWS, 8);
    expect(intervalsOf(point, draws)).toEqual(intervalsOf(apart(point), draws));
    const errors = errorsOf(point, draws);
    const mean = errors.reduce((sum, each) => sum + each, 0) / DRAWS;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(DRAWS));
    expect(Math.abs(errors.reduce((sum, each) => sum + square(each), 0) / DRAWS - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
    for (const z of [-2, -1, 0, 1, 2])
      expect(Math.abs(errors.filter((error) => error < z).length / DRAWS - normalCdf(z))).toBeLessThan(FOUR_ERRORS);
  });

  test("has the same errors whichever runs are drawn before it, and if no numbers of utterances are kept", () => {
    const point = scored(1, wrongIn(N, [0, 30]));
    const alone = errorsOf(point, new Draws(50, 8));
    const later = new Draws(50, 8);
    for (let k = 2; k < 20; k++) errorsOf(scored(k, wrongIn(N, [k, 10 * k])), later);
    expect(errorsOf(point, later)).toEqual(alone);
    const drawn = (name: string): Float64Array => Float64Array.from({ length: 50 }, createRngOf(name));
    const [keeping, forgetting] = [new KeptNumbers(drawn), new KeptNumbers(drawn, 0)].map((kept) => new PairedErrors(50, kept));
    const own = drawn("own");
    for (const pairs of [keeping, forgetting]) pairs.of(scored(2, wrongIn(N, [0, 20])).run ?? never(), own);
    expect(forgetting.of(point.run ?? never(), own)).toEqual(keeping.of(point.run ?? never(), own));
  });

  test("without an error, without a right answer or of an older database is drawn apart, as before", () => {
    const draws = new Draws(100, 8);
    const perfect = scored(1, new Uint32Array(N));
    for (const point of [perfect, scored(2, new Uint32Array(N).fill(1)), apart(scored(3, wrongIn(N, [0, 30])))])
      expect(errorsOf(point, draws)).toEqual(draws.normal(`accuracy of ${point.functionalKey}`));
  });
});

test("a front says which accuracies were drawn together, and a point that only loses utterances never beats the other", () => {
  const objectives = new Objectives(
    {
      objectives: [
        { metric: "accuracy_percent", direction: "max" },
        { metric: "latency_us", direction: "min" },
      ],
      constraints: [],
      referencePoint: null,
    },
    [],
  );
  const at = (point: UncertainPoint, latency_us: number): UncertainPoint => ({ ...point, metrics: { ...point.metrics, latency_us } });
  // both slower and worse by the five utterances that it loses besides
  const [good, bad] = [at(scored(1, wrongIn(N, [0, 60])), 1), at(scored(2, wrongIn(N, [0, 65])), 2)];
  const found = (points: readonly UncertainPoint[]) => confidenceOf(points, objectives, { draws: 4000, seed: 1 });
  const [together, before] = [found([good, bad]), found([apart(good), apart(bad)])];
  expect(together.accuracies).toEqual({ together: [1, 2], apart: [], alike: [] });
  expect(before.accuracies).toEqual({ together: [], apart: [1, 2], alike: [] });
  const perfect = at(scored(3, new Uint32Array(N)), 3);
  expect(found([perfect, good, apart(bad)]).accuracies).toEqual({ together: [1], apart: [2, 3], alike: [3] });
  const shareOf = ({ points }: typeof together): number => points.find(({ id }) => id === 2)?.onFront ?? 0;
  expect(shareOf(before)).toBeGreaterThan(0.25);
  // sqrt(5 + 1 - 25 / 250) utterances is the standard error of the difference of five
  expect(Math.abs(shareOf(together) - normalCdf(-5 / Math.sqrt(6 - 25 / N)))).toBeLessThan(0.03);
});

test("all of the margin between two accuracies is caused by the choice of samples, paired or not", () => {
  const [a, b] = [scored(1, wrongIn(N, [0, 60])), scored(2, wrongIn(N, [0, 65]))];
  for (const [first, second] of [
    [a, b],
    [apart(a), apart(b)],
  ]) {
    const [{ metric, causes }] = pairCauses(first, second, new Draws(4000, 2));
    expect(metric).toBe("accuracy_percent");
    expect(causes).toEqual([{ cause: "the choice of test samples", first: 1, total: 1 }]);
  }
  expect(pairCauses(a, { ...a, id: 3 }, new Draws(100, 2))).toEqual([{ metric: "accuracy_percent", causes: [] }]);
});

function createRngOf(name: string): () => number {
  const rng = createRng(1, name);
  return () => rng.normal();
}

function never(): never {
  throw new Error("the point has no run");
}

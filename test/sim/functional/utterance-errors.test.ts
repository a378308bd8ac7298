/** How many independent samples frames of utterances are worth. */
import { expect, test } from "vitest";
import { square } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { independentSamples, type UtteranceErrors } from "../../../sim/functional/index.js";

const SEED = 20261129;
const errors = (scored: readonly number[], wrong: readonly number[]): UtteranceErrors => ({
  utterances: Uint32Array.from(scored, (_, u) => u),
  scored: Uint32Array.from(scored),
  wrong: Uint32Array.from(wrong),
});

test("utterances that are scored as wholes, or whose frames are all right or all wrong, count one each; those without a class count none", () => {
  expect(independentSamples(errors([1, 1, 0, 1], [1, 0, 0, 0]))).toBe(3);
  expect(independentSamples(errors([10, 0, 20, 30], [0, 0, 0, 0]))).toBe(3);
  expect(independentSamples(errors([10, 0, 20, 30], [10, 0, 20, 30]))).toBe(3);
  expect(independentSamples(errors([], []))).toBeNull();
  expect(independentSamples(errors([0, 0], [0, 0]))).toBeNull();
});

test("utterances of equal length, each with all frames right or all wrong, count one each, but for the one that counts beforehand", () => {
  for (const frames of [2, 7, 100]) {
    const scored = Array.from({ length: 40 }, () => frames);
    const wrong = scored.map((count, u) => (u % 4 === 0 ? count : 0));
    expect(independentSamples(errors(scored, wrong))).toBeCloseTo((40 * 40) / 41, 9);
  }
});

test(`frames never count more than they are, and utterances without a class change nothing (seed ${SEED})`, () => {
  const rng = createRng(SEED, "bounds");
  const reached = { fewer: 0, all: 0 };
  for (let k = 0; k < 400; k++) {
    const run = drawn(rng, rng.int(1, 30), () => 0.3, [1, 8]);
    const frames = run.scored.reduce((sum, count) => sum + count, 0);
    const n = independentSamples(run) as number;
    expect(n).toBeLessThanOrEqual(frames);
    expect(n).toBeGreaterThan(0);
    reached[n === frames ? "all" : "fewer"]++;
    expect(independentSamples(errors([0, ...run.scored, 0], [0, ...run.wrong, 0]))).toBe(n);
  }
  expect(Math.min(reached.fewer, reached.all)).toBeGreaterThan(20);
});

/** Utterances of `frames`, each as hard as `hardness` says; frames are wrong independently, given that. */
function drawn(rng: ReturnType<typeof createRng>, utterances: number, hardness: () => number, [least, most] = [5, 60]): UtteranceErrors {
  const scored = Array.from({ length: utterances }, () => rng.int(least, most));
  const wrong = scored.map((count) => {
    const chance = hardness();
    return Array.from({ length: count }, () => Number(rng.float() < chance)).reduce((sum, one) => sum + one, 0);
  });
  return errors(scored, wrong);
}

test(`frames that are wrong independently count nearly as many as they are, the more so the more utterances (seed ${SEED})`, () => {
  const rng = createRng(SEED, "independent");
  const ratioOf = (utterances: number): number => {
    const ratios = Array.from({ length: 60 }, () => {
      const run = drawn(rng, utterances, () => 0.2);
      return (independentSamples(run) as number) / run.scored.reduce((sum, count) => sum + count, 0);
    });
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  };
  const [few, many] = [ratioOf(50), ratioOf(1500)];
  expect(few).toBeGreaterThan(0.5);
  expect(few).toBeLessThan(0.7);
  expect(many).toBeGreaterThan(0.92);
});

/** Share of right frames. */
const shareOf = ({ scored, wrong }: UtteranceErrors): number =>
  1 - wrong.reduce((sum, count) => sum + count, 0) / scored.reduce((sum, count) => sum + count, 0);

/** Wilson's interval of nine tenths. */
function holds(truth: number, share: number, n: number): boolean {
  const z = 1.644854;
  return Math.abs(share - truth) <= z * Math.sqrt((truth * (1 - truth)) / n);
}

test.each([2, 4, 8, 12, 20])(
  `of %i utterances, a quarter of them hard, intervals of 90 percent hold the truth in at least 85 of 100 draws (seed ${SEED})`,
  (utterances) => {
    const rng = createRng(SEED, `few ${utterances}`);
    const truth = 1 - (0.25 * 0.5 + 0.75 * 0.05);
    const runs = Array.from({ length: 3000 }, () => drawn(rng, utterances, () => (rng.float() < 0.25 ? 0.5 : 0.05)));
    const held = runs.filter((run) => holds(truth, shareOf(run), independentSamples(run) as number)).length;
    // three standard errors of the share below 85 %
    expect(held / runs.length).toBeGreaterThan(0.83);
  },
);

test(`the standard error is that of the accuracy over other utterances, hard and easy ones (seed ${SEED})`, () => {
  const rng = createRng(SEED, "clusters");
  const hardness = (): number => (rng.float() < 0.25 ? 0.5 : 0.05);
  const runs = Array.from({ length: 800 }, () => drawn(rng, 200, hardness));
  const shares = runs.map(shareOf);
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const measured = Math.sqrt(shares.reduce((sum, one) => sum + square(one - mean), 0) / (shares.length - 1));
  const said = runs.map((run) => Math.sqrt((shareOf(run) * (1 - shareOf(run))) / (independentSamples(run) as number)));
  expect(said.reduce((sum, one) => sum + one, 0) / said.length / measured).toBeCloseTo(1, 1);
  // nine of ten intervals of the normal distribution hold the mean
  const held = said.filter((error, k) => Math.abs(shares[k] - mean) < 1.644854 * error).length;
  expect(held / runs.length).toBeGreaterThan(0.87);
  expect(held / runs.length).toBeLessThan(0.93);
});

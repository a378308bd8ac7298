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

test("utterances that are scored as wholes, that are not scored, or that are all equally good say nothing", () => {
  expect(independentSamples(errors([1, 1, 0, 1], [1, 0, 0, 0]))).toBeNull();
  expect(independentSamples(errors([], []))).toBeNull();
  expect(independentSamples(errors([10, 20, 30], [0, 0, 0]))).toBeNull();
  expect(independentSamples(errors([10, 20, 30], [1, 2, 3]))).toBeNull();
});

test("utterances of equal length that are all right or all wrong count one each, whatever their frames", () => {
  for (const frames of [2, 7, 100]) {
    const wrong = Array.from({ length: 40 }, (_, u) => (u % 4 === 0 ? frames : 0));
    expect(
      independentSamples(
        errors(
          Array.from({ length: 40 }, () => frames),
          wrong,
        ),
      ),
    ).toBeCloseTo(40, 9);
  }
});

/** Utterances of 5 to 60 frames, each as hard as `hardness` says; frames are wrong independently, given that. */
function drawn(rng: ReturnType<typeof createRng>, utterances: number, hardness: () => number): UtteranceErrors {
  const scored = Array.from({ length: utterances }, () => rng.int(5, 60));
  const wrong = scored.map((count) => {
    const chance = hardness();
    return Array.from({ length: count }, () => Number(rng.float() < chance)).reduce((sum, one) => sum + one, 0);
  });
  return errors(scored, wrong);
}

test(`frames that are wrong independently count as many as they are (seed ${SEED})`, () => {
  const rng = createRng(SEED, "independent");
  const ratios = Array.from({ length: 100 }, () => {
    const run = drawn(rng, 300, () => 0.2);
    return (independentSamples(run) as number) / run.scored.reduce((sum, count) => sum + count, 0);
  });
  expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeCloseTo(1, 1);
});

test(`the standard error is that of the accuracy over other utterances, hard and easy ones (seed ${SEED})`, () => {
  const rng = createRng(SEED, "clusters");
  const hardness = (): number => (rng.float() < 0.25 ? 0.5 : 0.05);
  const runs = Array.from({ length: 800 }, () => drawn(rng, 200, hardness));
  const share = ({ scored, wrong }: UtteranceErrors): number =>
    1 - wrong.reduce((sum, count) => sum + count, 0) / scored.reduce((sum, count) => sum + count, 0);
  const shares = runs.map(share);
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const measured = Math.sqrt(shares.reduce((sum, one) => sum + square(one - mean), 0) / (shares.length - 1));
  const said = runs.map((run) => Math.sqrt((share(run) * (1 - share(run))) / (independentSamples(run) as number)));
  expect(said.reduce((sum, one) => sum + one, 0) / said.length / measured).toBeCloseTo(1, 1);
  // nine of ten intervals of the normal distribution hold the mean
  const held = said.filter((error, k) => Math.abs(shares[k] - mean) < 1.644854 * error).length;
  expect(held / runs.length).toBeGreaterThan(0.87);
  expect(held / runs.length).toBeLessThan(0.93);
});

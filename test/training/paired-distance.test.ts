/**
 * The interval of a distance against the normal law of means, how often it holds the truth, and what it must not depend
 * on.
 */
import { expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import type { UtteranceScores } from "../../training/evaluate.js";
import { distanceInterval } from "../../training/paired-distance.js";

const SEED = 20261129;
console.log(`paired-distance.test seed ${SEED}`);

/** Right decisions, drawn with each utterance's probability. */
function drawn(name: string, scored: Uint32Array, right: (utterance: number) => number): UtteranceScores {
  const rng = createRng(SEED, name);
  const correct = scored.map((n, u) => Array.from({ length: n }, () => rng.float() < right(u)).filter(Boolean).length);
  return { scored, correct };
}

const evenly = new Uint32Array(400).fill(40);

/** Mean of the difference in percentage points over utterances of 40 decisions, and half its normal interval. */
function normalLaw(one: UtteranceScores, other: UtteranceScores): readonly [mean: number, half: number] {
  const differences = Array.from(evenly, (n, u) => (100 * (other.correct[u] - one.correct[u])) / n);
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / differences.length;
  return [mean, 1.96 * Math.sqrt(variance / differences.length)];
}

// Hard and easy utterances are the same for both, so the difference of the pairs spreads less than either.
const hard = (u: number): number => (u % 4 === 0 ? 0.5 : 0.95);

test.each([
  ["small", (u: number): number => hard(u) - 0.03, hard, 0.2],
  // nearly all decisions that differ are wrong in one and the same recipe, so the mean itself takes half of the
  // variance
  ["large", (u: number): number => (u % 2 === 0 ? 0.05 : 1), () => 1, 0.3],
] as const)("of utterances of one length it is the normal interval of a %s mean difference, within a tenth", (_, first, second, off) => {
  const [one, other] = [drawn("one", evenly, first), drawn("other", evenly, second)];
  const [mean, half] = normalLaw(one, other);
  const [low, high] = distanceInterval([one], [other])!;
  expect(high - low).toBeGreaterThan(0.9 * 2 * half);
  expect(high - low).toBeLessThan(1.1 * 2 * half);
  expect(Math.abs((low + high) / 2 - mean)).toBeLessThan(off * half);
});

test("pairs count: the interval is narrower than that of two unrelated means", () => {
  const [one, other] = [drawn("one", evenly, (u) => hard(u) - 0.03), drawn("other", evenly, hard)];
  const shares = Array.from(one.correct, (right, u) => (100 * right) / evenly[u]);
  const centre = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const unpaired = 1.96 * Math.sqrt(shares.reduce((sum, share) => sum + (share - centre) ** 2, 0) / shares.length / shares.length);
  const [low, high] = distanceInterval([one], [other])!;
  expect(high - low).toBeLessThan(0.6 * 2 * unpaired);
});

test("in about 95 of 100 repetitions it covers the true distance, with utterances of many lengths and two networks each", () => {
  const rng = createRng(SEED, "lengths");
  let covered = 0;
  for (let round = 0; round < 200; round++) {
    const scored = Uint32Array.from({ length: 120 }, () => rng.int(5, 60));
    const hard = Float64Array.from({ length: 120 }, () => 0.5 + 0.4 * rng.float());
    const recipe = (name: string, less: number) => [1, 2].map((k) => drawn(`${name}/${round}/${k}`, scored, (u) => hard[u] - less));
    const [low, high] = distanceInterval(recipe("a", 0.02), recipe("b", 0))!;
    if (low <= 2 && 2 <= high) covered++;
  }
  // 190 are expected; the binomial law of 200 leaves this range in 1 of 1,000 cases.
  expect(covered).toBeGreaterThanOrEqual(178);
  expect(covered).toBeLessThanOrEqual(199);
});

test("in at least 93 of 100 repetitions it covers the true distance if few utterances differ, of one network each or of more", {
  tags: ["long"],
}, () => {
  const whole = new Uint32Array(300).fill(1);
  const covered = (own: number, others: number, wrong: number, wrongOther: number): { held: number; equal: number } => {
    const counts = { held: 0, equal: 0 };
    for (let round = 0; round < 300; round++) {
      const recipe = (of: string, networks: number, chance: number) =>
        Array.from({ length: networks }, (_, k) => drawn(`${of}/${own}/${others}/${round}/${k}`, whole, () => 1 - chance));
      const [one, other] = [recipe("a", own, wrong), recipe("b", others, wrongOther)];
      const [low, high] = distanceInterval(one, other)!;
      const truth = 100 * (wrong - wrongOther);
      counts.held += Number(low <= truth && truth <= high);
      counts.equal += Number(whole.every((_, u) => [...one, ...other].every(({ correct }) => correct[u] === 1)));
    }
    return counts;
  };
  // The binomial law of 300 leaves 270 or more to 0.93 in 98 of 100 cases; the seed is fixed.
  const single = covered(1, 1, 0.006, 0.002);
  expect(single.held).toBeGreaterThanOrEqual(270);
  expect(single.equal, "draws in which nothing is wrong").toBeGreaterThan(10);
  expect(covered(3, 1, 0.009, 0.003).held).toBeGreaterThanOrEqual(270);
  expect(covered(2, 2, 0.01, 0.01).held).toBeGreaterThanOrEqual(270);
});

test("recipes that decide alike are as many points apart as a single share of none is at most; if they are swapped, the interval changes its sign", () => {
  const one = drawn("one", evenly, () => 0.8);
  const other = drawn("other", evenly, () => 0.9);
  const [least, most] = distanceInterval([one], [one])!;
  expect(most).toBeCloseTo((100 * 1.96 ** 2) / (evenly.length + 1.96 ** 2), 3); // Wilson's limit of 0 of 400 utterances
  expect(least).toBe(-most);
  const [low, high] = distanceInterval([one], [other])!;
  expect(low).toBeGreaterThan(8);
  expect(distanceInterval([other], [one])).toEqual([-high, -low]);
});

test("recipes that were not tested on the same decisions are not compared", () => {
  const one = drawn("one", evenly, () => 0.8);
  expect(distanceInterval([one], [drawn("fewer", evenly.subarray(1), () => 0.8)])).toBeNull();
  const late = evenly.map((n) => n - 3);
  expect(distanceInterval([one], [drawn("late", late, () => 0.8)])).toBeNull();
});

test("utterances without decisions change no interval; there is none without others", () => {
  const few = Uint32Array.of(3, 1, 2, 4);
  const [one, other] = [drawn("some", few, () => 0.4), drawn("others", few, () => 0.7)];
  const among = (values: Uint32Array): Uint32Array => Uint32Array.of(0, values[0], 0, 0, values[1], values[2], 0, 0, 0, values[3], 0);
  const spread = ({ scored, correct }: UtteranceScores): UtteranceScores => ({ scored: among(scored), correct: among(correct) });
  const interval = distanceInterval([one], [other])!;
  expect(interval[0]).toBeLessThan(interval[1]);
  expect(distanceInterval([spread(one)], [spread(other)])).toEqual(interval);
  const none = { scored: new Uint32Array(8), correct: new Uint32Array(8) };
  expect(distanceInterval([none], [none])).toBeNull();
});

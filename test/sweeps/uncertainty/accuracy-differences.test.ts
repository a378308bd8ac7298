/** Of two accuracies, the interval of the difference holds the truth, and draws say which is better as often. */
import { expect, test } from "vitest";
import { sharesBetter } from "../../../sweeps/confidence.js";
import type { UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { mapErrors, timedBy } from "../map-errors.js";

const PAIRS = 300;
/** Both runs get so many wrong. */
const SHARED = 2;
/** Of tables with more utterances that one run alone gets wrong, less than 1 of 1,000 occur. */
const MOST = 9;
const draws = new Draws(500, 3);

function point(id: number, wrong: Uint32Array, scored: Uint32Array): UncertainPoint {
  const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0);
  const recordings = { dataHash: "digits", utterances: Uint32Array.from(scored, (_, i) => i), scored };
  const key = `run ${id}: ${wrong.join()}`;
  return {
    ...{ id, metrics: { accuracy_percent: (100 * (total(scored) - total(wrong))) / total(scored) }, breakdown: [], errors: mapErrors() },
    ...{ samples: scored.length, functionalKey: key, run: { key, recordings, wrong }, fpga: null, timed: timedBy(1, "one") },
  };
}

const comparedIn = (first: UncertainPoint, second: UncertainPoint, within: Draws) =>
  sharesBetter(first, second, within).find(({ metric }) => metric === "accuracy_percent") ?? expect.fail();
const differenceOf = (first: UncertainPoint, second: UncertainPoint) => comparedIn(first, second, draws).difference;

const ONES = new Uint32Array(PAIRS).fill(1);
const withWrong = (id: number, from: number, own: number, frames = 1): UncertainPoint => {
  const wrong = new Uint32Array(PAIRS).fill(frames, 0, SHARED).fill(frames, from, from + own);
  return point(
    id,
    wrong,
    ONES.map((one) => one * frames),
  );
};
const first = (own: number, frames = 1): UncertainPoint => withWrong(1, SHARED, own, frames);
const second = (own: number, frames = 1): UncertainPoint => withWrong(2, SHARED + MOST, own, frames);

const COUNTS = Array.from({ length: MOST }, (_, k) => k);

/** Probability of the tables that `holds`, by the trinomial law, if so many in the mean are wrong in one run alone. */
function chanceOf(onlyFirst: number, onlySecond: number, holds: (onlyFirst: number, onlySecond: number) => boolean): number {
  const [p, q] = [onlyFirst / PAIRS, onlySecond / PAIRS];
  let sum = 0;
  let ofRow = (1 - p - q) ** PAIRS;
  for (const b of COUNTS) {
    let chance = ofRow;
    for (const c of COUNTS) {
      if (holds(b, c)) sum += chance;
      chance *= ((PAIRS - b - c) / (c + 1)) * (q / (1 - p - q));
    }
    ofRow *= ((PAIRS - b) / (b + 1)) * (p / (1 - p - q));
  }
  return sum;
}

test("of all tables of 300 utterances, by the trinomial law, intervals of 90 % hold the truth in 88 % or more", () => {
  const tables = COUNTS.map((b) => COUNTS.map((c) => differenceOf(first(b), second(c))));
  for (const [p, q] of [
    [1, 0.2],
    [0.5, 0.1],
    [2, 0.5],
    [1, 1],
    [2, 2],
  ]) {
    const truth = (100 * (p - q)) / PAIRS;
    const held = chanceOf(p, q, (b, c) => tables[b][c].low <= truth && truth <= tables[b][c].high);
    expect(held, `${p} and ${q} utterances`).toBeGreaterThan(0.88);
  }
});

test("of two networks that are equally good, each wins in nine of ten draws in at most 11 % of these tables", () => {
  const within = new Draws(4000, 7);
  const shares = COUNTS.map((b) => COUNTS.map((c) => comparedIn(first(b), second(c), within).share));
  for (const own of [0.1, 0.5, 1, 2, 3]) {
    expect(chanceOf(own, own, (b, c) => shares[b][c] >= 0.9)).toBeLessThan(0.11);
    expect(chanceOf(own, own, (b, c) => shares[b][c] <= 0.1)).toBeLessThan(0.11);
  }
});

test("draws of a network that never decides worse do not make it surely better", () => {
  // McNemar's variance with one utterance more: 1 / sqrt(1 + 1) errors
  const { share, equal } = comparedIn(first(1), second(0), new Draws(4000, 7));
  expect(equal).toBe(0);
  expect(share).toBeGreaterThan(0.7);
  expect(share).toBeLessThan(0.82);
});

test("runs that decide alike may differ elsewhere; one run does not differ from itself", () => {
  const square = 1.6448536269514722 ** 2;
  const alike = differenceOf(first(1), withWrong(2, SHARED, 1));
  expect(alike.high).toBeCloseTo((100 * square) / (PAIRS + square), 9);
  expect(alike.low).toBe(-alike.high);
  expect(differenceOf(first(1), { ...first(1), id: 2 })).toEqual({ low: 0, high: 0 });
});

test("frames of an utterance count together: with all of its frames right or wrong an utterance is one decision", () => {
  const [whole, frames] = [1, 20].map((count) => differenceOf(first(4, count), second(1, count)));
  expect(frames.low).toBeLessThan(whole.low + 0.1);
  expect(frames.high).toBeGreaterThan(whole.high - 0.1);
});

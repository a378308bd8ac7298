/** The interval of a paired difference against published ones, closed forms, and the sum of all tables. */
import { expect, test } from "vitest";
import { NORMAL_97_5 } from "../../base/distribution-quantiles.js";
import { tango } from "../../base/tango.js";

test("published intervals come out again", () => {
  // M. W. Fagerland, S. Lydersen, P. Laake, Statistics in Medicine 33 (2014): airways of 21, and responses of 161
  // patients
  const rounded = (...counts: [number, number, number]) => tango(...counts, NORMAL_97_5).map((end) => end.toFixed(3));
  expect(rounded(1, 7, 21)).toEqual(["-0.517", "-0.026"]);
  expect(rounded(6, 16, 161)).toEqual(["-0.124", "-0.005"]);
});

test("if no pair differs, or every pair in one direction, the ends are those of the test with one unknown", () => {
  const square = 1.959963984540054 ** 2;
  for (const pairs of [1, 2, 20, 300, 13_077]) {
    const [least, most] = tango(0, 0, pairs, NORMAL_97_5);
    expect(most).toBeCloseTo(square / (pairs + square), 12);
    expect(least).toBe(-most);
    const [low, high] = tango(pairs, 0, pairs, NORMAL_97_5);
    expect(low).toBeCloseTo((pairs - square) / (pairs + square), 12);
    expect(high).toBeCloseTo(1, 12);
  }
});

test("of all tables of 300 pairs, by the trinomial law, intervals of 93 % or more hold the truth, however few pairs differ", () => {
  const [pairs, most] = [300, 34];
  const intervals = Array.from({ length: most }, (_, b) => Array.from({ length: most }, (_, c) => tango(b, c, pairs, NORMAL_97_5)));
  const tried: number[] = [];
  for (const differing of [0.3, 1.2, 2.4, 5, 8])
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const [p, q] = [(differing * share) / pairs, (differing * (1 - share)) / pairs];
      let [held, weight] = [0, 0];
      let ofRow = (1 - p - q) ** pairs;
      for (let b = 0; b < most; b++) {
        let chance = ofRow;
        for (let c = 0; c < most; c++) {
          const [low, high] = intervals[b][c];
          weight += chance;
          if (low <= p - q && p - q <= high) held += chance;
          chance *= ((pairs - b - c) / (c + 1)) * (q / (1 - p - q));
        }
        ofRow *= ((pairs - b) / (b + 1)) * (p / (1 - p - q));
      }
      expect(weight, "tables left out").toBeCloseTo(1, 9);
      tried.push(held);
    }
  expect(Math.min(...tried)).toBeGreaterThan(0.93);
  expect(Math.max(...tried.slice(15)), "of five pairs or more that differ").toBeLessThan(0.97);
});

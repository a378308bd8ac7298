/** What screening learns of a stage's forecast, from known errors. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { errorOf } from "../../../sweeps/samplers/screen.js";

/** Pairs of a forecast and a truth that is off by these shares of it, in a drawn order. */
function pairsOf(errors: readonly number[], before: number): readonly { readonly before: number; readonly now: number }[] {
  const rng = createRng(3, "order");
  const order = errors.map((error) => ({ error, at: rng.float() })).sort((a, b) => a.at - b.at);
  return order.map(({ error }) => ({ before, now: before + error * Math.abs(before) }));
}

test("a forecast's slack and its reach to worse values are from its median error to the 3rd and the last but one of 80, whatever its sign", () => {
  const errors = Array.from({ length: 80 }, (_, i) => (i < 40 ? i - 40 : 3 * (i - 40)) / 100); // -0.40 to -0.01, 0 to 1.17
  for (const before of [10, -4, 250]) {
    const { median, spread, worse } = errorOf(pairsOf(errors, before));
    expect(median).toBeCloseTo(0, 12);
    expect(spread).toBeCloseTo(0.38, 12);
    expect(worse).toBeCloseTo(1.14, 12);
  }
});

test("of errors that lie on one side the median is the correction, and only what is beyond it the slack", () => {
  const { median, spread, worse } = errorOf(pairsOf([0.1, 0.2, 0.3, 0.4, 0.9], 2));
  expect([median, spread, worse].map((value) => Number(value.toFixed(12)))).toEqual([0.3, 0.2, 0.6]);
});

test("points without a value before or after say nothing, and errors of a forecast of zero are absolute", () => {
  const none = { median: 0, spread: 0, worse: 0 };
  expect(errorOf([])).toEqual(none);
  const missing = [
    { before: null, now: 7 },
    { before: 7, now: null },
  ];
  expect(errorOf(missing)).toEqual(none);
  expect(errorOf([...missing, { before: 0, now: 3 }])).toEqual({ ...none, median: 3 });
});

import { expect, test } from "vitest";
import { createRng } from "../../base/rng.js";
import { roundedDown } from "../../base/rounded-down.js";

test("the number has the digits, is not above the value, and the next one is", () => {
  const rng = createRng(4, "rounded-down");
  for (const value of [
    999.6,
    99.96,
    1,
    0.0999999,
    384.7,
    385,
    1e-9,
    5000,
    ...Array.from({ length: 2000 }, () => 1e-3 + 5000 * rng.float()),
  ])
    for (const digits of [2, 3, 4]) {
      const found = roundedDown(value, digits);
      expect(Number(found.toPrecision(digits)), `${value}`).toBe(found);
      expect(found).toBeLessThanOrEqual(value);
      expect(found * (1 + 1.01 * 10 ** (1 - digits)), `${value}`).toBeGreaterThan(value);
    }
});

test("by hand: 999.6 is 999, 0.09996 is 0.0999, 385 stays", () => {
  expect([999.6, 0.09996, 385, 1049].map((value) => roundedDown(value, 3))).toEqual([999, 0.0999, 385, 1040]);
});

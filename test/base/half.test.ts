/** Half precision agrees with a search for the nearest of all 65,536 patterns. */
import { describe, expect, test } from "vitest";
import { halfBits, halfValue, roundToHalf } from "../../base/half.js";
import { createRng } from "../../base/rng.js";

const SEED = 20261125;
console.log(`half.test seed ${SEED}`);

describe("half precision", () => {
  test("every pattern but the not-a-numbers comes back from the number it stands for", () => {
    const values = Array.from({ length: 65536 }, (_, pattern) => halfValue(pattern));
    expect(values.findIndex((value, pattern) => !Number.isNaN(value) && halfBits(value) !== pattern)).toBe(-1);
  });

  test("rounding takes the nearest pattern, the even one of two equally near, zero and infinity included", () => {
    const finite = Array.from({ length: 0x7c00 }, (_, pattern) => halfValue(pattern));
    const nearest = (value: number): number => {
      let low = 0;
      for (let high = finite.length; high - low > 1; ) {
        const middle = (low + high) >> 1;
        if (finite[middle] <= value) low = middle;
        else high = middle;
      }
      const [below, above] = [finite[low], finite[low + 1] ?? 65536];
      const upper = value - below > above - value || (value - below === above - value && low % 2 === 1);
      const chosen = upper ? above : below;
      return chosen === 65536 ? Number.POSITIVE_INFINITY : chosen;
    };
    const rng = createRng(SEED, "half");
    const cases = [0, 2 ** -25, 2 ** -25 * 1.0000001, 2 ** -24 * 1.5, 65504, 65519.996, 65520, 1 + 2 ** -11, 1 + 3 * 2 ** -11];
    for (let i = 0; i < 20000; i++) cases.push(2 ** (40 * rng.float() - 28) * (1 + rng.float()));
    for (const value of cases.map(Math.fround).filter((v) => v < 131008)) {
      expect(roundToHalf(value)).toBe(value > 65520 ? Number.POSITIVE_INFINITY : nearest(value));
      expect(roundToHalf(-value)).toBe(-roundToHalf(value));
    }
  });
});

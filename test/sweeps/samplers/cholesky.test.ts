/**
 * The compiled factor against the textbook's loops, and the boxes of local upper bounds against the count that theory
 * gives.
 */
import { expect, test } from "vitest";
import { square } from "../../../base/math.js";
import { createRng } from "../../../base/rng.js";
import { explained, factorise, strideOf } from "../../../sweeps/samplers/cholesky.js";
import { undominatedBoxes } from "../../../sweeps/samplers/expected-improvement.js";

/** Row-major lower factor of a row-major matrix. */
function textbookFactor(k: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = k[i * n + j];
      for (let m = 0; m < j; m++) sum -= l[i * n + m] * l[j * n + m];
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-10)) : sum / l[j * n + j];
    }
  }
  return l;
}

function textbookLength(l: Float64Array, n: number, side: Float64Array): number {
  const x = new Float64Array(n);
  let length = 0;
  for (let i = 0; i < n; i++) {
    let sum = side[i];
    for (let m = 0; m < i; m++) sum -= l[i * n + m] * x[m];
    x[i] = sum / l[i * n + i];
    length += square(x[i]);
  }
  return length;
}

test.each([1, 2, 3, 7, 8, 9, 31, 64, 100, 203])("of %i rows, factor and lengths equal the textbook's loops to the last bit", (n) => {
  const rng = createRng(n, "cholesky");
  const places = Float64Array.from({ length: n }, () => rng.float());
  // two neighbours are equal, so the last pivots vanish
  if (n > 8) places[n - 1] = places[0];
  const at = (i: number, j: number): number => 1 / (1 + square(4 * (places[i] - places[j])));
  const stride = strideOf(n);
  const columns = new Float64Array(n * stride);
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) columns[j * stride + i] = rows[i * n + j] = at(i, j);
  factorise(columns, n);
  const factor = textbookFactor(rows, n);
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: i + 1 }, (_, j) => columns[j * stride + i]);
    expect(row).toEqual(Array.from(factor.subarray(i * n, i * n + i + 1)));
  }
  for (const count of [1, 4, 6]) {
    const sides = Array.from({ length: count }, () => Float64Array.from({ length: n }, () => rng.float() - 0.5));
    const group = 16 * Math.ceil(n / 4);
    const lengths = explained(columns, n, count, (to) => {
      sides.forEach((side, c) => {
        side.forEach((value, i) => {
          to[(c >> 2) * group + 4 * i + (c & 3)] = value;
        });
      });
    });
    expect([...lengths]).toEqual(sides.map((side) => textbookLength(factor, n, side)));
  }
});

test("a front of n points in 3 objectives, no two numbers equal, has 2 n + 1 boxes", () => {
  const rng = createRng(3, "boxes");
  for (const count of [0, 1, 5, 40]) {
    const front = Array.from({ length: count }, () => {
      const point = [rng.float(), rng.float(), rng.float()].map((value) => value + 1e-3);
      const length = Math.sqrt(point.reduce((sum, value) => sum + square(value), 0));
      return point.map((value) => 1 - value / length);
    });
    // no point of a sphere dominates another
    expect(undominatedBoxes(front, [2, 2, 2])).toHaveLength(2 * count + 1);
  }
});

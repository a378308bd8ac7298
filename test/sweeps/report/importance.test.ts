/** Importance and history agree with closed forms and with direct computation. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { correlationRatio, importances, rankCorrelation, ranksOf } from "../../../sweeps/report/importance.js";

test("a parameter that decides a metric explains all of it, one that does not explains none", () => {
  const a: number[] = [];
  const b: number[] = [];
  for (const x of [1, 2, 4, 8]) {
    for (const y of [10, 20, 30]) {
      a.push(x);
      b.push(y);
    }
  }
  const metric = a.map((x) => 3 * x * x);
  expect(correlationRatio(a, metric)).toBeCloseTo(1, 12);
  expect(correlationRatio(b, metric)).toBeCloseTo(0, 12);
});

test("over a full grid of an additive metric the shares sum to one", () => {
  const rows = [1, 2, 3].flatMap((x) => [5, 7].flatMap((y) => ["p", "q"].map((z) => ({ x, y, z }))));
  const metric = rows.map((row) => row.x * 2 + row.y * 3 + (row.z === "p" ? 1 : 4));
  const found = importances({ x: rows.map((row) => row.x), y: rows.map((row) => row.y), z: rows.map((row) => row.z) }, { metric });
  expect(found.reduce((sum, entry) => sum + (entry.share as number), 0)).toBeCloseTo(1, 12);
  expect(found.find((entry) => entry.parameter === "z")?.rank).toBeNull();
});

test("a share lies between 0 and 1 and does not change when the metric is shifted or stretched", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -50, max: 50 })), { minLength: 4, maxLength: 60 }),
      (pairs) => {
        const values = pairs.map((pair) => pair[0]);
        const metric = pairs.map((pair) => pair[1]);
        const share = correlationRatio(values, metric);
        if (share === null) return;
        expect(share).toBeGreaterThanOrEqual(-1e-12);
        expect(share).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          correlationRatio(
            values,
            metric.map((value) => 7 + 2.5 * value),
          ),
        ).toBeCloseTo(share, 9);
      },
    ),
    { seed: 21, numRuns: 200 },
  );
});

test("rank correlation is 1 for any rising curve, -1 for any falling one, with ties at their mean rank", () => {
  const x = [1, 2, 3, 4, 5, 6];
  expect(
    rankCorrelation(
      x,
      x.map((value) => Math.exp(value)),
    ),
  ).toBeCloseTo(1, 12);
  expect(
    rankCorrelation(
      x,
      x.map((value) => -(value ** 3)),
    ),
  ).toBeCloseTo(-1, 12);
  expect(ranksOf([10, 20, 20, 30])).toEqual([0, 1.5, 1.5, 3]);
  expect(rankCorrelation(x, [1, 1, 1, 1, 1, 1])).toBeNull();
});

test("a metric that does not vary, or a pair with too few values, has no importance instead of a false one", () => {
  const found = importances({ lanes: [1, 2, 4], bits: [8, null, null] }, { flat: [5, 5, 5], some: [1, 2, null] });
  expect(found.find((entry) => entry.parameter === "lanes" && entry.metric === "flat")?.share).toBeNull();
  expect(found.find((entry) => entry.parameter === "bits" && entry.metric === "flat")?.share).toBeNull();
});

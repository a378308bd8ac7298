/** What errors of metrics explain of a violation: no point that truly meets its constraint seems further from it. */
import { expect, test } from "vitest";
import { parseExpression } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { violation } from "../../sweeps/constraint.js";
import { explainedViolation, limitBounds } from "../../sweeps/limit-bounds.js";
import { cases } from "../cases.js";

/** Metrics: less of x and y is better, more of z and w. */
const LIMITS = new Map(["x", "y", "z", "w"].map((name, index) => [name, { index, isNegated: index > 1 }]));
const boundsOf = (text: string) => limitBounds(parseExpression(text).root, LIMITS);
const SEED = 31;

test.each([
  ["x <= R", 1],
  ["R >= x", 0.5],
  ["x >= R", 1],
  ["R <= x", 0.5],
  ["z >= R", 1],
  ["z <= R", 1],
  ["not (z < R)", 1],
  ["x + y <= R", 0.3],
  ["x * y <= R", 0.3],
  ["R >= x * y", 0.2],
  ["z * w >= R", 0.3],
  ["R <= z + w", 0.2],
  ["x * z <= R", 0.2],
  ["x / z <= R", 0.2],
  ["x * x <= R", 0.5],
  ["x ** 2 >= R", 0.4],
  ["pow(x, 3) <= R", 0.5],
  ["x * x * y <= R", 0.3],
  ["x + x <= R", 0.5],
  ["x + x * y <= R", 0.2],
  ["x <= y * y", 0.4],
  ["x * y <= x * z", 0.2],
  ["x / z / z <= R / 20", 0.1],
  ["x / (y + z) <= R / 20", 0.15],
  ["20 / x >= R", 0.4],
  ["max(x, y) <= R", 0.5],
  ["min(x, 2 * y) >= R / 4", 0.3],
  ["-x >= -R", 0.5],
  ["x * (p - 3) <= R / 4", 0.3],
  ["(p < 3 ? x : x * y) <= R", 0.15],
  ["x <= R and z >= R", 0.5],
  ["x <= R or y <= R", 0.3],
  ["p < 3 ? x <= R : y >= R", 0.4],
] as const)("%s: the bound holds for every error, and is reached to a share of at least %d", (text, least) => {
  const rng = createRng(SEED, text);
  const bounds = boundsOf(text);
  let most = 0;
  let met = 0;
  for (let draw = 0; draw < cases(6_000); draw++) {
    const truth = { x: 1 + 9 * rng.float(), y: 1 + 9 * rng.float(), z: 1 + 9 * rng.float(), w: 1 + 9 * rng.float() };
    const width = 0.15 * rng.float();
    // estimates of which the truth is lower or higher by a share of at most the width
    const estimate = Object.entries(truth).map(([name, value]) => [
      name,
      value / (1 + width * (rng.float() < 0.5 ? 1 - 2 * rng.float() : rng.float() < 0.5 ? 1 : -1)),
    ]);
    const limit = 1 + 40 * rng.float();
    const root = parseExpression(text.replaceAll("R", String(limit))).root;
    const at = (values: { readonly [name: string]: number }): number =>
      violation(root, (name) => ({ p: limit % 2 < 1 ? 2 : 4, ...values })[name]);
    if (at(truth) > 0) continue;
    met++;
    const errors = Array.from({ length: LIMITS.size }, () => ({ lower: width, higher: width }));
    const explained = explainedViolation(bounds, errors);
    const seems = at(Object.fromEntries(estimate));
    if (seems > explained * (1 + 1e-12)) expect.fail(`${seems} > ${explained}: ${JSON.stringify({ truth, estimate, limit })}`);
    most = Math.max(most, seems / explained);
  }
  expect(met).toBeGreaterThan(cases(150));
  expect(most).toBeGreaterThan(0.8 * least);
});

test("only errors on the side that meets the limit count, and a lower limit gets less than an upper one", () => {
  const [low, high] = [
    { lower: 0.1, higher: 0 },
    { lower: 0, higher: 0.1 },
  ];
  const explained = (text: string, error: typeof low): number => explainedViolation(boundsOf(text), [error, error, error, error]);
  expect(explained("x <= 5", low)).toBeCloseTo(0.1 / 0.9, 12);
  expect(explained("x >= 5", high)).toBeCloseTo(0.1 / 1.1, 12);
  // of z more is better: it is negated, so its truth is higher where the negated one is lower
  expect(explained("z >= 5", low)).toBeCloseTo(0.1 / 1.1, 12);
  expect(explained("z <= 5", high)).toBeCloseTo(0.1 / 0.9, 12);
  for (const [text, error] of [
    ["x <= 5", high],
    ["x >= 5", low],
    ["z >= 5", high],
    ["z <= 5", low],
    ["p <= 5", low],
  ] as const)
    expect(explained(text, error), text).toBe(0);
});

/** Differences, and what may hide one: signs, and functions that are not in proportion to their argument. */
const DIFFERENCES = [
  ...["x - y <= 0", "2 * x - y <= 5", "5 - x >= 0", "x - 4 <= 1", "x <= y - 5", "x + -4 <= 1", "x + (p - 4) <= 1", "min(x, -y) <= -2"],
  ...["x * (5 - y) <= 1", "(x - 4) ** 2 <= 1", "abs(x - 5) <= 1", "log2(x) <= 2", "floor(x) <= 5", "x % 3 <= 1", "x ** -1 >= 2"],
  ...["x + -1 * y <= 2", "x + y * -1 <= 2", "x + y / -2 <= 2", "min(x, y * (p - 9)) <= 1"],
  ...["2 ** x <= 9", "x ** p <= 9", "(x < 3) + y <= 5", "(x < 3 ? y : z) <= 5"],
];

test("a difference, a part that knows no distance, or whose branch the errors decide, is never pruned", () => {
  const error = { lower: 0.01, higher: 0.01 };
  for (const text of ["x == 5", "x != 5", "x < 3 ? p < 5 : p > 8", ...DIFFERENCES])
    expect(explainedViolation(boundsOf(text), [error, error, error, error]), text).toBe(Number.MAX_VALUE);
});

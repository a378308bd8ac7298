/** Expressions: arithmetic and comparisons mean what they mean elsewhere, and nothing else can be written. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ExpressionError, type ExpressionValue, evaluateExpression, parseExpression } from "../../arch/expression.js";
import { demandTruth, typeOf, typeOfValue } from "../../arch/expression-type.js";

const SEED = 20260106;
console.log(`expression.test seed ${SEED}`);
const run = (text: string, values: { [name: string]: ExpressionValue } = {}): ExpressionValue =>
  evaluateExpression(parseExpression(text).root, (name) => (Object.hasOwn(values, name) ? values[name] : undefined));

test("random arithmetic agrees with JavaScript's own", () => {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.integer({ min: 0, max: 50 }).map(String),
      fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*"), tie("tree")).map(([a, op, b]) => `${a} ${op} ${b}`),
    ),
  }));
  fc.assert(
    fc.property(tree, (text) => {
      expect(run(text)).toBe(new Function(`return ${text}`)());
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("words and signs of logic agree, texts compare, names are collected once", () => {
  expect(run("a > 1 and not (b == 'x') or false", { a: 2, b: "y" })).toBe(true);
  expect(run("a > 1 && b == 'y'", { a: 2, b: "y" })).toBe(true);
  expect(run("min(4, max(1, 2), 3) + floor(2.7)")).toBe(4);
  expect(parseExpression("a + b * a").names).toEqual(["a", "b"]);
});

test("anything else is refused with its place", () => {
  for (const [text, message] of [
    ["1 +", "expected a value, got 'end of expression'"],
    ["a;b", "unexpected ';'"],
    ["process(1)", "unknown function 'process' (known: "],
    ["constructor(1)", "unknown function 'constructor' (known: "],
    ["(1", "expected ')', got 'end of expression'"],
    ["1 2", "expected an operator or the end, got '2'"],
    ["a => 1", "got '=>', expected an operator: write >="],
    ["a =< 1", "got '=<', expected an operator: write <="],
    ["a <> 1", "got '<>', expected an operator: write !="],
    ["a = 1", "got '=', expected an operator: write =="],
    ["2 ^ a", "got '^', expected an operator: write **"],
    ["a > 1 & a < 3", "got '&', expected an operator: write and"],
    ["a > 1 | a < 0", "got '|', expected an operator: write or"],
    ["a ≥ 1", "got '≥', expected an operator: write >="],
    ["area_mm2@101 <= 1", "got '101' as quantile of area_mm2, expected a percentage from 0.001 to 99.999, e.g. area_mm2@90"],
    ["area_mm2@p90 <= 1", "got 'p90' as quantile of area_mm2"],
    ["area_mm2@ <= 1", "got '' as quantile of area_mm2"],
  ] as const) {
    expect(() => parseExpression(text)).toThrow(ExpressionError);
    expect(() => parseExpression(text)).toThrow(message);
  }
  expect(() => run("a + 1", { a: "x" })).toThrow("needs numbers");
  expect(() => run("toString")).toThrow("unknown name");
});

test("what has a type never fails on any values, and gives a value of that type", () => {
  const values = { n: 3, m: 0.5, t: "x", u: "y", b: true } as const;
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("n", "m", "t", "u", "b", "2", "'x'"),
      fc
        .tuple(tie("tree"), fc.constantFrom("+", "*", "<", ">=", "==", "!=", "&&", "||", "**"), tie("tree"))
        .map(([a, op, c]) => `(${a} ${op} ${c})`),
      fc.tuple(fc.constantFrom("-", "!", "abs", "sqrt"), tie("tree")).map(([op, a]) => `${op}(${a})`),
      fc.tuple(tie("tree"), tie("tree"), tie("tree")).map(([a, c, d]) => `(${a} ? ${c} : ${d})`),
    ),
  }));
  let typed = 0;
  fc.assert(
    fc.property(tree, (text) => {
      const { root } = parseExpression(text);
      let type: string;
      try {
        type = typeOf(root, (name) => typeOfValue(values[name as keyof typeof values]));
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
        return;
      }
      if (type === "any") return;
      typed++;
      expect(typeOfValue(run(text, values))).toBe(type);
    }),
    { seed: SEED, numRuns: 2000 },
  );
  expect(typed).toBeGreaterThan(300);
});

test("a condition must say yes or no; the place of what cannot work is named", () => {
  const number = (): "number" => "number";
  for (const [text, column] of [
    ["a", 1],
    ["1 < a < 2", 7],
    ["a && a < 2", 3],
    ["a < 2 && !a", 10],
    ["min(a, 2 < a) < 2", 1],
    ["a == 'x'", 3],
  ] as const) {
    try {
      demandTruth(parseExpression(text), number);
      expect.unreachable(text);
    } catch (error) {
      expect((error as ExpressionError).column, text).toBe(column);
    }
  }
  demandTruth(parseExpression("!(a < 2) or (a > 1 ? a < 2 : true)"), number);
});

test("a long chain of brackets is refused or read, never a crash", () => {
  try {
    parseExpression(`${"(".repeat(480)}1`);
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError);
  }
});

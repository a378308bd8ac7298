/** Messages quote an input in one line, without control characters, cut to a limit. */
import { expect, test } from "vitest";
import { parseExpression } from "../../arch/index.js";
import { InfeasibleError, inputError, quoted } from "../../base/errors.js";

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}]/u;

test("a quoted piece of input is one line of at most 200 characters, wherever the cut falls", () => {
  expect(quoted("lanes")).toBe("'lanes'");
  expect(quoted("a\u001b[2J\nb\u202e")).toBe("'a?[2J b?'");
  for (const text of ["x".repeat(1e6), "\u{1f600}".repeat(150), "a b ".repeat(1e5)]) {
    expect(quoted(text).length).toBeLessThanOrEqual(202);
    expect(quoted(text)).not.toMatch(CONTROL);
  }
});

test("a message that quotes input without `quoted`, and its problem, are cleaned and cut as well", () => {
  const error = inputError("f\u001b.yaml", `unknown ${"k".repeat(1e6)} and ${"w ".repeat(1e5)}`, "say\r\nyes", "p".repeat(1e4));
  const [{ file, path, message, fix }] = error.problems;
  expect([file, path.length, fix]).toEqual(["f?.yaml", 200, "say yes"]);
  expect(message.length).toBeLessThanOrEqual(2_000);
  expect(Math.max(...message.split(" ").map((word) => word.length))).toBeLessThanOrEqual(200);
  expect(error.message.replaceAll("\n", "")).not.toMatch(CONTROL);
  expect(new InfeasibleError("CODE", "core\u009b", "n".repeat(1e5), "2", "x").message).toMatch(/^CODE: core\? needs n{198}\.\., has 2; x$/);
});

test("an expression's message quotes at most 200 characters of it", () => {
  const refused = (text: string): string => {
    try {
      parseExpression(text);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("was not refused");
  };
  expect(refused(`a ${"b".repeat(1e4)}`).length).toBeLessThan(300);
});

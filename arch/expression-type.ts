/**
 * What an expression gives, known before any value is: a number, a text, or true or false. Finds `lanes <= 8 <= 16`, a
 * constraint that compares nothing, or a number set against a text, which would otherwise be found (or silently hold)
 * at some point of a search.
 * Throws: `ExpressionError` at the operator or name that cannot work.
 */
import { type Expression, ExpressionError, type ExpressionNode, type ExpressionValue } from "./expression.js";

/** `any`: not known before there is a value. */
export type ExpressionType = "number" | "text" | "truth" | "any";

const SHOWN = { number: "a number", text: "a text", truth: "true or false", any: "a value" } as const;
const ORDER = ["<", "<=", ">", ">="];

export function typeOfValue(value: ExpressionValue): ExpressionType {
  return typeof value === "number" ? "number" : typeof value === "string" ? "text" : "truth";
}

/** The one type of all values; `any` where they differ or there is none. */
export function commonType(types: readonly ExpressionType[]): ExpressionType {
  return types.length > 0 && types.every((type) => type === types[0]) ? types[0] : "any";
}

/** The type of both sides; `any` where one is not known. */
function same(op: string, a: ExpressionType, b: ExpressionType, column: number): ExpressionType {
  if (a === "any" || b === "any") return "any";
  if (a !== b) throw new ExpressionError(`'${op}' mixes ${SHOWN[a]} with ${SHOWN[b]}`, column);
  return a;
}

/** @throws ExpressionError where an operator cannot work on what it is given. */
export function typeOf(node: ExpressionNode, typeOfName: (name: string) => ExpressionType): ExpressionType {
  const of = (part: ExpressionNode): ExpressionType => typeOf(part, typeOfName);
  const demand = (part: ExpressionNode, wanted: "number" | "truth", what: string, column: number): void => {
    const got = of(part);
    if (got !== wanted && got !== "any") throw new ExpressionError(`'${what}' needs ${SHOWN[wanted]}, got ${SHOWN[got]}`, column);
  };
  switch (node.kind) {
    case "value":
      return typeOfValue(node.value);
    case "name":
      return typeOfName(node.name);
    case "unary": {
      const wanted = node.op === "!" ? "truth" : "number";
      demand(node.of, wanted, node.op, node.column);
      return wanted;
    }
    case "call":
      for (const arg of node.args) demand(arg, "number", node.name, node.column);
      return "number";
    case "choice":
      demand(node.test, "truth", "?", node.column);
      return same("? :", of(node.yes), of(node.no), node.column);
    case "binary": {
      const { op, left, right, column } = node;
      if (op === "==" || op === "!=") {
        same(op, of(left), of(right), column);
        return "truth";
      }
      const wanted = op === "&&" || op === "||" ? "truth" : "number";
      for (const side of [left, right]) demand(side, wanted, op, column);
      return wanted === "truth" || ORDER.includes(op) ? "truth" : "number";
    }
  }
}

/** @throws ExpressionError where the expression says neither yes nor no. */
export function demandTruth({ root }: Expression, typeOfName: (name: string) => ExpressionType): void {
  const type = typeOf(root, typeOfName);
  if (type !== "truth" && type !== "any") throw new ExpressionError(`expected a comparison, got ${SHOWN[type]}`, 1);
}

/**
 * The type of an expression before its values are known: number, text, or truth. Finds `lanes <= 8 <= 16`, a constraint
 * without a comparison, or a number compared with a text, which a search would otherwise find late or never.
 * Throws: `ExpressionError` at the operator or name that cannot work.
 */
import { type Expression, ExpressionError, type ExpressionNode, type ExpressionValue } from "./expression.js";

/** `any`: unknown before there is a value. */
export type ExpressionType = "number" | "text" | "truth" | "any";

const SHOWN = { number: "a number", text: "a text", truth: "true or false", any: "a value" } as const;
const ORDER = ["<", "<=", ">", ">="];

export function typeOfValue(value: ExpressionValue): ExpressionType {
  return typeof value === "number" ? "number" : typeof value === "string" ? "text" : "truth";
}

/** The common type of all values; `any` if they differ or there is none. */
export function commonType(types: readonly ExpressionType[]): ExpressionType {
  return types.length > 0 && types.every((type) => type === types[0]) ? types[0] : "any";
}

/** The type of both sides; `any` if one is unknown. */
function same(op: string, a: ExpressionType, b: ExpressionType, column: number): ExpressionType {
  if (a === "any" || b === "any") return "any";
  if (a !== b) throw new ExpressionError(`'${op}' mixes ${SHOWN[a]} with ${SHOWN[b]}`, column);
  return a;
}

/** @throws ExpressionError if an operator cannot take its operands. */
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

/** @throws ExpressionError if the expression is not a comparison. */
export function demandTruth({ root }: Expression, typeOfName: (name: string) => ExpressionType): void {
  const type = typeOf(root, typeOfName);
  if (type !== "truth" && type !== "any") throw new ExpressionError(`expected a comparison, got ${SHOWN[type]}`, 1);
}

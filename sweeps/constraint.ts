/**
 * How far a design point is from meeting a constraint such as `area_mm2 <= 2`. Throws: `ExpressionError` for unknown
 * names, and for texts in place of numbers.
 */
import { type ExpressionNode, type ExpressionValue, evaluateExpression, truthOf } from "../arch/index.js";

/**
 * Distance of a point from meeting a constraint: 0 if it holds, `unknown` if that depends on an unknown metric. For `l
 * <= r` it is the relative excess (l - r) / max(|r|, 1); `&&` gives the sum of both sides, `||` the lesser, `? :` the
 * distance of the branch taken, and `not` that of the opposite: of `not (l > r)` that of `l <= r`. Any other comparison
 * that fails gives 1.
 */
export function violation(
  node: ExpressionNode,
  lookup: (name: string) => ExpressionValue | undefined,
  unknown = Number.POSITIVE_INFINITY,
): number {
  const of = (part: ExpressionNode): number => violation(part, lookup, unknown);
  if (node.kind === "choice") {
    const test = truthOf(node.test, lookup);
    return test === null ? unknown : of(test ? node.yes : node.no);
  }
  if (node.kind === "unary" && node.op === "!" && isComposed(node.of)) return of(negated(node.of));
  if (node.kind === "binary" && node.op === "&&") return of(node.left) + of(node.right);
  if (node.kind === "binary" && node.op === "||") return Math.min(of(node.left), of(node.right));
  const holds = truthOf(node, lookup);
  if (holds === null) return unknown;
  if (holds) return 0;
  if (node.kind !== "binary" || !isOrder(node.op)) return 1;
  const l = Number(evaluateExpression(node.left, lookup));
  const r = Number(evaluateExpression(node.right, lookup));
  const excess = Math.abs(l - r) / Math.max(Math.abs(r), 1);
  return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : Math.max(excess, Number.MIN_VALUE);
}

export const isOrder = (op: string): boolean => ["<", "<=", ">", ">="].includes(op);

const OPPOSITES: { readonly [op: string]: string } = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" };
const DUALS: { readonly [op: string]: string } = { "&&": "||", "||": "&&" };

/** True for what `negated` writes without a `not` at its top. */
const isComposed = (node: ExpressionNode): boolean =>
  node.kind === "choice" ||
  (node.kind === "unary" && node.op === "!") ||
  (node.kind === "binary" && (Object.hasOwn(OPPOSITES, node.op) || Object.hasOwn(DUALS, node.op)));

/** The opposite of a condition, with each `not` as far inside as it goes. */
export function negated(node: ExpressionNode): ExpressionNode {
  if (node.kind === "unary" && node.op === "!") return node.of;
  if (node.kind === "choice") return { ...node, yes: negated(node.yes), no: negated(node.no) };
  if (node.kind !== "binary" || !isComposed(node)) return { kind: "unary", op: "!", of: node, column: 0 };
  if (Object.hasOwn(OPPOSITES, node.op)) return { ...node, op: OPPOSITES[node.op] };
  return { ...node, op: DUALS[node.op], left: negated(node.left), right: negated(node.right) };
}

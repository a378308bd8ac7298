/**
 * How far a design point is from meeting a constraint such as `area_mm2 <= 2`. Throws: `ExpressionError` for unknown
 * names, and for texts in place of numbers.
 */
import { type ExpressionNode, type ExpressionValue, evaluateExpression } from "../arch/index.js";

/**
 * Distance of a point from meeting a constraint: 0 if it holds. For `l <= r` it is the relative excess (l - r) /
 * max(|r|, 1); `&&` gives the sum of both sides, `||` the lesser, `? :` the distance of the branch taken. Any other
 * comparison that fails gives 1.
 */
export function violation(node: ExpressionNode, lookup: (name: string) => ExpressionValue | undefined): number {
  if (node.kind === "choice") return violation(evaluateExpression(node.test, lookup) ? node.yes : node.no, lookup);
  if (node.kind === "binary") {
    if (node.op === "&&") return violation(node.left, lookup) + violation(node.right, lookup);
    if (node.op === "||") return Math.min(violation(node.left, lookup), violation(node.right, lookup));
    if (["<", "<=", ">", ">="].includes(node.op)) {
      if (evaluateExpression(node, lookup) === true) return 0;
      const l = Number(evaluateExpression(node.left, lookup));
      const r = Number(evaluateExpression(node.right, lookup));
      const excess = Math.abs(l - r) / Math.max(Math.abs(r), 1);
      return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : Math.max(excess, Number.MIN_VALUE);
    }
  }
  return evaluateExpression(node, lookup) ? 0 : 1;
}

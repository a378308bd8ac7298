/**
 * How far a design point is from a constraint such as `area_mm2 <= 2`. Throws: `ExpressionError` on unknown names or
 * texts for numbers.
 */
import { type ExpressionNode, type ExpressionValue, evaluateExpression } from "../arch/index.js";

/**
 * How far a constraint is from holding: 0 where it holds; for `l <= r` the relative excess (l - r) / max(|r|, 1);
 * sums over `&&`, the least over `||`, that of the branch taken for `? :`, 1 for any other comparison that fails.
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

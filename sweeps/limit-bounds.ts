/**
 * How far a point that meets its constraints may seem to be from them if metrics are estimates. Pure.
 *
 * The truth may be lower than an estimate b by a share e of it, or higher by another. Let a constraint bound one metric
 * from above, `metric <= r`: the truth b (1 - e) meets it, so b exceeds r by at most e / (1 - e) of r. From below,
 * `metric >= r`: the truth b (1 + e) meets it, so b falls short of r by at most e / (1 + e) of r. Sums and products of
 * metrics rise with each of them. Of such terms, and of metrics on the right, whose distance is a share of b, the first
 * bound holds for the sum of their errors. Of any other term, errors in both directions count.
 */
import type { ExpressionNode } from "../arch/index.js";
import { isOrder, negated } from "./constraint.js";

/** A part of a constraint, and what errors of its metrics explain. */
export interface LimitBound {
  /** Indices of its metrics among those that constraints name. */
  readonly limits: readonly number[];
  /** Errors that may explain that it seems broken: metrics that are truly lower, or higher, as minimised; or both. */
  readonly side: "lower" | "higher" | "either";
  /** Most violation by a sum of errors e: e / (1 + scale * e); null: no bound, because the part knows no distance. */
  readonly scale: -1 | 1 | null;
}

/** @param limits metrics that are estimates, by name: their indices, and whether they are minimised as they are */
export function limitBounds(
  root: ExpressionNode,
  limits: ReadonlyMap<string, { readonly index: number; readonly isNegated: boolean }>,
): LimitBound[] {
  const named = (node: ExpressionNode): string[] => [...new Set(namesIn(node))].filter((name) => limits.has(name));
  const bound = (names: readonly string[], side: LimitBound["side"], scale: LimitBound["scale"]): LimitBound[] =>
    names.length === 0 ? [] : [{ limits: names.map((name) => limits.get(name)?.index ?? 0), side, scale }];
  const compared = ({ op, left, right }: Extract<ExpressionNode, { readonly kind: "binary" }>): LimitBound[] => {
    const isLeft = named(left).length > 0;
    const [term, other] = isLeft ? [left, right] : [right, left];
    if (named(other).length > 0 || !rises(term)) return bound([...new Set([...named(left), ...named(right)])], "either", -1);
    const isAbove = op.startsWith("<") === isLeft;
    const names = named(term);
    // a metric of which more is better is negated: as minimised, it is lower where it is truly higher
    const areLower = new Set(names.map((name) => (limits.get(name)?.isNegated === true) !== isAbove));
    const side = areLower.size > 1 ? "either" : areLower.has(true) ? "lower" : "higher";
    return bound(names, side, isLeft && !isAbove && term.kind === "name" ? 1 : -1);
  };
  const parts = (node: ExpressionNode): LimitBound[] => {
    if (node.kind === "choice" && named(node.test).length === 0) return [...parts(node.yes), ...parts(node.no)];
    if (node.kind === "unary" && node.op === "!") return parts(negated(node.of));
    if (node.kind === "binary" && (node.op === "&&" || node.op === "||")) return [...parts(node.left), ...parts(node.right)];
    if (node.kind === "binary" && isOrder(node.op)) return compared(node);
    return bound(named(node), "either", null);
  };
  return parts(root);
}

/**
 * The violation that errors may explain. `errors` [limits]: shares by which the truth may be lower, or higher, as
 * minimised.
 */
export function explainedViolation(
  bounds: readonly LimitBound[],
  errors: readonly { readonly lower: number; readonly higher: number }[],
): number {
  return bounds.reduce((sum, { limits, side, scale }) => {
    const error = limits.reduce((total, k) => total + errorOn(side, errors[k]), 0);
    if (error === 0) return sum;
    return scale !== null && 1 + scale * error > 0 ? sum + error / (1 + scale * error) : Number.MAX_VALUE;
  }, 0);
}

const errorOn = (side: LimitBound["side"], { lower, higher }: { readonly lower: number; readonly higher: number }): number =>
  side === "either" ? Math.max(lower, higher) : side === "lower" ? lower : higher;

/** True for sums and products of names and numbers that are not negative. */
function rises(node: ExpressionNode): boolean {
  if (node.kind === "value") return typeof node.value === "number" && node.value >= 0;
  if (node.kind === "binary") return (node.op === "+" || node.op === "*") && rises(node.left) && rises(node.right);
  return node.kind === "name";
}

function namesIn(node: ExpressionNode): string[] {
  switch (node.kind) {
    case "value":
      return [];
    case "name":
      return [node.name];
    case "unary":
      return namesIn(node.of);
    case "binary":
      return [...namesIn(node.left), ...namesIn(node.right)];
    case "choice":
      return [node.test, node.yes, node.no].flatMap(namesIn);
    case "call":
      return node.args.flatMap(namesIn);
  }
}

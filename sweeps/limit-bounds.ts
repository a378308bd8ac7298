/**
 * How far a point that meets its constraints may seem to be from them if metrics are estimates. Pure.
 *
 * The truth may be lower than an estimate b by a share e of it, or higher by another. Let a constraint bound one metric
 * from above, `metric <= r`: the truth b (1 - e) meets it, so b exceeds r by at most e / (1 - e) of r. From below,
 * `metric >= r`: the truth b (1 + e) meets it, so b falls short of r by at most e / (1 + e) of r. In products,
 * quotients and whole powers a metric's error counts as often as the metric stands there; in sums, `min` and `max` of
 * terms that are not negative, as often as in the term where it stands most. With the sum of these errors the first
 * bound holds for such a term, and for two of them in one comparison. Where a term does not rise with each of its
 * metrics, errors in both directions count. A difference has no bound: a small error of a metric may be many times the
 * difference. Metrics and parameters are taken as not negative.
 */
import type { ExpressionNode } from "../arch/index.js";
import { isOrder, negated } from "./constraint.js";

/** A part of a constraint, and what errors of its metrics explain. */
export interface LimitBound {
  /** Its metrics, as indices among those that constraints name, and how often the error of each counts. */
  readonly limits: readonly { readonly index: number; readonly times: number }[];
  /** Errors that may explain that it seems broken: metrics that are truly lower, or higher, as minimised; or both. */
  readonly side: "lower" | "higher" | "either";
  /** Most violation by a sum of errors e: e / (1 + scale * e); null: no bound is known. */
  readonly scale: -1 | 1 | null;
}

/** @param limits metrics that are estimates, by name: their indices, and whether they are minimised as they are */
export function limitBounds(
  root: ExpressionNode,
  limits: ReadonlyMap<string, { readonly index: number; readonly isNegated: boolean }>,
): LimitBound[] {
  const isLimit = (name: string): boolean => limits.has(name);
  const bound = (times: Times, side: LimitBound["side"], scale: LimitBound["scale"]): LimitBound[] =>
    times.size === 0 ? [] : [{ limits: [...times].map(([name, n]) => ({ index: limits.get(name)?.index ?? 0, times: n })), side, scale }];
  const unbounded = (node: ExpressionNode): LimitBound[] =>
    bound(new Map(namesIn(node).flatMap((name) => (isLimit(name) ? [[name, 1]] : []))), "either", null);
  const compared = (node: Extract<ExpressionNode, { readonly kind: "binary" }>): LimitBound[] => {
    const [left, right] = [shareOf(node.left, isLimit), shareOf(node.right, isLimit)];
    if (left === null || right === null) return unbounded(node);
    const { times, rises } = right.times.size === 0 ? left : left.times.size === 0 ? right : { ...product(left, right), rises: false };
    if (!rises) return bound(times, "either", -1);
    const isLeft = left.times.size > 0;
    const isAbove = node.op.startsWith("<") === isLeft;
    // a metric of which more is better is negated: as minimised, it is lower where it is truly higher
    const areLower = new Set([...times.keys()].map((name) => (limits.get(name)?.isNegated === true) !== isAbove));
    const side = areLower.size > 1 ? "either" : areLower.has(true) ? "lower" : "higher";
    return bound(times, side, isLeft && !isAbove && node.left.kind === "name" ? 1 : -1);
  };
  const parts = (node: ExpressionNode): LimitBound[] => {
    if (node.kind === "choice" && !namesIn(node.test).some(isLimit)) return [...parts(node.yes), ...parts(node.no)];
    if (node.kind === "unary" && node.op === "!") return parts(negated(node.of));
    if (node.kind === "binary" && (node.op === "&&" || node.op === "||")) return [...parts(node.left), ...parts(node.right)];
    if (node.kind === "binary" && isOrder(node.op)) return compared(node);
    return unbounded(node);
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
    const error = limits.reduce((total, { index, times }) => total + times * errorOn(side, errors[index]), 0);
    if (error === 0) return sum;
    return scale !== null && 1 + scale * error > 0 ? sum + error / (1 + scale * error) : Number.MAX_VALUE;
  }, 0);
}

const errorOn = (side: LimitBound["side"], { lower, higher }: { readonly lower: number; readonly higher: number }): number =>
  side === "either" ? Math.max(lower, higher) : side === "lower" ? lower : higher;

type Times = ReadonlyMap<string, number>;

/** A term whose error is a share of it: how often the error of each metric counts. */
interface Share {
  readonly times: Times;
  readonly isPositive: boolean;
  /** It rises with each of its metrics. */
  readonly rises: boolean;
}

const joined = (all: readonly Times[], of: (a: number, b: number) => number): Times => {
  const times = new Map<string, number>();
  for (const one of all) for (const [name, n] of one) times.set(name, of(times.get(name) ?? 0, n));
  return times;
};
const product = (a: Share, b: Share): Share => ({
  times: joined([a.times, b.times], (x, y) => x + y),
  isPositive: a.isPositive && b.isPositive,
  rises: a.rises && b.rises,
});
/** One of several terms, or between them. */
const among = (terms: readonly Share[]): Share => ({
  times: joined(
    terms.map(({ times }) => times),
    Math.max,
  ),
  isPositive: terms.every(({ isPositive }) => isPositive),
  rises: terms.every(({ rises }) => rises),
});

/** Null: the error of the term is no share of it that is known. */
function shareOf(node: ExpressionNode, isLimit: (name: string) => boolean): Share | null {
  const of = (part: ExpressionNode): Share | null => shareOf(part, isLimit);
  const all = (parts: readonly ExpressionNode[]): Share[] | null => {
    const found = parts.map(of).filter((share) => share !== null);
    return found.length === parts.length ? found : null;
  };
  if (!namesIn(node).some(isLimit)) {
    const isPositive = isNotNegative(node);
    return { times: new Map(), isPositive, rises: isPositive };
  }
  if (node.kind === "name") return { times: new Map([[node.name, 1]]), isPositive: true, rises: true };
  if (node.kind === "choice") {
    const branches = namesIn(node.test).some(isLimit) ? null : all([node.yes, node.no]);
    return branches && among(branches);
  }
  if (node.kind === "unary") {
    const negative = node.op === "-" ? of(node.of) : null;
    return negative && { ...negative, isPositive: false, rises: false };
  }
  if (node.kind === "value") return null;
  const [op, args] = node.kind === "call" ? [node.name, node.args] : [node.op, [node.left, node.right]];
  const shares = all(args);
  if (shares === null) return null;
  if (["+", "min", "max"].includes(op)) return shares.every(({ isPositive }) => isPositive) ? among(shares) : null;
  const [first, second] = shares;
  if (op === "*") return product(first, second);
  if (op === "/") return product(first, { ...second, rises: second.rises && second.times.size === 0 });
  if (op !== "**" && op !== "pow") return null;
  const power = args[1].kind === "value" ? args[1].value : null;
  if (typeof power !== "number" || !Number.isInteger(power) || power < 1) return null;
  return { ...first, times: new Map([...first.times].map(([name, n]) => [name, n * power])) };
}

/** Of a term without estimates: false if it might be negative. */
function isNotNegative(node: ExpressionNode): boolean {
  switch (node.kind) {
    case "value":
      return typeof node.value === "number" && node.value >= 0;
    case "name":
      return true;
    case "unary":
      return node.op === "!";
    case "binary":
      return node.op !== "-" && isNotNegative(node.left) && isNotNegative(node.right);
    case "choice":
      return isNotNegative(node.yes) && isNotNegative(node.no);
    case "call":
      return node.name !== "log2" && node.args.every(isNotNegative);
  }
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

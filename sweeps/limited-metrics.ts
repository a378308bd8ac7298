/** Which metrics limits are about, and how near results come to each limit. Pure. */
import { type ExpressionNode, evaluateExpression, parseExpression } from "../arch/index.js";
import { type AnyMetric, isMetric, metricFacts } from "../sim/index.js";
import { isOrder } from "./constraint.js";

/** A constraint of a search, as it is shown. */
export interface Limit {
  /** As the description writes it. */
  readonly text: string;
  /** Metrics that it names; a parameter of a metric's name is none. */
  readonly metrics: readonly AnyMetric[];
  /** What it says of its metric if it compares one with a number; null: it is another one. */
  readonly bound: { readonly metric: AnyMetric; readonly limit: number; readonly isLeast: boolean } | null;
}

/** @throws ExpressionError if a text is no constraint */
export const limitsOf = (constraints: readonly string[], parameters: readonly string[]): readonly Limit[] =>
  constraints.map((text) => {
    const { root, names } = parseExpression(text);
    const metrics = names.filter((name) => !parameters.includes(name)).filter(isMetric);
    return { text, metrics, bound: metrics.length === 1 ? boundOf(root, metrics[0]) : null };
  });

/** Metrics that limits name, each once. */
export const limitedMetrics = (limits: readonly Limit[]): readonly AnyMetric[] => [...new Set(limits.flatMap(({ metrics }) => metrics))];

/** `accuracy_percent >= 90 (best 63.4 %)`. `valuesOf`: of all results; NaN is none. */
export function nearestText({ text, bound }: Limit, valuesOf: (metric: AnyMetric) => Iterable<number>): string {
  if (bound === null) return text;
  let best: number | null = null;
  for (const value of valuesOf(bound.metric))
    if (Number.isFinite(value) && (best === null || (bound.isLeast ? value > best : value < best))) best = value;
  const { unit } = metricFacts(bound.metric);
  return best === null ? text : `${text} (best ${rounded(best, bound.limit)}${unit === "1" ? "" : ` ${unit}`})`;
}

function boundOf(node: ExpressionNode, metric: AnyMetric): Limit["bound"] {
  if (node.kind !== "binary" || !isOrder(node.op)) return null;
  const isLeft = node.left.kind === "name" && node.left.name === metric;
  const [name, other] = isLeft ? [node.left, node.right] : [node.right, node.left];
  if (name.kind !== "name" || name.name !== metric) return null;
  try {
    const limit = evaluateExpression(other, () => undefined);
    return typeof limit === "number" ? { metric, limit, isLeast: node.op.startsWith(">") === isLeft } : null;
  } catch {
    return null; // it names a parameter
  }
}

/** Four digits, or as many more as keep the value on its side of the limit. */
function rounded(value: number, limit: number): number {
  for (let digits = 4; digits < 17; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.sign(short - limit) === Math.sign(value - limit)) return short;
  }
  return value;
}

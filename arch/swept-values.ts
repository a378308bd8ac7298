/**
 * The values of a searched parameter, the same for every reader: rounded, so that a table shows 0.3 and not 0.1 * 3.
 * Pure.
 */
import { exp, log as ln } from "../base/math.js";
import type { SweepParameter } from "./experiment.js";
import type { ExpressionValue } from "./expression.js";

type Domain = SweepParameter["domain"];
type Interval = Extract<Domain, { readonly kind: "range" | "log" }>;

const STEPPED_DIGITS = 12;
const CONTINUOUS_DIGITS = 6; // short in tables, and finer than any table of technologies

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** Distance of a range's values; null: it is continuous. */
const stepOf = ({ step, integer }: Extract<Domain, { readonly kind: "range" }>): number | null => step ?? (integer ? 1 : null);

/** The values of a swept parameter, in short. */
export function domainText(domain: Domain): string {
  if (domain.kind === "list") return domain.values.join(", ");
  if (domain.kind === "derived") return `= ${domain.expression}`;
  const step = domain.kind === "range" ? (domain.step === null ? "" : ` step ${domain.step}`) : ` ${domain.kind}`;
  return `${domain.low} .. ${domain.high}${step}`;
}

/** Number of values; null: continuous, or derived from other parameters. */
export function valueCount(domain: Domain): number | null {
  switch (domain.kind) {
    case "list":
      return domain.values.length;
    case "power-of-two":
      return powersOf(domain).length;
    case "range": {
      const step = stepOf(domain);
      return step === null ? null : Math.floor((domain.high - domain.low) / step + 1e-9) + 1;
    }
    case "log":
    case "derived":
      return null;
  }
}

/** The values in order; none if there is no number of them. */
export function valuesOf(domain: Domain): readonly ExpressionValue[] {
  switch (domain.kind) {
    case "list":
      return domain.values;
    case "power-of-two":
      return powersOf(domain);
    case "range": {
      const step = stepOf(domain) ?? 0;
      return Array.from({ length: valueCount(domain) ?? 0 }, (_, i) => steppedValue(domain.low + i * step));
    }
    case "log":
    case "derived":
      return [];
  }
}

/** A value of a range with a step, as points have it. */
export const steppedValue = (value: number): number => rounded(value, STEPPED_DIGITS);

/** Value of a continuous interval at a share of its width, 0 to 1. */
export function valueAt({ kind, low, high }: Interval, share: number): number {
  const [a, b] = kind === "log" ? [ln(low), ln(high)] : [low, high];
  const value = a + share * (b - a);
  return Math.min(high, Math.max(low, rounded(kind === "log" ? exp(value) : value, CONTINUOUS_DIGITS)));
}

function powersOf({ low, high }: { readonly low: number; readonly high: number }): number[] {
  const values: number[] = [];
  for (let value = low; value > 0 && value <= high; value *= 2) values.push(value);
  return values;
}

/** Axes of a search in a form for other programs: lists of values, and ranges. Pure. */
import type { Dimension, PointValues } from "./space.js";

/** A searched parameter. */
export interface Axis {
  /** Name of the parameter, as points have it. */
  readonly name: string;
  /** Its values in order; null for a continuous axis and for one with more than 1,000 values. */
  readonly values: readonly PointValues[string][] | null;
  /** Least value; null if the values have no order. */
  readonly low: number | null;
  /** Greatest value; null if the values have no order. */
  readonly high: number | null;
  /** True if all its values are integers. */
  readonly isInteger: boolean;
  /** Condition over other parameters: a point has this one only if it holds; null: always. */
  readonly when: string | null;
}

const MOST_VALUES = 1000;

export function axisOf({ parameter, levels, ordered, at }: Dimension): Axis {
  const { name, when, domain } = parameter;
  if (levels === null) return { name, values: null, low: at(0) as number, high: at(1) as number, isInteger: false, when };
  const count = Math.min(levels, MOST_VALUES + 1);
  const values = Array.from({ length: count }, (_, i) => at((i + 0.5) / levels));
  const numbers = ordered ? (levels > MOST_VALUES ? [at(0), at(1)] : values).map(Number) : [];
  const [low, high] = ordered ? [Math.min(...numbers), Math.max(...numbers)] : [null, null];
  const isInteger = ordered && numbers.every(Number.isInteger) && (domain.kind !== "range" || Number.isInteger(domain.step ?? 1));
  return { name, values: levels > MOST_VALUES ? null : values, low, high, isInteger, when };
}

const LISTED = 12;

/** `one of: 1, 2, 4, 8`, or `0.6 to 0.8`. */
export function axisText(dimension: Dimension): string {
  const { values, low, high } = axisOf(dimension);
  if (values === null) return `${low} to ${high}`;
  const some = values.slice(0, LISTED).map(String).join(", ");
  return values.length > LISTED ? `one of ${values.length} values: ${some}, ...` : `one of: ${some}`;
}

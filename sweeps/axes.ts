/** Axes of a search in a form for other programs: lists of values, and ranges. Pure. */
import type { Dimension, PointValues } from "./space.js";

/** A searched parameter. */
export interface Axis {
  /** Name of the parameter, as points have it. */
  readonly name: string;
  /** Its values in order; null for a continuous axis and for a range of more than 1,000 values. */
  readonly values: readonly PointValues[string][] | null;
  /** Least value; null if the values have no order. */
  readonly low: number | null;
  /** Greatest value; null if the values have no order. */
  readonly high: number | null;
  /** Distance of a range's values, the first of which is `low`; null for a continuous axis and for a list. */
  readonly step: number | null;
  /** True if all its values are integers. */
  readonly isInteger: boolean;
  /** Condition over other parameters: a point has this one only if it holds; null: always. */
  readonly when: string | null;
}

const MOST_VALUES = 1000;

export function axisOf({ parameter, levels, ordered, at }: Dimension): Axis {
  const { name, when, domain } = parameter;
  if (levels === null) return { name, values: null, low: at(0) as number, high: at(1) as number, step: null, isInteger: false, when };
  const step = domain.kind === "range" ? (domain.step ?? 1) : null;
  const values = step !== null && levels > MOST_VALUES ? null : Array.from({ length: levels }, (_, i) => at((i + 0.5) / levels));
  const numbers = ordered ? (values ?? [at(0), at(1)]).map(Number) : [];
  const [low, high] = ordered ? [numbers.reduce(lesser), numbers.reduce(greater)] : [null, null];
  const isInteger = ordered && numbers.every(Number.isInteger) && Number.isInteger(step ?? 1);
  return { name, values, low, high, step, isInteger, when };
}

const lesser = (a: number, b: number): number => Math.min(a, b);
const greater = (a: number, b: number): number => Math.max(a, b);

const LISTED = 12;

/** `one of: 1, 2, 4, 8`, or `0.6 to 0.8`. */
export function axisText(dimension: Dimension): string {
  const { values, low, high, step } = axisOf(dimension);
  if (values === null) return `${low} to ${high}${step === null ? "" : ` in steps of ${step}`}`;
  const some = values.slice(0, LISTED).map(String).join(", ");
  return values.length > LISTED ? `one of ${values.length} values: ${some}, ...` : `one of: ${some}`;
}

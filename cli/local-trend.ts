/**
 * What one step of each parameter does around a point, estimated from the nearest points: weighted least squares of the logarithm of each
 * metric's ratio to the point's own, linear in steps. It stands in for single-parameter neighbours, which a search rarely leaves behind. Pure.
 * Source: Cleveland, Devlin, "Locally weighted regression", J. Am. Stat. Assoc. 83, 1988 (tricube weights).
 */
import { cube, expm1, hypot, log, square } from "../base/math.js";
import type { Candidate } from "./candidate.js";

export interface TrendStep {
  readonly parameter: string;
  readonly from: number | string | boolean;
  /** The next value that the study tried, some values on where it tried many; for the highest, one below. */
  readonly to: number | string | boolean;
}

export interface Trend {
  readonly steps: readonly TrendStep[];
  /** Points that the fit looked at. */
  readonly points: number;
  /** By metric; null where it is not positive everywhere. */
  readonly fits: ReadonlyMap<string, TrendFit | null>;
}

export interface TrendFit {
  /** Relative change a step, in the order of `steps`; null where it is less than twice its standard error. */
  readonly relative: readonly (number | null)[];
  /** Share of the weighted variance around the point. */
  readonly explained: number;
}

/** Points looked at for every unknown of the fit. */
const POINTS_AN_UNKNOWN = 5;
/** A parameter with more values takes them in strides. */
const MOST_STEPS = 12;
/** Of the normal equations' diagonal: what no point varies stays zero. */
const RIDGE = 1e-6;

/** A parameter as steps: its values in order; ordered ones count positions, others whether they are `to`. */
interface Scale {
  readonly step: TrendStep;
  readonly stepsTo: (value: number | string | boolean | undefined) => number;
}

/** Null where too few points are known. */
export function localTrend(point: Candidate, others: readonly Candidate[], metrics: readonly string[]): Trend | null {
  const useful = others.filter((other) => other.trouble === "" && other.id !== point.id);
  const scales = Object.keys(point.values).flatMap((parameter) => scaleOf(parameter, point, useful) ?? []);
  const wanted = POINTS_AN_UNKNOWN * (scales.length + 1);
  if (scales.length === 0 || useful.length < wanted) return null;
  const near = nearest(useful, scales, wanted);
  const reach = (near.at(-1)?.distance ?? 1) * 1.001;
  const weights = near.map(({ distance }) => cube(1 - cube(distance / reach)));
  const fits = new Map(
    metrics.map((metric) => {
      const own = point.metricOf(metric) ?? 0;
      const values = near.map(({ other }) => other.metricOf(metric) ?? 0);
      if (own <= 0 || values.some((value) => value <= 0)) return [metric, null] as const;
      const rows = near.map(({ steps }, i) => ({ steps, change: log((values[i] as number) / own), weight: weights[i] as number }));
      return [metric, fitted(rows, scales.length)] as const;
    }),
  );
  return { steps: scales.map(({ step }) => step), points: near.length, fits };
}

interface Near {
  readonly other: Candidate;
  /** From the point, by scale. */
  readonly steps: readonly number[];
  readonly distance: number;
}

function nearest(others: readonly Candidate[], scales: readonly Scale[], count: number): readonly Near[] {
  const stepsOf = (other: Candidate): number[] => scales.map(({ step, stepsTo }) => stepsTo(other.values[step.parameter]));
  const distances = Float64Array.from(others, (other) => hypot(...stepsOf(other)));
  const cut = distances.slice().sort()[count - 1] as number;
  return others
    .flatMap((other, i) => ((distances[i] as number) <= cut ? [{ other, steps: stepsOf(other), distance: distances[i] as number }] : []))
    .sort((a, b) => a.distance - b.distance || a.other.id - b.other.id)
    .slice(0, count);
}

function scaleOf(parameter: string, point: Candidate, others: readonly Candidate[]): Scale | null {
  const from = point.values[parameter] as number | string | boolean;
  const values = [...new Set([from, ...others.map((other) => other.values[parameter])])].filter((value) => value !== undefined);
  if (values.length < 2) return null;
  if (!values.every((value) => typeof value === "number")) {
    const to = values.find((value) => value !== from) as string | boolean;
    return { step: { parameter, from, to }, stepsTo: (value) => Number(value === to) };
  }
  const numbers = (values as number[]).sort((a, b) => a - b);
  const at = numbers.indexOf(from as number);
  const positions = new Map(numbers.map((value, i) => [value, i]));
  const stride = Math.max(1, Math.round(numbers.length / MOST_STEPS));
  const next = at + stride < numbers.length ? at + stride : Math.max(0, at - stride);
  const step = { parameter, from, to: numbers[next] as number };
  return { step, stepsTo: (value) => ((positions.get(value as number) ?? at) - at) / (next - at) };
}

interface Row {
  readonly steps: readonly number[];
  /** Logarithm of the ratio. */
  readonly change: number;
  readonly weight: number;
}

/** Least squares through the point itself: no constant, because the change of no step is none. */
function fitted(rows: readonly Row[], size: number): TrendFit {
  const normal = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(2 * size);
    for (const { steps, weight } of rows) for (let k = 0; k < size; k++) row[k] += weight * (steps[i] as number) * (steps[k] as number);
    row[i] += RIDGE * (1 + (row[i] as number));
    row[size + i] = 1;
    return row;
  });
  const right = Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, { steps, change, weight }) => sum + weight * (steps[i] as number) * change, 0),
  );
  const inverse = inverted(normal, size);
  const slopes = inverse.map((row) => row.reduce((sum, value, k) => sum + value * (right[k] as number), 0));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mean = rows.reduce((sum, { change, weight }) => sum + weight * change, 0) / total;
  let [left, all] = [0, 0];
  for (const { steps, change, weight } of rows) {
    const guess = steps.reduce((sum, step, i) => sum + step * (slopes[i] as number), 0);
    left += weight * square(change - guess);
    all += weight * square(change - mean);
  }
  const variance = left / Math.max(1, rows.length - size);
  const relative = slopes.map((slope, i) => {
    const error = Math.sqrt(variance * Math.max(0, inverse[i]?.[i] ?? 0));
    return Math.abs(slope) < 2 * error ? null : expm1(slope);
  });
  return { relative, explained: all === 0 ? 1 : Math.max(0, 1 - left / all) };
}

/** Gauss-Jordan with row exchange over `[matrix | identity]`, which is used up. */
function inverted(matrix: Float64Array[], size: number): readonly (readonly number[])[] {
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]?.[column] ?? 0) > Math.abs(matrix[best]?.[column] ?? 0)) best = row;
    }
    const pivot = matrix[best] as Float64Array;
    matrix[best] = matrix[column] as Float64Array;
    matrix[column] = pivot;
    const scale = pivot[column] as number;
    for (let k = 0; k < 2 * size; k++) pivot[k] = (pivot[k] as number) / scale;
    for (const target of matrix) {
      const factor = target[column] as number;
      if (target === pivot || factor === 0) continue;
      for (let k = 0; k < 2 * size; k++) target[k] = (target[k] as number) - factor * (pivot[k] as number);
    }
  }
  return matrix.map((row) => [...row.slice(size)]);
}

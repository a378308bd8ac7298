/** Axes: limits with a margin, linear or logarithmic scale, round ticks and their labels, for every renderer. Pure. */
import { log as ln, log10, pow, wholePower } from "../math.js";
import type { Axis, PlotPoints } from "./spec.js";

/** Positive data that span more than this factor get a logarithmic axis, unless the user says otherwise. */
export const WIDE = 30;
const MARGIN = 0.03;

/** Limits of data; without data, `low` > `high`. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

export const NO_LIMITS: Limits = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

/** Limits of the finite values among `values[start..length)`, widened from `before`. */
export function limitsOf(values: ArrayLike<number>, before: Limits = NO_LIMITS, start = 0, length = values.length): Limits {
  let { low, high } = before;
  for (let i = start; i < length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** True if values between these limits get a logarithmic axis by default. */
export function isWide({ low, high }: Limits): boolean {
  return low > 0 && high / low > WIDE;
}

/** True if values between these limits are one value but for rounding. */
export function isSingle({ low, high }: Limits): boolean {
  return high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
}

/**
 * An axis over data, with a margin. `log` null lets the data choose; true has an effect only for positive data. A
 * single value gets a range around it; zeros alone, and numbers too small for one, the range from 0 to 1, with its
 * margin below.
 */
export function axisOf(label: string, limits: Limits, log: boolean | null = null): Axis {
  if (!(limits.low <= limits.high)) return { label, scale: "linear", low: 0, high: 1 };
  const [low, high] = [shown(limits.low), shown(limits.high)];
  if (Math.max(-low, high) <= LEAST) return { label, scale: "linear", low: -MARGIN, high: 1 };
  const single = isSingle({ low, high });
  if ((log ?? isWide({ low, high })) && low > 0) {
    const margin = single ? 1.3 : pow(high / low, MARGIN);
    return { label, scale: "log", low: low / margin, high: mostOf(label, high, high * margin) };
  }
  const margin = single ? Math.abs(low) * 0.1 : (high - low) * MARGIN;
  return { label, scale: "linear", low: low - margin, high: mostOf(label, high, high + margin) };
}

/** Beyond these sizes, ratios of both ends, spans and powers of ten are no numbers any more. */
const [LEAST, MOST] = [1e-140, 1e140];

/** The value, or the nearest one that an axis can show; what is outside of the axis is not drawn. */
function shown(value: number): number {
  const size = Math.abs(value);
  return Math.sign(value) * (size < LEAST ? (size === 0 ? 0 : LEAST) : Math.min(size, MOST));
}

/** The end of an axis; the axis of a percentage, whose label may end in its direction, has no margin above 100 %. */
const mostOf = (label: string, high: number, withMargin: number): number =>
  /\(%\)(, (min|max))?$/.test(label) && high <= 100 ? Math.min(withMargin, 100) : withMargin;

/** The axis that shows this coordinate of all these points. */
export function axisOver(label: string, points: readonly PlotPoints[], coordinate: "x" | "y", log: boolean | null = null): Axis {
  const limits = points.reduce((before, p) => limitsOf(p[coordinate], before, 0, p.length), NO_LIMITS);
  return axisOf(label, limits, log);
}

/** Position of `value` on the axis: 0 at `low`, 1 at `high`. */
export function position(axis: Axis, value: number): number {
  return axis.scale === "log" ? ln(value / axis.low) / ln(axis.high / axis.low) : (value - axis.low) / (axis.high - axis.low);
}

/** At most `count` round values inside the axis, ascending: steps of 1, 2 or 5, or 1, 2 and 5 in each decade. */
export function ticksOf(axis: Axis, count: number): readonly number[] {
  if (count < 1) return [];
  return axis.scale === "log" ? logTicks(axis, count) : linearTicks(axis, count);
}

function linearTicks(axis: Axis, count: number): readonly number[] {
  const span = axis.high - axis.low;
  let power = Math.max(Math.floor(log10(span)) - 2, axis.isWhole ? 0 : Number.NEGATIVE_INFINITY);
  for (;;) {
    for (const factor of [1, 2, 5]) {
      const step = factor * wholePower(10, power);
      const first = Math.ceil(axis.low / step - 1e-9);
      const last = Math.floor(axis.high / step + 1e-9);
      if (last - first + 1 > count) continue;
      const ticks: number[] = [];
      for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)) + 0);
      return ticks;
    }
    power += 1;
  }
}

function logTicks(axis: Axis, count: number): readonly number[] {
  const first = Math.floor(log10(axis.low));
  const last = Math.ceil(log10(axis.high));
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let decade = first; decade <= last; decade++) {
      for (const factor of factors) ticks.push(Number((factor * wholePower(10, decade)).toPrecision(12)));
    }
    const inside = ticks.filter((tick) => tick >= axis.low && tick <= axis.high);
    if (inside.length <= count && inside.length >= 2) return inside;
    if (factors.length === 1 && inside.length > count) {
      const stride = Math.ceil(inside.length / count);
      return inside.filter((_, i) => i % stride === 0);
    }
  }
  return linearTicks(axis, count);
}

/**
 * Labels of ticks, with all their digits, so that each reads back as its tick; evenly spaced ticks have the same number
 * of decimals.
 */
export function tickLabels(ticks: readonly number[]): readonly string[] {
  const largest = Math.max(...ticks.map(Math.abs), 0);
  const steps = ticks.slice(1).map((tick, i) => tick - ticks[i]);
  const even = steps.length > 1 && largest >= 1e-3 && largest < 1e6 && steps.every((step) => Math.abs(step / steps[0] - 1) < 1e-3);
  const decimals = Math.max(...ticks.map((tick) => String(tick).split(".")[1]?.length ?? 0), 0);
  return ticks.map((value) => {
    if (even) return value.toFixed(decimals);
    const size = Math.abs(value);
    if (value !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential().replace("e+", "e");
    return String(value);
  });
}

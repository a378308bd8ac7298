/** Axis scales of the terminal's plots: linear or logarithmic, with round ticks. Pure. */

export interface Scale {
  readonly kind: "linear" | "log";
  /** Data limits, low < high; positive when logarithmic. */
  readonly low: number;
  readonly high: number;
}

/** Limits over data with a margin; logarithmic when asked for and every value is positive. An empty or single-valued range is widened. */
export function scaleOf(low: number, high: number, wantLog: boolean): Scale {
  if (!(low <= high)) return { kind: "linear", low: 0, high: 1 };
  const single = high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  if (wantLog && low > 0) {
    const margin = single ? 1.3 : (high / low) ** 0.03;
    return { kind: "log", low: low / margin, high: high * margin };
  }
  const margin = single || high - low < 1e-12 ? Math.max(Math.abs(low) * 0.1, 1e-9) : (high - low) * 0.03;
  return { kind: "linear", low: low - margin, high: high + margin };
}

/** Where `value` lies, 0 at `low` and 1 at `high`. */
export function position(scale: Scale, value: number): number {
  return scale.kind === "log"
    ? Math.log(value / scale.low) / Math.log(scale.high / scale.low)
    : (value - scale.low) / (scale.high - scale.low);
}

/** At most `count` round values inside the scale, ascending: 1-2-5 steps, or 1-2-5 a decade. */
export function ticksOf(scale: Scale, count: number): readonly number[] {
  if (count < 1) return [];
  return scale.kind === "log" ? logTicks(scale, count) : linearTicks(scale, count);
}

function linearTicks(scale: Scale, count: number): readonly number[] {
  const span = scale.high - scale.low;
  let power = Math.floor(Math.log10(span)) - 2;
  for (;;) {
    for (const factor of [1, 2, 5]) {
      const step = factor * 10 ** power;
      const first = Math.ceil(scale.low / step - 1e-9);
      const last = Math.floor(scale.high / step + 1e-9);
      if (last - first + 1 > count) continue;
      const ticks: number[] = [];
      for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
      return ticks;
    }
    power += 1;
  }
}

function logTicks(scale: Scale, count: number): readonly number[] {
  const first = Math.floor(Math.log10(scale.low));
  const last = Math.ceil(Math.log10(scale.high));
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let decade = first; decade <= last; decade++) {
      for (const factor of factors) ticks.push(Number((factor * 10 ** decade).toPrecision(12)));
    }
    const inside = ticks.filter((tick) => tick >= scale.low && tick <= scale.high);
    if (inside.length <= count && inside.length >= 2) return inside;
    if (factors.length === 1 && inside.length > count) {
      const stride = Math.ceil(inside.length / count);
      return inside.filter((_, i) => i % stride === 0);
    }
  }
  return linearTicks({ ...scale, kind: "linear" }, count);
}

/** Labels of ticks with just as many digits as tell them apart. */
export function tickLabels(ticks: readonly number[]): readonly string[] {
  const plain = (value: number): string => {
    const size = Math.abs(value);
    if (value !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential().replace("e+", "e");
    return String(Number(value.toPrecision(6)));
  };
  return ticks.map(plain);
}

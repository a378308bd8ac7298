/**
 * What one step of each parameter does around a point. A search rarely leaves neighbours that differ in one parameter,
 * so the answer comes from three sources, the surest first:
 * 1. Metrics that the network's function alone decides (accuracy, operations) depend on the functional parameters only.
 *    A step of another parameter changes nothing. A step of a functional parameter is looked up in a stored point that
 *    agrees in all other functional parameters; if there is none, the range of the stored values is given, or nothing.
 * 2. A stored point that differs only by the step has the answer, for every metric.
 * 3. A local fit of the nearest points gives an estimate, never beyond the values of these points. A number has a slope
 *    of its own in each direction, so that a cliff below the point says nothing about the step above it, and a slope is
 *    a power law, so that 22, 28, 45 and 65 nm are no equal steps. With one slope per position, 18 % of the effects
 *    claimed around 60 chips of 5,000 (nine parameters, truth by simulation) did not exist or had the other sign; so it
 *    is 1 %. Pure.
 */
import { cube, hypot, log } from "../base/math.js";
import { type AnyMetric, metricOf as plainMetric } from "../sim/index.js";
import type { Candidate } from "./candidate.js";
import { type FitRow, fitted, type LocalFit } from "./local-fit.js";

type Value = number | string | boolean;

interface TrendStep {
  readonly parameter: string;
  readonly from: Value;
  /** The next higher value that the study tried, or some further if there are many; for the highest, one below. */
  readonly to: Value;
}

/** How a step changes a metric. */
export type Effect =
  /** The metric does not depend on the parameter. */
  | { readonly kind: "none" }
  /** A stored point has this value; `id`: the first such point. */
  | { readonly kind: "stored"; readonly value: number; readonly id: number }
  /** Stored points with the step's value lie in this range; parameters of the network's function decide where. */
  | { readonly kind: "between"; readonly low: number; readonly high: number; readonly dependsOn: readonly string[] }
  | { readonly kind: "estimated"; readonly value: number }
  /** The fit cannot tell the effect from none. */
  | { readonly kind: "unclear" }
  | { readonly kind: "unknown" };

export interface Trend {
  readonly steps: readonly TrendStep[];
  /** Number of points in the fit; 0: there are too few for one. */
  readonly points: number;
  /** Effects by metric, in the order of `steps`. */
  readonly effects: ReadonlyMap<string, readonly Effect[]>;
  /** By metric: share of the weighted variance around the point that the fit explains; null without a fit. */
  readonly explained: ReadonlyMap<string, number | null>;
}

/** Which parameters decide the network's function, and which metrics it decides. */
export interface FunctionOfStudy {
  /** Null: not known; any parameter may decide it. */
  readonly parameters: ReadonlySet<string> | null;
  readonly metrics: ReadonlySet<string>;
}

/** Points per unknown of the fit. */
const POINTS_PER_UNKNOWN = 5;
/** A parameter with more values is stepped over several of them at once. */
const MOST_STEPS = 12;

/**
 * A parameter as unknowns of the fit: numbers are one per direction, the step's first; each further text or truth value
 * is one of its own, `to` first.
 */
interface Scale {
  readonly step: TrendStep;
  readonly unknowns: number;
  /** [unknowns] 1: as far as the step. */
  readonly stepsTo: (value: Value | undefined) => readonly number[];
  /** Number of steps between the point and a value, whatever their sizes. */
  readonly distanceTo: (value: Value | undefined) => number;
}

/** Null if too few points are known. */
export function localTrend(point: Candidate, others: readonly Candidate[], metrics: readonly string[], of: FunctionOfStudy): Trend | null {
  const useful = others.filter((other) => other.trouble === "" && other.id !== point.id);
  const scales = Object.keys(point.values).flatMap((parameter) => scaleOf(parameter, point, useful) ?? []);
  if (scales.length === 0 || useful.length < POINTS_PER_UNKNOWN * (scales.length + 1)) return null;
  const size = scales.reduce((sum, { unknowns }) => sum + unknowns, 0);
  const wanted = POINTS_PER_UNKNOWN * (size + 1);
  const near = useful.length < wanted ? [] : nearest(useful, scales, wanted);
  const effects = new Map<string, readonly Effect[]>();
  const explained = new Map<string, number | null>();
  for (const metric of metrics) {
    const isOfFunction = of.metrics.has(metric);
    // A fit knows nothing about a network that fails below some width.
    const fit = isOfFunction || near.length === 0 ? null : fitAround(point, near, metric, scales);
    const looked = isOfFunction && of.parameters !== null ? functionEffects(point, useful, metric, scales, of.parameters) : null;
    explained.set(metric, fit?.fit.explained ?? null);
    effects.set(
      metric,
      looked ?? scales.map(({ step }, i) => storedEffect(point, useful, metric, step) ?? fit?.effects[i] ?? { kind: "unknown" }),
    );
  }
  return { steps: scales.map(({ step }) => step), points: near.length, effects, explained };
}

/** Null if stored points contradict that these parameters alone decide the metric. */
function functionEffects(
  point: Candidate,
  others: readonly Candidate[],
  metric: string,
  scales: readonly Scale[],
  parameters: ReadonlySet<string>,
): readonly Effect[] | null {
  const names = Object.keys(point.values).filter((name) => parameters.has(name));
  // a quantile takes long: it is computed once for points of one function with equal values of its metric
  const plain = plainMetric(metric as AnyMetric);
  const known = new Map<string, number | null>();
  const valueAt = (of: Candidate): number | null => {
    if (plain === metric) return of.metricOf(metric);
    const key = JSON.stringify([of.metricOf(plain), ...names.map((name) => of.values[name] ?? null)]);
    const value = known.get(key);
    if (value !== undefined) return value;
    const found = of.metricOf(metric);
    known.set(key, found);
    return found;
  };
  const own = valueAt(point);
  // a point with further parameters of the function is another network, even if it agrees in these
  const alike = new Set(others.filter(({ values }) => Object.keys(values).filter((name) => parameters.has(name)).length === names.length));
  if (own === null || others.some((other) => alike.has(other) && agrees(point, other, names) && differs(valueAt(other), own))) return null;
  return scales.map(({ step: { parameter, to } }): Effect => {
    if (!parameters.has(parameter)) return { kind: "none" };
    const rest = names.filter((name) => name !== parameter);
    const there = others.filter((other) => other.values[parameter] === to && valueAt(other) !== null);
    if (there.length === 0) return { kind: "unknown" };
    const same = there.filter((other) => alike.has(other) && agrees(point, other, rest));
    const [low, high] = rangeOf(same.length > 0 ? same : there, valueAt);
    if (same.length > 0 && low === high) return { kind: "stored", value: low, id: same[0].id };
    return {
      kind: "between",
      low,
      high,
      dependsOn: rest.filter((name) => there.some((other) => other.values[name] !== point.values[name])),
    };
  });
}

const differs = (value: number | null, own: number): boolean => value !== null && value !== own;

function agrees(point: Candidate, other: Candidate, names: readonly string[]): boolean {
  return names.every((name) => other.values[name] === point.values[name]);
}

function rangeOf(points: readonly Candidate[], valueAt: (point: Candidate) => number | null): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    const value = valueAt(point);
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/**
 * The value of the point that has the same parameters and differs only by the step; null if there is none, or if two
 * disagree.
 */
function storedEffect(point: Candidate, others: readonly Candidate[], metric: string, { parameter, to }: TrendStep): Effect | null {
  const names = Object.keys(point.values);
  const rest = names.filter((name) => name !== parameter);
  const hasSame = ({ values }: Candidate): boolean => Object.keys(values).length === names.length;
  const found = others.filter((other) => hasSame(other) && other.values[parameter] === to && agrees(point, other, rest));
  const [low, high] = rangeOf(found, ({ metricOf }) => metricOf(metric));
  const first = found.find(({ metricOf }) => metricOf(metric) !== null);
  return low === high && first !== undefined ? { kind: "stored", value: low, id: first.id } : null;
}

/** Estimates from the nearest points, limited to the range of their values. */
function fitAround(
  point: Candidate,
  near: readonly Near[],
  metric: string,
  scales: readonly Scale[],
): { readonly fit: LocalFit; readonly effects: readonly Effect[] } | null {
  const own = point.metricOf(metric);
  const values = near.map(({ other }) => other.metricOf(metric) ?? 0);
  if (own === null || own <= 0 || values.some((value) => value <= 0)) return null;
  const reach = (near.at(-1)?.distance ?? 1) * 1.001;
  const rows = near.map(
    ({ steps, distance }, i): FitRow => ({ steps, change: log(values[i] / own), weight: cube(1 - cube(distance / reach)) }),
  );
  const first: number[] = []; // unknown of each step
  let size = 0;
  for (const { unknowns } of scales) {
    first.push(size);
    size += unknowns;
  }
  const fit = fitted(rows, size);
  const low = values.reduce((least, value) => Math.min(least, value), own);
  const high = values.reduce((most, value) => Math.max(most, value), own);
  const effects = first.map((unknown): Effect => {
    const relative = fit.relative[unknown];
    if (relative === null) return { kind: "unclear" };
    return { kind: "estimated", value: Math.min(high, Math.max(low, own * (1 + relative))) };
  });
  return { fit, effects };
}

interface Near {
  readonly other: Candidate;
  /** Steps from the point, by unknown of the fit. */
  readonly steps: readonly number[];
  readonly distance: number;
}

function nearest(others: readonly Candidate[], scales: readonly Scale[], count: number): readonly Near[] {
  const stepsOf = (other: Candidate): number[] => scales.flatMap(({ step, stepsTo }) => stepsTo(other.values[step.parameter]));
  const distances = Float64Array.from(others, ({ values }) =>
    hypot(...scales.map(({ step, distanceTo }) => distanceTo(values[step.parameter]))),
  );
  const cut = distances.slice().sort()[count - 1];
  return others
    .flatMap((other, i) => (distances[i] <= cut ? [{ other, steps: stepsOf(other), distance: distances[i] }] : []))
    .sort((a, b) => a.distance - b.distance || a.other.id - b.other.id)
    .slice(0, count);
}

function scaleOf(parameter: string, point: Candidate, others: readonly Candidate[]): Scale | null {
  const from = point.values[parameter] as number | string | boolean;
  const values = [...new Set([from, ...others.map((other) => other.values[parameter])])].filter((value) => value !== undefined);
  if (values.length < 2) return null;
  if (!values.every((value) => typeof value === "number")) {
    const further = values.filter((value) => value !== from);
    const stepsTo = (value: Value | undefined): number[] => further.map((one) => Number(value === one));
    const distanceTo = (value: Value | undefined): number => Number(further.some((one) => value === one));
    return { step: { parameter, from, to: further[0] }, unknowns: further.length, stepsTo, distanceTo };
  }
  const numbers = values.sort((a, b) => a - b);
  const at = numbers.indexOf(from as number);
  const positions = new Map(numbers.map((value, i) => [value, i]));
  const stride = Math.max(1, Math.round(numbers.length / MOST_STEPS));
  const next = at + stride < numbers.length ? at + stride : Math.max(0, at - stride);
  const step = { parameter, from, to: numbers[next] };
  const placed = (value: Value | undefined): number => ((positions.get(value as number) ?? at) - at) / (next - at);
  const factor = numbers[0] > 0 ? log(step.to / numbers[at]) : 0;
  const along = (value: Value | undefined): number =>
    factor === 0 || value === undefined ? placed(value) : log((value as number) / numbers[at]) / factor;
  const isBetween = at > 0 && at < numbers.length - 1;
  const stepsTo = (value: Value | undefined): number[] => {
    const steps = along(value);
    return isBetween ? [Math.max(0, steps), Math.min(0, steps)] : [steps];
  };
  return { step, unknowns: isBetween ? 2 : 1, stepsTo, distanceTo: placed };
}

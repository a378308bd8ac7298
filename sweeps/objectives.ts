/**
 * Converts natural metric values to minimised objective vectors and constraint violations; no other file converts
 * directions.
 * Throws: `InputError` for an unknown metric or name, a constraint that cannot be read, or a reference point of the
 * wrong length.
 */

import {
  type Expression,
  ExpressionError,
  parseExpression,
  type SweepSpec,
  truthOf,
  type ExpressionValue as Value,
} from "../arch/index.js";
import { InputError, type Problem, quoted } from "../base/errors.js";
import {
  type AnyMetric,
  FPGA_METRICS,
  isMetric,
  isQuantile,
  METRICS,
  type MetricName,
  metricFacts,
  metricOf,
  type QuantileName,
  unknownMetric,
} from "../sim/index.js";
import { violation } from "./constraint.js";
import { OBJECTIVES_MOST } from "./covered-volume.js";
import { type LimitBound, limitBounds } from "./limit-bounds.js";

/** Score of a point's metrics; the vector is null if an objective is unknown or not finite. */
export interface Score {
  /** [objectives], minimised. */
  readonly objectives: readonly number[] | null;
  /** 0 if all constraints hold; infinity if a constrained metric is unknown. */
  readonly violation: number;
}

/** A score, and the values that limits are about. */
export interface Findings extends Score {
  /** Metrics that constraints name and a run decides, minimised, in the order of `limited`; null if unknown. */
  readonly limits: readonly (number | null)[];
}

/** Metric values by name, natural units and directions. */
export type Metrics = { readonly [name in AnyMetric]?: number | null };

/** A constraint that a point breaks. */
export interface BrokenConstraint {
  /** As the description writes it. */
  readonly text: string;
  /** Values of the metrics and parameters that it names, in their order. */
  readonly values: readonly { readonly name: string; readonly value: Value }[];
}

/** A constraint that applies to a point, for metrics that change from draw to draw. */
export interface Condition {
  /** Metrics that it names. */
  readonly names: readonly AnyMetric[];
  /** Whether it holds; `values`: of these metrics, not a number if unknown. */
  readonly holds: (values: ReadonlyMap<string, number>) => boolean;
}

/** Metrics that depend on the description alone. */
const KNOWN_BEFORE: readonly MetricName[] = ["area_mm2", ...FPGA_METRICS];

export class Objectives {
  readonly metrics: readonly AnyMetric[];
  /** Quantiles that objectives and constraints name. */
  readonly quantiles: readonly QuantileName[];
  readonly directions: readonly ("min" | "max")[];
  /** Metrics that constraints name, apart from those that the description alone decides. */
  private readonly limited: readonly AnyMetric[];
  /** Constraints over parameters and such metrics only: they are checked before a run. */
  private readonly before: readonly Expression[];
  private readonly after: readonly Expression[];
  /** The user's reference point, minimised; null: it is fixed from the first points. */
  readonly reference: readonly number[] | null;

  constructor(spec: Pick<SweepSpec, "objectives" | "constraints" | "referencePoint">, parameterNames: readonly string[], file = "sweep") {
    const problems: Problem[] = [];
    const problem = (path: string, message: string, fix: string): void => {
      problems.push({ file, line: null, column: null, path, message, fix });
    };
    const known = Object.keys(METRICS);
    spec.objectives.forEach((o, i) => {
      if (!isMetric(o.metric)) {
        const { message, fix } = unknownMetric(o.metric);
        problem(`sweep.objectives[${i}]`, message, fix);
      }
    });
    if (spec.objectives.length > OBJECTIVES_MOST)
      problem("sweep.objectives", `${spec.objectives.length} objectives, at most ${OBJECTIVES_MOST}`, "make some of them constraints");
    if (spec.objectives.length === 0) problem("sweep.objectives", "no objective", "name at least one metric, e.g. energy_uj_per_inference");
    const before: Expression[] = [];
    const after: Expression[] = [];
    spec.constraints.forEach((text, i) => {
      try {
        const parsed = parseExpression(text);
        const stranger = parsed.names.find((name) => !isMetric(name) && !parameterNames.includes(name));
        if (stranger !== undefined) {
          problem(
            `sweep.constraints[${i}]`,
            `unknown name ${quoted(stranger)} in ${quoted(text)}`,
            `known names: ${[...parameterNames, ...known].join(", ")}`,
          );
        }
        const early = [...parameterNames, ...KNOWN_BEFORE];
        (parsed.names.every((name) => early.includes(name)) ? before : after).push(parsed);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        problem(`sweep.constraints[${i}]`, `${error.message} at character ${error.column} of ${quoted(text)}`, "e.g. area_mm2 <= 2");
      }
    });
    if (spec.referencePoint !== null && spec.referencePoint.length !== spec.objectives.length) {
      problem(
        "sweep.reference_point",
        `${spec.referencePoint.length} values for ${spec.objectives.length} objectives`,
        "give one value per objective",
      );
    }
    if (problems.length > 0) throw new InputError(problems);
    this.metrics = spec.objectives.map((o) => o.metric as AnyMetric);
    this.directions = spec.objectives.map((o) => o.direction);
    this.before = before;
    this.after = after;
    const named = after.flatMap(({ names }) => names).filter(isMetric);
    this.limited = [...new Set(named)].filter((name) => !KNOWN_BEFORE.includes(name as MetricName));
    this.quantiles = [...new Set([...this.metrics, ...named].filter(isQuantile))];
    this.reference = spec.referencePoint === null ? null : this.minimised(spec.referencePoint);
  }

  /** Natural values in objective order to minimised ones. The map is its own inverse. */
  minimised(natural: readonly number[]): number[] {
    return natural.map((value, k) => (this.directions[k] === "max" ? 0 - value : value));
  }

  /** Natural values to minimised ones; null if one is missing or not finite. */
  vector(metrics: Metrics): number[] | null {
    const natural: number[] = [];
    for (const name of this.metrics) {
      const value = metrics[name];
      if (value === undefined || value === null || !Number.isFinite(value)) return null;
      natural.push(value);
    }
    return this.minimised(natural);
  }

  /** True if a constraint can be checked before a run only from the chip's area or its use of an FPGA. */
  get needsChip(): boolean {
    return this.before.some(({ names }) => names.some((name) => KNOWN_BEFORE.includes(name as MetricName)));
  }

  /** Metrics without which a point has no score: objectives, and metrics that constraints name. */
  get needed(): readonly MetricName[] {
    const named = [...this.before, ...this.after].flatMap(({ names }) => names).filter(isMetric);
    return [...new Set([...this.metrics, ...named].map(metricOf))];
  }

  /**
   * Violation that the description alone decides, and texts of the constraints that fail. Unknown values are not judged
   * yet.
   */
  checkBefore(
    parameters: { readonly [name: string]: Value },
    known: Metrics,
  ): { readonly violation: number; readonly broken: readonly string[] } {
    return this.check(this.before, (name) => parameters[name] ?? known[name as MetricName] ?? undefined);
  }

  /** What errors of the metrics in `limits` explain of violations, constraint by constraint. */
  get limitBounds(): readonly LimitBound[] {
    const limits = new Map(
      this.limited.map((name, index) => [name as string, { index, isNegated: metricFacts(name).direction === "max" }]),
    );
    return this.after.flatMap(({ root }) => limitBounds(root, limits));
  }

  score(parameters: { readonly [name: string]: Value }, metrics: Metrics): Findings {
    return this.findings(parameters, metrics, Number.POSITIVE_INFINITY);
  }

  /**
   * The score of an estimate, or of a run on part of the utterances: constraints over metrics that only a whole run has
   * are not judged yet.
   */
  forecast(parameters: { readonly [name: string]: Value }, metrics: Metrics): Findings {
    return this.findings(parameters, metrics, 0);
  }

  /** The score of a point that has no result. */
  unscored(violation: number): Findings {
    return { objectives: null, violation, limits: this.limited.map(() => null) };
  }

  /** What samplers learn from stored metrics and a stored violation. */
  findingsOf(metrics: Metrics, violation: number): Findings {
    const limits = this.limited.map((name) => {
      const value = metrics[name] ?? Number.NaN;
      return Number.isFinite(value) ? (metricFacts(name).direction === "max" ? 0 - value : value) : null;
    });
    return { objectives: this.vector(metrics), violation, limits };
  }

  private findings(parameters: { readonly [name: string]: Value }, metrics: Metrics, unknown: number): Findings {
    return this.findingsOf(metrics, this.check([...this.before, ...this.after], lookupIn(parameters, metrics), unknown).violation);
  }

  /** The constraints that a point with a result breaks, each with the values of what it names. */
  broken(parameters: { readonly [name: string]: Value }, metrics: Metrics): readonly BrokenConstraint[] {
    const lookup = lookupIn(parameters, metrics);
    const constraints = [...this.before, ...this.after];
    const texts = this.check(constraints, lookup).broken;
    return constraints
      .filter(({ text }) => texts.includes(text))
      .map(({ text, names }) => ({ text, values: names.map((name) => ({ name, value: lookup(name) ?? Number.NaN })) }));
  }

  /** The constraints that apply to a point with these parameters. */
  conditions(parameters: { readonly [name: string]: Value }): readonly Condition[] {
    const isKnown = (name: string): boolean => lookupIn(parameters, {})(name) !== undefined;
    return [...this.before, ...this.after].flatMap(({ root, names }) => {
      if (!names.every(isKnown)) return [];
      const holds: Condition["holds"] = (values) => truthOf(root, (name) => values.get(name) ?? parameters[name]) === true;
      return [{ names: names.filter((name): name is AnyMetric => !Object.hasOwn(parameters, name)), holds }];
    });
  }

  /** A constraint over an inactive parameter does not apply to the point. */
  private check(
    constraints: readonly Expression[],
    lookup: (name: string) => Value | undefined,
    unknown = Number.POSITIVE_INFINITY,
  ): { violation: number; broken: string[] } {
    let total = 0;
    const broken: string[] = [];
    for (const constraint of constraints) {
      if (constraint.names.some((name) => lookup(name) === undefined)) continue;
      const excess = violation(constraint.root, lookup, unknown);
      total += excess;
      if (excess > 0) broken.push(constraint.text);
    }
    return { violation: total, broken };
  }
}

/** Values by name; metrics that are unknown are NaN, which no comparison and no `not` of one accepts. */
export const lookupIn =
  (parameters: { readonly [name: string]: Value }, metrics: Metrics) =>
  (name: string): Value | undefined => {
    if (Object.hasOwn(parameters, name)) return parameters[name];
    return isMetric(name) ? (metrics[name] ?? Number.NaN) : undefined;
  };

/**
 * The design space: a sweep's parameters as coordinates of a unit cube, and back. A position is [dimensions] numbers in
 * [0, 1), one per searched parameter; `decode` gives the point's values by name. Inactive parameters (`when` is false)
 * keep the document's value and do not appear in a point; derived ones are computed.
 * Throws: `InputError` with all problems of the parameters at once.
 */

import {
  deepFreeze,
  type Expression,
  ExpressionError,
  evaluateExpression as evaluate,
  isNameOfObjects,
  parseExpression,
  type SweepParameter,
  steppedValue,
  type ExpressionValue as Value,
  valueAt,
  valueCount,
  valuesOf,
} from "../arch/index.js";
import { InputError, inputError, type Problem, quoted } from "../base/errors.js";
import { canonicalJson } from "../base/hash.js";
import { log as ln, log2, powerOfTwo } from "../base/math.js";

/** Values of the active parameters by name. */
export type PointValues = { readonly [name: string]: Value };

/** One axis of the cube. */
export interface Dimension {
  readonly parameter: SweepParameter;
  /** Number of values; null: continuous. */
  readonly levels: number | null;
  /** False if the values have no order (texts, Booleans). */
  readonly ordered: boolean;
  /** Value at a coordinate in [0, 1). */
  readonly at: (coordinate: number) => Value;
  /** Coordinate of a value, in the middle of its cell; null if it is no value of the axis. */
  readonly of: (value: Value) => number | null;
}

/** Most values of one parameter. */
const MOST_LEVELS = 1_000_000;

function listed(values: readonly Value[], parameter: SweepParameter): Dimension {
  const n = values.length;
  return {
    parameter,
    levels: n,
    ordered: values.every((value) => typeof value === "number"),
    at: (u) => values[Math.min(n - 1, Math.floor(u * n))],
    of: (value) => {
      const i = values.indexOf(value);
      return i < 0 ? null : (i + 0.5) / n;
    },
  };
}

function continuous(parameter: SweepParameter, domain: Extract<SweepParameter["domain"], { readonly kind: "range" | "log" }>): Dimension {
  const { low, high } = domain;
  const log = domain.kind === "log";
  const [a, b] = log ? [ln(low), ln(high)] : [low, high];
  return {
    parameter,
    levels: null,
    ordered: true,
    at: (u) => valueAt(domain, u),
    of: (value) => {
      if (typeof value !== "number" || value < low || value > high) return null;
      return Math.min(1 - powerOfTwo(-30), ((log ? ln(value) : value) - a) / (b - a || 1));
    },
  };
}

/** The axis of a searched parameter, or the mistake in its domain. */
function dimensionOf(parameter: SweepParameter): Dimension | string {
  const domain = parameter.domain;
  switch (domain.kind) {
    case "derived":
      return "a derived parameter is not searched";
    case "list":
      if (domain.values.length === 0) return "the list is empty";
      if (new Set(domain.values).size < domain.values.length) return `the list has a value twice: ${domain.values.join(", ")}`;
      return listed(domain.values, parameter);
    case "range": {
      if (!(domain.low <= domain.high)) return `low ${domain.low} is above high ${domain.high}`;
      const count = valueCount(domain);
      if (count === null) return continuous(parameter, domain);
      if (!((domain.step ?? 1) > 0)) return `step ${domain.step} is not positive`;
      if (!(count <= MOST_LEVELS))
        return `step ${domain.step ?? 1} gives ${count} values, at most ${MOST_LEVELS}: take a larger step, or none`;
      const values = valuesOf(domain);
      if (domain.integer && !values.every(Number.isInteger)) return `low ${domain.low} and step ${domain.step} do not give integers`;
      const axis = listed(values, parameter);
      // a caller's low + i * step is rounded as it is here
      return { ...axis, of: (value) => axis.of(typeof value === "number" ? steppedValue(value) : value) };
    }
    case "log":
      if (!(domain.low > 0 && domain.low <= domain.high)) return `a log range needs 0 < low <= high, got ${domain.low} .. ${domain.high}`;
      return continuous(parameter, domain);
    case "power-of-two": {
      const first = log2(domain.low);
      const last = log2(domain.high);
      if (!Number.isInteger(first) || !Number.isInteger(last) || first > last) {
        return `low and high must be powers of two in order, got ${domain.low} .. ${domain.high}`;
      }
      return listed(valuesOf(domain), parameter);
    }
  }
}

export class Space {
  /** Searched parameters in the order of the description. */
  readonly dimensions: readonly Dimension[];
  /** All parameter names, including derived ones. */
  readonly names: readonly string[];
  /** Dimensions in an order in which those that decide whether one is active come before it. */
  readonly order: readonly number[];
  /** Names of the parameters that conditions read, directly or through derived ones. */
  readonly deciding: ReadonlySet<string>;
  private readonly pathOf: ReadonlyMap<string, string>;
  /** Parameters in an order in which every name is known before it is used. */
  private readonly plan: readonly {
    readonly parameter: SweepParameter;
    readonly dimension: number;
    readonly when: Expression | null;
    readonly derived: Expression | null;
  }[];

  constructor(
    parameters: readonly SweepParameter[],
    private readonly file = "sweep",
  ) {
    const problems: Problem[] = [];
    const problem = (p: SweepParameter, message: string, fix = ""): void => {
      problems.push({ file, line: null, column: null, path: `sweep.parameters.${p.name}`, message, fix });
    };
    if (parameters.length === 0)
      throw inputError(file, "the sweep has no parameters", "add at least one, e.g. lanes: [4, 8, 16]", "sweep.parameters");
    const names = parameters.map((p) => p.name);
    const dimensions: Dimension[] = [];
    const entries = parameters.map((parameter, i) => {
      if (names.indexOf(parameter.name) !== i) problem(parameter, "another parameter has this name", "give it a `name` of its own");
      if (isNameOfObjects(parameter.name)) problem(parameter, `the name ${parameter.name} is not allowed`, "give it another `name`");
      if (!/^[A-Za-z_][\w.]*$/.test(parameter.name))
        problem(parameter, `${quoted(parameter.name)} cannot be used in expressions`, "use letters, digits and _");
      const read = (text: string): Expression | null => {
        try {
          const parsed = parseExpression(text);
          for (const name of parsed.names)
            if (!names.includes(name)) problem(parameter, `unknown name ${quoted(name)} in ${quoted(text)}`, `known: ${names.join(", ")}`);
          return parsed;
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          problem(parameter, `${error.message} at character ${error.column} of ${quoted(text)}`);
          return null;
        }
      };
      const when = parameter.when === null ? null : read(parameter.when);
      if (parameter.domain.kind === "derived") return { parameter, dimension: -1, when, derived: read(parameter.domain.expression) };
      const dimension = dimensionOf(parameter);
      if (typeof dimension === "string") problem(parameter, dimension);
      else dimensions.push(dimension);
      return { parameter, dimension: dimensions.length - 1, when, derived: null };
    });
    const plan: typeof entries = [];
    let waiting = entries;
    while (waiting.length > 0) {
      const known = new Set(plan.map((e) => e.parameter.name));
      const ready = waiting.filter((e) =>
        [...(e.when?.names ?? []), ...(e.derived?.names ?? [])].every((n) => known.has(n) || !names.includes(n)),
      );
      if (ready.length === 0) {
        for (const e of waiting)
          problem(e.parameter, "its `when` or expression depends on itself, through other parameters perhaps", "break the circle");
        break;
      }
      plan.push(...ready);
      waiting = waiting.filter((e) => !ready.includes(e));
    }
    if (problems.length > 0) throw new InputError(problems);
    this.dimensions = dimensions;
    this.names = names;
    this.plan = plan;
    this.order = plan.flatMap(({ dimension }) => (dimension < 0 ? [] : [dimension]));
    const deciding = new Set(plan.flatMap(({ when }) => when?.names ?? []));
    // a derived parameter comes after what it reads
    for (const { parameter, derived } of plan.toReversed())
      if (deciding.has(parameter.name)) for (const name of derived?.names ?? []) deciding.add(name);
    this.deciding = deciding;
    this.pathOf = new Map(parameters.map((p) => [p.name, p.path]));
    deepFreeze(this); // plug-ins get it
  }

  /** Number of positions of the full grid, including duplicates by conditions; null if an axis is continuous. */
  get gridSize(): number | null {
    let size = 1;
    for (const d of this.dimensions) {
      if (d.levels === null) return null;
      size *= d.levels;
    }
    return size;
  }

  /** Values of the point at a position. @throws InputError if a derived value is not finite or cannot be computed */
  decode(position: ArrayLike<number>): PointValues {
    return this.pointOf(({ dimension }) => this.dimensions[dimension].at(position[dimension]));
  }

  /**
   * The point that has these values of searched parameters: without those of inactive ones, and with derived ones.
   * @throws InputError as `decode`
   */
  pointWith(given: PointValues): PointValues {
    return this.pointOf(({ parameter }) => given[parameter.name]);
  }

  private pointOf(given: (entry: Space["plan"][number]) => Value | undefined): PointValues {
    const values: { [name: string]: Value } = {};
    const lookup = (name: string): Value | undefined => values[name];
    for (const entry of this.plan) {
      const { parameter, when, derived } = entry;
      // A condition over an inactive parameter is false: the branch to which it belongs is not taken.
      if (when !== null && (when.names.some((n) => lookup(n) === undefined) || evaluate(when.root, lookup) !== true)) continue;
      if (derived === null) {
        const own = given(entry);
        if (own !== undefined) values[parameter.name] = own;
        continue;
      }
      if (derived.names.some((n) => lookup(n) === undefined)) continue;
      const value = evaluate(derived.root, lookup);
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw inputError(
          this.file,
          `${quoted(derived.text)} gives ${value} at ${JSON.stringify(values)}`,
          "correct the expression",
          `sweep.parameters.${parameter.name}`,
        );
      }
      values[parameter.name] = value;
    }
    return values;
  }

  /**
   * Values that follow when some parameters are `set`: derived ones that depend on them, through others, too, are
   * computed; all others are as `given`. Without those that are set, that are inactive or whose inputs are unknown.
   */
  following(given: PointValues, set: ReadonlySet<string>): PointValues {
    const [all, found]: [{ [name: string]: Value }, { [name: string]: Value }] = [{ ...given }, {}];
    const moved = new Set(set);
    const lookup = (name: string): Value | undefined => all[name];
    const isKnown = ({ names }: Expression): boolean => names.every((name) => lookup(name) !== undefined);
    for (const { parameter, when, derived } of this.plan) {
      const { name } = parameter;
      if (set.has(name)) continue;
      if (when !== null && (!isKnown(when) || evaluate(when.root, lookup) !== true)) {
        delete all[name]; // conditions over it are false, as in a point
        continue;
      }
      if (derived !== null && [...derived.names, ...(when?.names ?? [])].some((input) => moved.has(input))) {
        moved.add(name);
        if (isKnown(derived)) all[name] = evaluate(derived.root, lookup);
      }
      const value = lookup(name);
      if (value !== undefined) found[name] = value;
    }
    return found;
  }

  /** Position of a point, at the middle of cells; inactive axes at 0.5; null if a value is not in the space. */
  encode(values: PointValues): Float64Array | null {
    const position = new Float64Array(this.dimensions.length).fill(0.5);
    for (let d = 0; d < position.length; d++) {
      const value = values[this.dimensions[d].parameter.name];
      if (value === undefined) continue;
      const coordinate = this.dimensions[d].of(value);
      if (coordinate === null) return null;
      position[d] = coordinate;
    }
    return position;
  }

  /** Position of cell `index` of the grid; the first parameter changes slowest. */
  gridPosition(index: number): Float64Array {
    const position = new Float64Array(this.dimensions.length);
    let rest = index;
    for (let d = this.dimensions.length - 1; d >= 0; d--) {
      const levels = this.dimensions[d].levels as number;
      position[d] = ((rest % levels) + 0.5) / levels;
      rest = Math.floor(rest / levels);
    }
    return position;
  }

  /** Names of parameters that set a document path for which `isAsked` is true. */
  namesOf(isAsked: (path: string) => boolean): readonly string[] {
    return this.names.filter((name) => isAsked(this.pathOf.get(name) as string));
  }

  /** The values keyed by document path, for `patchDocument`. */
  byPath(values: PointValues): { readonly [path: string]: Value } {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [this.pathOf.get(name) as string, value]));
  }
}

/** One text per distinct point. */
export function canonicalValues(values: PointValues): string {
  return canonicalJson(values);
}

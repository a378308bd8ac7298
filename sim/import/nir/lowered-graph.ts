/**
 * A NIR graph as populations (terminal Inputs, neuron nodes, Outputs that weights feed) and, between two of them, one sparse matrix: everything
 * on the way (weights, convolutions, pools, scales, reshaping) composed into the factor that a spike arrives with.
 * Matrices are compressed rows by source neuron, targets ascending. Delays and recurrent edges stay apart: one matrix for each number of steps.
 * Throws: InputError for a circle of weights without a neuron in it.
 */
import { inputError } from "../../../base/errors.js";
import { createOperator, delaySteps, type Operator } from "./connections.js";
import type { NirNode } from "./graph.js";
import type { ImportedNir } from "./import.js";
import { CONNECTION_TYPES, NEURON_TYPES } from "./node-types.js";
import { sizeOf } from "./shapes.js";

export interface LoweredPopulation {
  readonly name: string;
  readonly node: NirNode;
  readonly neurons: number;
  /** This many neurons after each other have one row of weights: a convolution's channel; 1 for others. */
  readonly sharing: number;
}

export interface LoweredMatrix {
  readonly source: number;
  readonly target: number;
  /** Steps from spike to arrival, Delay nodes and recurrent edges together. */
  readonly steps: number;
  /** An edge on the way carries the step before, to close a circle. */
  readonly recurrent: boolean;
  /** Affine functions only: no Threshold on the way. */
  readonly linear: boolean;
  /** Nothing but the spikes themselves arrives. */
  readonly identity: boolean;
  /** [source neurons + 1]. */
  readonly rowStart: Uint32Array;
  readonly targets: Uint32Array;
  readonly factors: Float64Array;
}

export interface LoweredGraph {
  readonly populations: readonly LoweredPopulation[];
  readonly matrices: readonly LoweredMatrix[];
}

/** Populations in schedule order; matrices by source, undelayed ones first, then by target. */
export function lowerGraph(imported: ImportedNir): LoweredGraph {
  const { graph, schedule, shapes } = imported;
  const names = populationNames(imported);
  const matrices = names.flatMap((_, source) => matricesFrom(imported, names, source));
  const populations = names.map((name, p): LoweredPopulation => {
    const sharing = matrices.reduce((most, matrix) => (matrix.target === p ? Math.max(most, matrix.sharing) : most), 1);
    return { name, node: graph.nodes.get(name)!, neurons: sizeOf(shapes.get(name)!.output), sharing };
  });
  const order = new Map(schedule.order.map((name, at) => [name, at]));
  const at = (p: number): number => order.get(names[p]) ?? 0;
  return { populations, matrices: matrices.sort((a, b) => a.source - b.source || a.steps - b.steps || at(a.target) - at(b.target)) };
}

function populationNames({ graph, schedule }: ImportedNir): string[] {
  const typeOf = (name: string): string => graph.nodes.get(name)?.type ?? "";
  const sourcesOf = (name: string): readonly { readonly name: string }[] => schedule.sources.get(name) ?? [];
  const leads = new Set(graph.edges.map((edge) => edge.from));
  /** A computation lies between the last population and here, so that somebody has to add up. */
  const adds = (name: string): boolean =>
    sourcesOf(name).length > 1 ||
    sourcesOf(name).some(({ name: source }) => {
      const type = typeOf(source);
      if (NEURON_TYPES.has(type) || (type === "Input" && sourcesOf(source).length === 0)) return false;
      return !PASSES.has(type) || adds(source);
    });
  return schedule.order.filter((name) => {
    const type = typeOf(name);
    if (NEURON_TYPES.has(type)) return true;
    return type === "Input" ? sourcesOf(name).length === 0 : type === "Output" && !leads.has(name) && adds(name);
  });
}

/** Types that hand values on as they are. */
const PASSES = new Set(["Input", "Output", "Flatten"]);

interface Way {
  readonly steps: number;
  readonly recurrent: boolean;
  readonly linear: boolean;
  readonly identity: boolean;
  readonly sharing: number;
  readonly rows: Rows;
}

interface Rows {
  readonly rowStart: Uint32Array;
  readonly index: readonly number[];
  readonly factor: readonly number[];
}

type FoundMatrix = LoweredMatrix & { readonly sharing: number };

/** Everything that a population's spikes reach before the next population. */
function matricesFrom(imported: ImportedNir, names: readonly string[], source: number): FoundMatrix[] {
  const { graph, schedule, shapes, options } = imported;
  const position = new Map(names.map((name, p) => [name, p]));
  const found = new Map<string, { readonly target: number; readonly ways: Way[] }>();
  const count = sizeOf(shapes.get(names[source])!.output);
  const visit = (from: string, way: Way, trail: readonly string[]): void => {
    for (const [to, sources] of schedule.sources) {
      for (const edge of sources) {
        if (edge.name !== from) continue;
        const here = edge.delayed ? { ...way, steps: way.steps + 1, recurrent: true } : way;
        const target = position.get(to);
        if (target !== undefined) {
          const key = `${target}/${here.steps}/${here.recurrent}`;
          const entry = found.get(key) ?? { target, ways: [] };
          entry.ways.push(here);
          found.set(key, entry);
          continue;
        }
        if (trail.includes(to)) throw inputError(imported.report.file, `a circle without a neuron: ${[...trail, to].join(" -> ")}`);
        const node = graph.nodes.get(to)!;
        const shape = shapes.get(to)!;
        if (node.type === "Delay") {
          const delays = delaySteps(node, sizeOf(shape.input), options);
          for (const steps of new Set(delays)) {
            visit(to, { ...here, steps: here.steps + steps, rows: kept(here.rows, (i) => delays[i] === steps) }, [...trail, to]);
          }
          continue;
        }
        const size = sizeOf(shape.output);
        const passes = PASSES.has(node.type);
        const matrix = CONNECTION_TYPES.has(node.type) && shape.output.length === 1;
        const grid = shape.output.length === 3 ? shape.output[1] * shape.output[2] : (shape.output[1] ?? 1);
        const next: Way = {
          ...here,
          linear: here.linear && node.type !== "Threshold",
          identity: here.identity && passes,
          sharing: passes || node.type === "Scale" || node.type === "Threshold" ? here.sharing : matrix ? 1 : grid,
          rows: passes ? here.rows : composed(here.rows, createOperator(node, shape, options), size),
        };
        visit(to, next, [...trail, to]);
      }
    }
  };
  const each = Array.from({ length: count }, (_, i) => i);
  const rows = { rowStart: Uint32Array.from({ length: count + 1 }, (_, i) => i), index: each, factor: each.map(() => 1) };
  visit(names[source], { steps: 0, recurrent: false, linear: true, identity: true, sharing: 1, rows }, [names[source]]);
  return [...found.values()].map(({ target, ways }) => {
    const { rowStart, index, factor } = ways.length === 1 ? ways[0].rows : added(ways, count, sizeOf(shapes.get(names[target])!.input));
    return {
      source,
      target,
      steps: ways[0].steps,
      recurrent: ways[0].recurrent,
      linear: ways.every((way) => way.linear),
      identity: ways.length === 1 && ways[0].identity,
      sharing: ways.reduce((most, way) => Math.max(most, way.sharing), 1),
      rowStart,
      targets: Uint32Array.from(index),
      factors: Float64Array.from(factor),
    };
  });
}

function kept({ rowStart, index, factor }: Rows, keep: (index: number) => boolean): Rows {
  return rebuilt(rowStart.length - 1, Number.POSITIVE_INFINITY, (row, put) => {
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) if (keep(index[e])) put(index[e], factor[e]);
  });
}

function composed({ rowStart, index, factor }: Rows, operator: Operator, size: number): Rows {
  return rebuilt(rowStart.length - 1, size, (row, put) => {
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) operator.targets(index[e], (output, by) => put(output, factor[e] * by));
  });
}

function added(ways: readonly Way[], count: number, size: number): Rows {
  return rebuilt(count, size, (row, put) => {
    for (const { rows } of ways) for (let e = rows.rowStart[row]; e < rows.rowStart[row + 1]; e++) put(rows.index[e], rows.factor[e]);
  });
}

/** Rows of what `fill` puts, sums of what it puts to one place, ascending; `size` places (infinite: nothing meets twice). */
function rebuilt(count: number, size: number, fill: (row: number, put: (at: number, value: number) => void) => void): Rows {
  const rowStart = new Uint32Array(count + 1);
  const index: number[] = [];
  const factor: number[] = [];
  const sums = new Float64Array(Number.isFinite(size) ? size : 0);
  const seen = new Uint8Array(sums.length);
  let touched: number[] = [];
  const put = (at: number, value: number): void => {
    if (sums.length === 0) {
      index.push(at);
      factor.push(value);
      return;
    }
    if (seen[at] === 0) touched.push(at);
    seen[at] = 1;
    sums[at] += value;
  };
  for (let row = 0; row < count; row++) {
    fill(row, put);
    touched.sort((a, b) => a - b);
    for (const at of touched) {
      index.push(at);
      factor.push(sums[at]);
      sums[at] = 0;
      seen[at] = 0;
    }
    touched = [];
    rowStart[row + 1] = index.length;
  }
  return { rowStart, index, factor };
}

/** What reaches each population in every step without any spike: biases, through everything behind them. Throws: InputError for a bias that a Delay holds. */
export function constantInputs(imported: ImportedNir, { populations }: LoweredGraph): readonly Float64Array[] {
  const { graph, schedule, shapes, options, report } = imported;
  const silent = new Set(populations.map((population) => population.name));
  const known = new Map<string, Float64Array>();
  const gathered = (name: string): Float64Array => {
    const sum = new Float64Array(sizeOf(shapes.get(name)!.input));
    for (const { name: source } of schedule.sources.get(name) ?? []) {
      if (silent.has(source)) continue;
      for (const [i, value] of outputOf(source).entries()) sum[i] += value;
    }
    return sum;
  };
  const outputOf = (name: string): Float64Array => {
    const made = known.get(name);
    if (made !== undefined) return made;
    const node = graph.nodes.get(name)!;
    const input = gathered(name);
    const output = new Float64Array(sizeOf(shapes.get(name)!.output));
    if (node.type !== "Delay") createOperator(node, shapes.get(name)!, options).step(input, output);
    else if (input.some((value) => value !== 0))
      throw inputError(report.file, `${name} delays a bias`, "put the bias behind the Delay, or run it in float");
    known.set(name, output);
    return output;
  };
  return populations.map(({ name }) => gathered(name));
}

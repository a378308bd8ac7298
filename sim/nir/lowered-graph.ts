/**
 * A NIR graph as populations (terminal Inputs, neuron nodes, Outputs that weights feed) and, between two of them, one sparse matrix: everything
 * on the way (weights, convolutions, pools, scales, reshaping) composed into the factor that a spike arrives with.
 * Matrices are compressed rows by source neuron, targets ascending. Delays and recurrent edges stay apart: one matrix for each number of steps.
 * Throws: InputError for a circle of weights without a neuron in it, and for more synapses than are unrolled.
 */
import { entry } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import { createOperator } from "./connections.js";
import type { ImportedNir } from "./import.js";
import { sizeOf } from "./shapes.js";
import { type Rows, unrolled } from "./unroll.js";
import { type GraphWays, graphWays, type LoweredPopulation, type Way } from "./ways.js";

export type LoweredMatrix = Omit<Way, "routes"> & Rows;

export interface LoweredGraph {
  readonly populations: readonly LoweredPopulation[];
  /** By source, undelayed ones first, then by target. */
  readonly matrices: readonly LoweredMatrix[];
}

export function lowerGraph(imported: ImportedNir): LoweredGraph {
  const graph = graphWays(imported);
  const rows = unrolled(graph, imported.report.file);
  const matrices = graph.ways.map(({ routes: _, ...way }, w) => ({ ...way, ...rows[w] }));
  return { populations: graph.populations, matrices };
}

/** What reaches each population in every step without any spike: biases, through everything behind them. Throws: InputError for a bias that a Delay holds. */
export function constantInputs(imported: ImportedNir, { populations }: Pick<GraphWays, "populations">): readonly Float64Array[] {
  const { graph, schedule, shapes, options, report } = imported;
  const silent = new Set(populations.map((population) => population.name));
  const known = new Map<string, Float64Array>();
  const gathered = (name: string): Float64Array => {
    const sum = new Float64Array(sizeOf(entry(shapes, name).input));
    for (const { name: source } of schedule.sources.get(name) ?? []) {
      if (silent.has(source)) continue;
      for (const [i, value] of outputOf(source).entries()) sum[i] += value;
    }
    return sum;
  };
  const outputOf = (name: string): Float64Array => {
    const made = known.get(name);
    if (made !== undefined) return made;
    const node = entry(graph.nodes, name);
    const input = gathered(name);
    const output = new Float64Array(sizeOf(entry(shapes, name).output));
    if (node.type !== "Delay") createOperator(node, entry(shapes, name), options).step(input, output);
    else if (input.some((value) => value !== 0))
      throw inputError(report.file, `${name} delays a bias`, "put the bias behind the Delay, or run it in float");
    known.set(name, output);
    return output;
  };
  return populations.map(({ name }) => gathered(name));
}

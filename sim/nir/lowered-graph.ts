/**
 * A NIR graph as populations (terminal Inputs, neuron nodes, Outputs that weights feed), with one sparse matrix between
 * two of them. Everything between two populations (weights, convolutions, pools, scales, reshaping) is composed into
 * the factor with which a spike arrives. A matrix is the kernel of a convolution, or compressed rows by source neuron.
 * Delays and recurrent edges stay separate: one matrix per number of steps.
 * Throws: InputError for a circle of weights without a neuron, and for more synapses than can be listed.
 */
import { weightsOfChannel } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import { createOperator } from "./connections.js";
import type { ImportedNir } from "./import.js";
import { sizeOf } from "./shapes.js";
import { type LoweredRows, loweredRows } from "./unroll.js";
import { type GraphWays, graphWays, type LoweredPopulation, type Way } from "./ways.js";

export type LoweredMatrix = Omit<Way, "routes"> & LoweredRows;

export interface LoweredGraph {
  readonly populations: readonly LoweredPopulation[];
  /** By source, then undelayed before delayed, then by target. */
  readonly matrices: readonly LoweredMatrix[];
}

export function lowerGraph(imported: ImportedNir): LoweredGraph {
  const graph = graphWays(imported);
  const rows = loweredRows(graph, imported.report.file);
  const matrices = graph.ways.map(({ routes: _, ...way }, w) => ({ ...way, ...rows[w] }));
  return { populations: graph.populations, matrices };
}

/**
 * Calls `meet` with the index of every factor and a neuron that it reaches. For a kernel this is the first neuron of
 * the channel, because a channel's neurons share their weight step.
 */
export function eachFactor({ targets, factors, kernel }: LoweredMatrix, meet: (e: number, neuron: number) => void): void {
  if (targets !== null) for (let e = 0; e < targets.length; e++) meet(e, targets[e]);
  if (kernel === null) return;
  const { sourceChannels, targetChannels, targetArea, groups, taps } = kernel;
  const each = weightsOfChannel(kernel);
  for (let e = 0; e < factors.length; e++) {
    const group = Math.floor((Math.floor(e / each) * groups) / sourceChannels);
    meet(e, ((group * targetChannels) / groups + Math.floor((e % each) / taps)) * targetArea);
  }
}

/**
 * Constant input of each population in every step without any spike: biases and what they cause on their way. Throws:
 * InputError for a bias before a Delay.
 */
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

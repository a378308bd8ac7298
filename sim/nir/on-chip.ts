/**
 * Result of an imported network in the form that evaluation of a design point needs: trace and operation counts of one
 * run, without accuracy (a NIR file has no labels). A binary spike costs one addition per weight, any other one
 * multiplication.
 */

import {
  EventTally,
  multiplicationsPerFrame,
  type NeurobenchMetrics,
  OperationCounter,
  type Precision,
  type SampleSet,
  type SpikeTrace,
  stateProducts,
  type Topology,
} from "../../arch/index.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import type { Functional, GraphPopulation, GraphRun, IntegerGraph } from "../functional/index.js";
import {
  createGraphEngine,
  type EncodedInput,
  NOTHING_SCORED,
  type Runnable,
  runnableGraph,
  runOn,
  valuesOf,
} from "../functional/index.js";
import type { OperationCounts } from "../result.js";
import type { NirRun } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { integerNir, populationBefore } from "./integer.js";
import { type RecordedStates, recordStates } from "./state-recording.js";
import type { NirValues } from "./terminal-inputs.js";
import { terminalOutputs } from "./terminal-outputs.js";
import { type InputKinds, nirTrace } from "./topology.js";

/**
 * One utterance, timed. `weightBits`: width of the weights into each population. `run` must have recorded every
 * population of `topology`.
 */
export function nirFunctional(
  imported: ImportedNir,
  topology: Topology,
  inputs: NirValues,
  run: NirRun,
  measured: {
    readonly weightBits: (target: number) => number;
    readonly neurobench: NeurobenchMetrics;
    readonly stepsPerFrame: number;
  },
): Functional {
  const trace = nirTrace(imported, topology, inputs, run);
  const { weightBits, neurobench, stepsPerFrame } = measured;
  const operations = counts(trace, run.steps, weightBits, stepsPerFrame);
  return {
    key: trace.key,
    correct: 0,
    scored: 0,
    errors: NOTHING_SCORED,
    operations: { ...operations, neurobench },
    lostMessages: null,
    multiplicationsPerFrame: multiplicationsPerFrame(operations, { elementMultiplies: stateProducts(topology) }, stepsPerFrame),
    trace,
    placedBy: trace,
    timedUtterances: Uint32Array.of(0),
    modelHash: contentOf(imported),
    dataHash: trace.key,
  };
}

/** Content address of the file's content and of the options. */
function contentOf({ graph, options }: ImportedNir): string {
  const nodes = [...graph.nodes].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = nodes.flatMap(([name, { type, fields }]) =>
    [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, value]) => ({ name, type, field, value })),
  );
  const shape = fields.map(({ name, type, field, value }) => [name, type, field, typeof value === "string" ? value : [...value.shape]]);
  const edges = graph.edges.map(({ from, to }) => JSON.stringify([from, to])).sort();
  const arrays = fields.flatMap(({ value }) => (typeof value === "string" ? [] : [bytesOf(value.data)]));
  return sha256(JSON.stringify({ nodes: nodes.map(([name, { type }]) => [name, type]), shape, edges, options }), ...arrays);
}

/** Result of an imported network in integers. */
interface NirOnInput {
  readonly functional: Functional;
  readonly neurobench: NeurobenchMetrics;
  readonly runnable: Runnable;
  /** [steps][size] of each Output that leads nowhere: spikes, voltages or sums. */
  readonly outputs: ReadonlyMap<string, Int32Array>;
  /** States of the nodes to be recorded. */
  readonly states: ReadonlyMap<string, RecordedStates>;
  /** Populations and Outputs. A chip has no values of nodes between them. */
  readonly nodes: readonly string[];
  /**
   * [steps][size] of one of `nodes`: what it sends, or the voltages or sums of one that sends nothing; null: of others.
   */
  readonly valuesOf: (node: string) => Int32Array | null;
}

/**
 * One utterance of `samples`, encoded by `input`, in integers, timed. A connection layer of NeuroBench is what leads
 * from one population to the next.
 */
export function integerOnChip(
  imported: ImportedNir,
  precision: Precision,
  samples: SampleSet,
  utterance: number,
  input: EncodedInput,
  kinds: InputKinds,
  kept: ReadonlySet<string>,
): NirOnInput {
  const { graph } = integerNir(imported, precision, kinds);
  const runnable = runnableGraph(graph);
  const options = { utterances: Uint32Array.of(utterance), traced: Uint32Array.of(0) } as const;
  const { correct, scored, errors, operations, trace } = runOn(runnable, samples, options, input);
  const values = valuesOf(samples, utterance, input);
  const inputs = new Int32Array(values.length);
  runnable.toInputs(values, inputs);
  const { run, states } = recordStates(imported, graph, createGraphEngine(graph), inputs, kept);
  const scoresOf = (p: number): Int32Array => (p === graph.scored ? run : createGraphEngine({ ...graph, scored: p }).run(inputs)).scores;
  const outputs = new Map(
    terminalOutputs(imported).flatMap((name) => {
      const p = populationBefore(imported, graph.populations, name);
      return p === null ? [] : [[name, scoresOf(p)] as const];
    }),
  );
  const valuesAt = (p: number): Int32Array => (isSilent(graph.populations[p]) ? scoresOf(p) : sentBy(graph, run, p));
  const nodeValues = (node: string): Int32Array | null => {
    const p = graph.populations.findIndex(({ name }) => name === node);
    return outputs.get(node) ?? (p < 0 ? null : valuesAt(p));
  };
  const hashes = { modelHash: contentOf(imported), dataHash: samples.hash };
  const functional = {
    key: trace.key,
    correct,
    scored,
    errors,
    operations,
    lostMessages: null,
    multiplicationsPerFrame: multiplicationsPerFrame(operations, runnable, input.encoding.stepsPerFrame),
    trace,
    placedBy: trace,
    timedUtterances: options.utterances,
    ...hashes,
  };
  const nodes = [...new Set([...graph.populations.map(({ name }) => name), ...outputs.keys()])];
  return { functional, neurobench: operations.neurobench, runnable, outputs, states, nodes, valuesOf: nodeValues };
}

/** True for a population whose voltages or sums leave the network as they are. */
const isSilent = (population: GraphPopulation): boolean =>
  population.kind === "readout" || (population.kind === "neurons" && population.cell.threshold === null && population.cell.delta === null);

/** Payloads of a population's spikes, [steps][neurons]. */
function sentBy({ populations }: IntegerGraph, { steps, eventStart, neuron, payload }: GraphRun, p: number): Int32Array {
  const { neurons } = populations[p];
  const values = new Int32Array(steps * neurons);
  for (let step = 0; step < steps; step++) {
    const group = step * populations.length + p;
    for (let e = eventStart[group]; e < eventStart[group + 1]; e++) values[step * neurons + neuron[e]] = payload[e];
  }
  return values;
}

/** Weights of zero are not synapses of an imported network, so every weight of a spike is effective. */
function counts(
  trace: SpikeTrace,
  steps: number,
  weightBits: (target: number) => number,
  stepsPerFrame: number,
): Omit<OperationCounts, "neurobench"> {
  const { populations, projections } = trace.topology;
  const fanOuts = projections.map(({ source, target, sparse }) => {
    const all = populations[target].neurons * populations[target].accumulators;
    return Uint32Array.from({ length: populations[source].neurons }, (_, n) =>
      sparse === null ? all : sparse.rowStart[n + 1] - sparse.rowStart[n],
    );
  });
  const counter = new OperationCounter(trace.topology, weightBits, stepsPerFrame);
  counter.add(new EventTally(trace.topology, fanOuts).of({ ...trace, steps }));
  return { ...counter.counts(), accumulatorOverflows: 0, stateSaturations: 0 };
}

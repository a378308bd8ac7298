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
import type { Functional } from "../functional/index.js";
import { createGraphEngine, type EncodedInput, NOTHING_SCORED, runnableGraph, runOn, valuesOf } from "../functional/index.js";
import type { OperationCounts } from "../result.js";
import type { NirRun } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { integerNir } from "./integer.js";
import type { LeakError } from "./scaled-form.js";
import { type RecordedStates, recordStates } from "./state-recording.js";
import { type InputKinds, nirTrace } from "./topology.js";

/**
 * One utterance, timed. `weightBits`: width of the weights into each population. `run` must have recorded every
 * population of `topology`.
 */
export function nirFunctional(
  imported: ImportedNir,
  topology: Topology,
  inputs: ReadonlyMap<string, Float64Array>,
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
  readonly leaks: readonly LeakError[];
  /** Sum over steps of each score; empty if the network has several outputs. */
  readonly outputs: readonly number[];
  /** States of the nodes to be recorded. */
  readonly states: ReadonlyMap<string, RecordedStates>;
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
  const { graph, leaks } = integerNir(imported, precision, kinds);
  const runnable = runnableGraph(graph);
  const options = { utterances: Uint32Array.of(utterance), traced: Uint32Array.of(0), engine: "fast" } as const;
  const { correct, scored, errors, operations, trace } = runOn(runnable, samples, options, input);
  const values = valuesOf(samples, utterance, input);
  const inputs = new Int32Array(values.length);
  runnable.toInputs(values, inputs);
  const { run, states } = recordStates(imported, graph, createGraphEngine(graph), inputs, kept);
  const { scores } = run;
  const outputs = new Array<number>(runnable.classes).fill(0);
  for (let i = 0; i < scores.length; i++) outputs[i % runnable.classes] += scores[i];
  const hashes = { modelHash: contentOf(imported), dataHash: samples.hash };
  const functional = {
    key: trace.key,
    correct,
    scored,
    errors,
    operations,
    multiplicationsPerFrame: multiplicationsPerFrame(operations, runnable, input.encoding.stepsPerFrame),
    trace,
    placedBy: trace,
    timedUtterances: options.utterances,
    ...hashes,
  };
  return { functional, neurobench: operations.neurobench, leaks, outputs, states };
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

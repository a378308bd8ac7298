/** What runs on a workload: our own cells or an imported graph, in integers. */

import {
  type CountedWeights,
  cellOf,
  countedWeights,
  elementMultiplies,
  kernelOf,
  type NeuronLayer,
  nonZeroWeights,
  type Precision,
  rowLengths,
  type SampleSet,
  type StoredValues,
  stateProducts,
  storedValues,
  type Topology,
  updatePrice,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import { roundHalfAway } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import type { SpikeRule } from "./checked-widths.js";
import { createDenseEngine } from "./dense-engine.js";
import { createEngine } from "./engine.js";
import { createGraphEngine } from "./graph-engine.js";
import { toStateUnits } from "./input-encoder.js";
import {
  classesOf,
  type GraphCell,
  type GraphEngine,
  type GraphProjection,
  type IntegerGraph,
  type LeakError,
  type LostRows,
  type RaisedThreshold,
  widthOf,
} from "./integer-graph.js";
import type { IntegerNetwork } from "./integer-network.js";
import { LiveDense } from "./live/live-dense.js";
import { LiveGraph } from "./live/live-graph.js";
import type { LiveNetwork } from "./live/live-network.js";
import { LiveSpiking } from "./live/live-spiking.js";
import type { UtteranceEngine } from "./utterance.js";

/**
 * An input's values: `size` of a step's from `first` on; a word is round(value scale + offset), at most `limit` in
 * size.
 */
interface InputWords {
  readonly name: string;
  readonly first: number;
  readonly size: number;
  readonly limit: number;
  readonly scale: number;
  readonly offset: number;
}

export interface Runnable {
  readonly name: string;
  readonly inputs: number;
  readonly classes: number;
  /** How the network was trained to be scored; null: as the samples say. */
  readonly task: SampleSet["task"] | null;
  readonly outputDelayFrames: number;
  /** Takes only real values, no spikes. */
  readonly dense: boolean;
  readonly topology: Topology;
  readonly counted: CountedWeights;
  readonly stored: StoredValues;
  /** By projection and source neuron: number of weights that are not zero. */
  readonly nonZero: readonly Uint32Array[];
  /** Precision of every population: widths of the weights into it, and of its states, spikes and tables. */
  readonly precisions: readonly Precision[];
  /** Populations of neurons whose outputs others get, without inputs and readouts. */
  readonly neuronLayers: readonly NeuronLayer[];
  /** What states have to reach to spike. */
  readonly spikeRules: readonly SpikeRule[];
  /** Multiplications of neuron updates per step, by the field's convention. */
  readonly elementMultiplies: number;
  // Rows of weights lost in quantisation, errors of leaks, thresholds taken as 1; empty for this program's own
  // networks.
  readonly lostRows: readonly LostRows[];
  readonly leaks: readonly LeakError[];
  readonly raised: readonly RaisedThreshold[];
  readonly key: string;
  readonly engine: () => UtteranceEngine | GraphEngine;
  /** One utterance, computed from the messages that arrive. */
  readonly live: (inputs: Int32Array) => LiveNetwork;
  /** How values of an imported network's inputs become words; empty for this program's own networks. */
  readonly inputWords: readonly InputWords[];
  /** Writes values to `out` as the engine takes them; returns how many were clamped. */
  readonly toInputs: (values: ArrayLike<number>, out: Int32Array) => number;
}

export function runnableNetwork(network: IntegerNetwork): Runnable {
  const dense = !cellOf(network.system).spiking;
  const nonZero = nonZeroWeights(network);
  return {
    name: network.name,
    inputs: network.inputs,
    classes: network.classes,
    task: network.task,
    outputDelayFrames: network.outputDelayFrames,
    dense,
    topology: network.topology,
    counted: countedWeights(network.topology, nonZero),
    stored: storedValues(network.topology, (target) => network.precisions[target].weightBits),
    nonZero,
    precisions: network.precisions,
    neuronLayers: network.layers.map((_, index) => ({ population: index + 1, price: null, membranes: !dense, sends: true })),
    spikeRules: dense ? [] : spikeRulesOf(network),
    elementMultiplies: elementMultiplies(
      network.system,
      network.layers.map(({ neurons, perNeuron }) => ({
        neurons,
        leaks: network.precision.leak === "shift" ? 0 : leakProducts(network, perNeuron),
      })),
    ),
    ...{ lostRows: [], leaks: [], raised: [] },
    inputWords: [],
    key: network.key,
    engine: () => (dense ? createDenseEngine(network) : createEngine(network)),
    live: (inputs) => (dense ? new LiveDense(network, inputs) : new LiveSpiking(network, inputs)),
    toInputs: (values, out) => toStateUnits(network, values, out),
  };
}

export function runnableGraph(graph: IntegerGraph): Runnable {
  const { topology } = graph;
  const nonZero = topology.projections.map(({ source }) => new Uint32Array(topology.populations[source].neurons));
  for (const projection of graph.projections) addNonZero(projection, nonZero[projection.projection]);
  return {
    name: graph.name,
    inputs: widthOf(graph),
    classes: classesOf(graph),
    task: null,
    outputDelayFrames: 0,
    dense: false,
    topology,
    counted: graph.counted,
    stored: graph.stored,
    nonZero,
    precisions: graph.precisions,
    neuronLayers: graph.populations.flatMap((population, p) =>
      population.kind === "neurons"
        ? [{ population: p, price: priceOf(population.cell), membranes: true, sends: population.cell.threshold !== null }]
        : [],
    ),
    spikeRules: graph.populations.flatMap((each, population) => {
      const { threshold, delta } = each.kind === "neurons" ? each.cell : { threshold: null, delta: null };
      return threshold === null || delta !== null ? [] : [{ population, threshold, isAbove: true }];
    }),
    elementMultiplies: stateProducts(topology),
    ...{ lostRows: graph.lostRows, leaks: graph.leaks, raised: graph.raised },
    inputWords: graph.inputs.map(({ population, ...words }) => ({
      name: graph.populations[population].name,
      size: graph.populations[population].neurons,
      ...words,
    })),
    key: graph.key,
    engine: () => createGraphEngine(graph),
    live: (inputs) => new LiveGraph(graph, inputs),
    toInputs: (values, out) => toPayloads(graph, values, out),
  };
}

/** Of the encoder and the layers. Cells of plug-ins spike by rules of their own. */
function spikeRulesOf({ system, encoder, layers }: IntegerNetwork): readonly SpikeRule[] {
  const own = kernelOf(system) === null ? [] : layers.map(({ quantiser }) => quantiser);
  return [encoder, ...own].map(({ theta, shift }, population) => ({
    population,
    threshold: (Math.floor(theta) + 1) * powerOfTwo(shift),
    isAbove: false,
  }));
}

/**
 * Writes the values of whole steps to `out` as payloads; returns how many were clamped by more than they are rounded.
 */
function toPayloads(graph: IntegerGraph, values: ArrayLike<number>, out: Int32Array): number {
  const width = widthOf(graph);
  let clamped = 0;
  for (const { population, first, limit, scale, offset } of graph.inputs) {
    const { neurons } = graph.populations[population];
    for (let step = first; step < values.length; step += width) {
      for (let i = step; i < step + neurons; i++) {
        const value = values[i] * scale + offset;
        out[i] = Math.max(-limit, Math.min(limit, roundHalfAway(value)));
        if (Math.abs(value) > limit + 0.5) clamped++;
      }
    }
  }
  return clamped;
}

/** Adds to `counts` [source neurons] the number of non-zero weights of each row. */
function addNonZero({ sparse: { rowStart }, kernel, weights }: GraphProjection, counts: Uint32Array): void {
  if (kernel !== undefined) {
    const present = Uint8Array.from(weights, (weight) => Number(weight !== 0));
    for (const [n, length] of rowLengths({ ...kernel, present }).entries()) counts[n] += length;
    return;
  }
  for (let n = 0; n + 1 < rowStart.length; n++) {
    for (let e = rowStart[n]; e < rowStart[n + 1]; e++) if (weights[e] !== 0) counts[n]++;
  }
}

function leakProducts({ system }: IntegerNetwork, perNeuron: readonly (Int32Array | null)[]): number {
  return cellOf(system).perNeuron.filter(({ kind }, k) => kind === "leak" && perNeuron[k] !== null).length;
}

/** Operations of an update of a LIF or CubaLIF cell; null for other cells. */
function priceOf({ threshold, keepVoltage, keepCurrent, reset }: GraphCell): number | null {
  if (threshold === null || keepVoltage === null) return null;
  return updatePrice(keepCurrent === null ? "leaky" : "synaptic", reset);
}

const PER = { sequence: "sample", frames: "frame" } as const;

/** Throws: InputError if the network cannot run the samples, or their labels cannot be compared with its output. */
export function checkFit(runnable: Runnable, samples: SampleSet): void {
  if (samples.inputs !== runnable.inputs)
    throw inputError(samples.name, `frames of ${samples.inputs} features, the network ${runnable.name} takes ${runnable.inputs}`);
  if (!isLabelled(samples)) return;
  if (runnable.classes === 0)
    throw inputError(
      runnable.name,
      "has several Outputs, or none that a node feeds, so labels belong to none",
      "leave the labels out, or give it one Output",
    );
  if (samples.classes > runnable.classes)
    throw inputError(
      samples.name,
      `has labels of ${samples.classes} classes, the network ${runnable.name} ${runnable.classes} outputs`,
      `labels count from 0 to ${runnable.classes - 1}; -1 is none`,
    );
  if (runnable.task !== null && samples.task !== runnable.task)
    throw inputError(
      samples.name,
      `has a label per ${PER[samples.task]}, the network ${runnable.name} was trained for one per ${PER[runnable.task]}`,
      "take data of the same task",
    );
}

/** Whether some sample has a label to compare with. */
export function isLabelled(samples: SampleSet): boolean {
  return samples.labels.some((label) => label >= 0);
}

/** Content address of a trace: of the run, and of its utterances. */
export function traceKey(runnableKey: string, samplesHash: string, utterances: Uint32Array, traced: Uint32Array): string {
  return sha256(runnableKey, samplesHash, bytesOf(utterances), "/", bytesOf(traced));
}

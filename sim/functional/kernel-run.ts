/**
 * Runs whole utterances on a kernel of integer networks in a few calls: manages its buffers and chunks, and reads
 * events back.
 */

import { MIB } from "../../base/bytes.js";
import { signedMax } from "../../base/math/rounding.js";
import type { KernelHost } from "../kernel/kernel-host.js";
import type { Requantiser } from "./integer-network.js";
import { addProjection, type FedRows, type RowKernel, rowsCannotOverflow, type Storage, scaled } from "./kernel-layout.js";
import type { UtteranceRun } from "./utterance.js";

/** Exports of every kernel of integer networks; a kernel holds one network. */
export interface NetworkKernel extends RowKernel {
  /**
   * Adds accumulators of a layer or of the readout, after `setOverflow`. `neurons`: those of the layer, if `recurrent`
   * is not 0.
   */
  addSums(
    input: number,
    recurrent: number,
    firstRecurrent: number,
    neurons: number,
    multiplier: number,
    bias: number,
    accumulatorBits: number,
    safe: number,
  ): number;
  setReadout(sums: number, classes: number, mostScore: number): void;
  /** Resets every layer to silence. */
  reset(): void;
  /**
   * Runs steps on `inputs` i32 [steps][inputs]: events [..][2 i32], their starts u32 [steps * populations + 1], scores
   * i32 [steps][classes].
   */
  run(steps: number, inputs: number, events: number, starts: number, scores: number): void;
  unpack(events: number, count: number, neurons: number, payloads: number): void;
}

/** Projections into a layer's accumulators, and their requantisers for `rows` accumulators each. */
interface LayerSums {
  readonly input: FedRows;
  readonly recurrent: FedRows | null;
  /** Number of neurons that send recurrent events. */
  readonly neurons: number;
  /** null: these accumulators are always 0. */
  readonly requantisers: readonly (Requantiser | null)[];
  readonly rows: number;
  readonly accumulatorBits: number;
}

/** Adds accumulators with their projections; returns their handle. */
export function addSums(
  host: KernelHost<NetworkKernel>,
  { input, recurrent, neurons, requantisers, rows, accumulatorBits }: LayerSums,
  storage: Storage,
): number {
  const multiplier = new Float64Array(requantisers.length * rows);
  const bias = new Float64Array(requantisers.length * rows);
  for (const [gate, requantiser] of requantisers.entries()) {
    if (requantiser === null) continue;
    const { factors, offsets } = scaled(requantiser);
    multiplier.set(factors, gate * rows);
    bias.set(offsets, gate * rows);
  }
  const fed = recurrent === null ? [input] : [input, recurrent];
  const [from, own = 0] = fed.map((projection) => addProjection(host, projection, storage));
  const isSafe = rowsCannotOverflow(fed, signedMax(accumulatorBits));
  const [multiplierAt, biasAt] = [host.place(multiplier), host.place(bias)];
  return host.kernel.addSums(
    from,
    own,
    recurrent?.firstRow ?? 0,
    own === 0 ? 0 : neurons,
    multiplierAt,
    biasAt,
    accumulatorBits,
    isSafe ? 1 : 0,
  );
}

/** Sizes of a network in its kernel. */
interface KernelSizes {
  readonly inputs: number;
  readonly classes: number;
  /** Input, layers and readout. */
  readonly populations: number;
  /** Largest number of events per step. */
  readonly neurons: number;
}

/** Events that a kernel may write after those that it keeps. */
const SPARE_EVENTS = 4;
/**
 * Largest number of steps per call. It is smaller if the buffer for events is too small (8 bytes per neuron and step).
 */
const CALL_STEPS = 256;
const EVENT_BYTES = 4 * MIB;

/** Runs utterances on a kernel's network, without counts of membrane changes. Allocates its buffers once. */
export function utteranceRunner(
  host: KernelHost<NetworkKernel>,
  { inputs: width, classes, populations, neurons }: KernelSizes,
): (inputs: Int32Array) => Omit<UtteranceRun, "membraneUpdates"> {
  const chunk = Math.max(1, Math.min(CALL_STEPS, Math.floor(EVENT_BYTES / (8 * neurons))));
  const room = chunk * neurons + SPARE_EVENTS;
  const inputsAt = host.allocate(chunk * width * 4);
  const eventsAt = host.allocate(room * 8);
  const neuronsAt = host.allocate(room * 4);
  const payloadsAt = host.allocate(room * 2);
  const startsAt = host.allocate((chunk * populations + 1) * 4);
  const scoresAt = host.allocate(chunk * classes * 4);
  return (inputs) => {
    const { buffer, kernel } = host;
    const steps = inputs.length / width;
    const eventStart = new Uint32Array(steps * populations + 1);
    const scores = new Int32Array(steps * classes);
    const neuron: Uint32Array[] = [];
    const payload: Int16Array[] = [];
    let events = 0;
    kernel.reset();
    kernel.takeOverflows();
    kernel.takeSaturations();
    for (let step = 0; step < steps; step += chunk) {
      const count = Math.min(chunk, steps - step);
      new Int32Array(buffer, inputsAt).set(inputs.subarray(step * width, (step + count) * width));
      kernel.run(count, inputsAt, eventsAt, startsAt, scoresAt);
      scores.set(new Int32Array(buffer, scoresAt, count * classes), step * classes);
      const starts = new Uint32Array(buffer, startsAt, count * populations + 1);
      const added = starts[count * populations];
      if (events === 0) eventStart.set(starts, step * populations);
      else for (let g = 1; g < starts.length; g++) eventStart[step * populations + g] = events + starts[g];
      kernel.unpack(eventsAt, added, neuronsAt, payloadsAt);
      neuron.push(new Uint32Array(buffer, neuronsAt, added).slice());
      payload.push(new Int16Array(buffer, payloadsAt, added).slice());
      events += added;
    }
    return {
      steps,
      eventStart,
      neuron: joined(neuron, new Uint32Array(neuron.length === 1 ? 0 : events)),
      payload: joined(payload, new Int16Array(payload.length === 1 ? 0 : events)),
      scores,
      accumulatorOverflows: kernel.takeOverflows(),
      stateSaturations: kernel.takeSaturations(),
    };
  };
}

/** The only part, or all parts copied into `into`. */
function joined<A extends Uint32Array | Int16Array>(parts: readonly A[], into: A): A {
  if (parts.length === 1) return parts[0];
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

/**
 * Spikes of one utterance as a chip makes them: each slice is computed when its core begins the step, from the messages
 * that the core has taken.
 *
 * A message that a core takes in its wave w counts to wave w + delay of the target slice, whenever it was sent. With a
 * barrier that is the step for which it was sent, else the receiver's current step. Behind sources a message carries
 * the wave that it counts to. Additions to an accumulator are ordered by projection, then by the wave in which the
 * message was sent, then by neuron, so the order of arrival within a step does not matter.
 */
import type { Topology } from "../../arch/index.js";
import type { Arrival, LiveNetwork, UtteranceRun } from "../functional/index.js";
import type { Program, SomaSlice, Timeline } from "../program/index.js";
import { positionOf, type SliceStep, type SpikeSource } from "../program/index.js";

/** Events of one slice in one step. */
interface Fired {
  readonly firstNeuron: number;
  readonly from: number;
  readonly to: number;
}

export class LiveSpikes implements SpikeSource {
  readonly neuron: Uint32Array;
  readonly payload: Int16Array;
  /** By event: the sender's wave. */
  private readonly sentIn: Int32Array;
  private events = 0;
  /** Messages by slice, and by the wave that they count to. */
  private readonly arrivals = new Map<SomaSlice, Arrival[][]>();
  /** [steps * populations] */
  private readonly fired: Fired[][];

  constructor(
    private readonly program: Program,
    private readonly topology: Topology,
    private readonly network: LiveNetwork,
    private readonly steps: number,
  ) {
    const most = steps * topology.populations.reduce((sum, { neurons }) => sum + neurons, 0);
    this.neuron = new Uint32Array(most);
    this.payload = new Int16Array(most);
    this.sentIn = new Int32Array(most);
    this.fired = Array.from({ length: steps * topology.populations.length }, () => []);
    for (const soma of program.somaSlices.flat()) this.arrivals.set(soma, []);
  }

  fill(slices: readonly SomaSlice[], steps: readonly SliceStep[], line: Timeline, wave: number): void {
    const { populations } = this.topology;
    slices.forEach((soma, i) => {
      const { population, firstNeuron, neurons } = soma.slice;
      const step = steps[i];
      const position = positionOf(step, line, wave, populations[population].depth);
      if (position < 0) return;
      const arrivals = (back: number): readonly Arrival[] => this.cameFor(soma, wave - back);
      step.eventFrom = this.events;
      this.network.step(population, position, firstNeuron, neurons, arrivals, (neuron, payload) => {
        this.neuron[this.events] = neuron;
        this.payload[this.events] = payload;
        this.sentIn[this.events++] = wave;
      });
      step.eventTo = this.events;
      this.fired[position * populations.length + population].push({ firstNeuron, from: step.eventFrom, to: step.eventTo });
    });
  }

  /** Arrivals in the order of additions. */
  private cameFor(soma: SomaSlice, wave: number): readonly Arrival[] {
    const came = this.arrivals.get(soma)?.[wave] ?? [];
    return came.sort((a, b) => a.projection - b.projection || a.sentIn - b.sentIn || a.neuron - b.neuron);
  }

  taken(entry: number, event: number, wave: number): void {
    const { blocks, segmentStart, segmentBlock } = this.program;
    const [neuron, payload, sentIn] = [this.neuron[event], this.payload[event], this.sentIn[event]];
    for (let s = segmentStart[entry]; s < segmentStart[entry + 1]; s++) {
      const { target, projection, delayWaves } = blocks[segmentBlock[s]];
      const waves = this.arrivals.get(target) as Arrival[][];
      waves[wave + delayWaves] ??= [];
      waves[wave + delayWaves].push({ projection, neuron, payload, sentIn });
    }
  }

  /** Result of the utterance, once it has run. */
  run(): UtteranceRun {
    const eventStart = new Uint32Array(this.fired.length + 1);
    const neuron = new Uint32Array(this.events);
    const payload = new Int16Array(this.events);
    let at = 0;
    this.fired.forEach((slices, group) => {
      for (const { from, to } of slices.sort((a, b) => a.firstNeuron - b.firstNeuron)) {
        neuron.set(this.neuron.subarray(from, to), at);
        payload.set(this.payload.subarray(from, to), at);
        at += to - from;
      }
      eventStart[group + 1] = at;
    });
    const { scores } = this.network;
    return { steps: this.steps, eventStart, neuron, payload, scores, ...this.network.troubles(), membraneUpdates: null };
  }
}

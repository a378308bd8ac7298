/** Which neurons fire in a wave, as cores ask for it: read from a trace, or computed from the messages that came. */
import type { SpikeTrace } from "../../arch/index.js";
import type { Placement } from "../mapping/placement.js";
import type { SomaSlice } from "./blocks.js";
import type { Timeline } from "./timeline.js";

/** What a slice does in a wave. */
export interface SliceStep {
  /** False while its population has no step in this wave (the pipeline fills or empties). */
  active: boolean;
  /** First step of an utterance: state starts from zero. */
  first: boolean;
  /** Last step of an utterance: recurrent spikes have no use. */
  last: boolean;
  /** Events of the slice's neurons in this step. */
  eventFrom: number;
  eventTo: number;
}

export interface SpikeSource {
  /** By event. */
  readonly neuron: Uint16Array | Uint32Array;
  readonly payload: Int16Array;
  /** Fills in what the slices of one core do in `wave` of a timeline. */
  fill(slices: readonly SomaSlice[], steps: readonly SliceStep[], line: Timeline, wave: number): void;
  /** A core that is in `wave` has taken an event's message, which has `entry` for it. */
  taken(entry: number, event: number, wave: number): void;
}

/** Fills in all but the events; the position in the timeline, -1: none. */
export function positionOf(step: SliceStep, line: Timeline, wave: number, depth: number): number {
  const position = wave - depth;
  step.active = position >= 0 && position < line.steps.length;
  if (!step.active) return -1;
  step.first = line.first[position] === 1;
  step.last = line.last[position] === 1;
  return position;
}

/** The spikes of a trace. */
export class TracedSpikes implements SpikeSource {
  readonly neuron: Uint16Array | Uint32Array;
  readonly payload: Int16Array;

  constructor(
    private readonly trace: SpikeTrace,
    private readonly placement: Placement,
  ) {
    this.neuron = trace.neuron;
    this.payload = trace.payload;
  }

  fill(slices: readonly SomaSlice[], steps: readonly SliceStep[], line: Timeline, wave: number): void {
    const { neuron, eventStart } = this.trace;
    const { populations } = this.placement.topology;
    slices.forEach(({ slice }, i) => {
      const step = steps[i];
      const position = positionOf(step, line, wave, populations[slice.population].depth);
      if (position < 0) return;
      const group = line.steps[position] * populations.length + slice.population;
      step.eventFrom = lowerBound(neuron, eventStart[group], eventStart[group + 1], slice.firstNeuron);
      step.eventTo = lowerBound(neuron, step.eventFrom, eventStart[group + 1], slice.firstNeuron + slice.neurons);
    });
  }

  taken(): void {}
}

/** First index in `from .. to` whose value is at least `value`; ascending values. */
function lowerBound(values: Uint16Array | Uint32Array, from: number, to: number, value: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

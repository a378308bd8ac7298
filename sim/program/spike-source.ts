/** Which neurons fire in a wave, as cores ask for it: computed from the messages that came. */
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

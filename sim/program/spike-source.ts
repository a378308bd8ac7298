/** Neurons that fire in a wave, computed when a core asks, from the messages that have arrived. */
import type { SomaSlice } from "./blocks.js";
import type { Timeline } from "./timeline.js";

/** A slice's step in a wave. */
export interface SliceStep {
  /** False if its population has no step in this wave (the pipeline fills or empties). */
  active: boolean;
  /** First step of an utterance: states begin at 0. */
  first: boolean;
  /** Last step of an utterance: recurrent spikes are not used. */
  last: boolean;
  /** Events of the slice's neurons in this step. */
  eventFrom: number;
  eventTo: number;
}

export interface SpikeSource {
  /** By event. */
  readonly neuron: Uint16Array | Uint32Array;
  readonly payload: Int16Array;
  /** Fills `steps` for the slices of one core in `wave` of a timeline. */
  fill(slices: readonly SomaSlice[], steps: readonly SliceStep[], line: Timeline, wave: number): void;
  /** A core in wave `wave` has taken an event's message, which has `entry` for it. */
  taken(entry: number, event: number, wave: number): void;
}

/** Fills in everything but the events; returns the position in the timeline, -1: none. */
export function positionOf(step: SliceStep, line: Timeline, wave: number, depth: number): number {
  const position = wave - depth;
  step.active = position >= 0 && position < line.steps.length;
  if (!step.active) return -1;
  step.first = line.first[position] === 1;
  step.last = line.last[position] === 1;
  return position;
}

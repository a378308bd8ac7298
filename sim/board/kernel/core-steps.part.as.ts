/** The step of a slice in a wave: its part of its population's step, which the host has written. */

import { inRow } from "../../../base/kernel/views.part.as";
import { neuronOf, Slice, steps } from "./core-records.part.as";

/** The host sets the steps of slices, not of populations. */
export let hasOwnSteps: bool = false;

export function setOwnSteps(): void {
  hasOwnSteps = true;
}

/** First event in `from .. to - 1` of neuron `neuron` or later. */
function lowerBound(from: i32, to: i32, neuron: i32): i32 {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (neuronOf(middle) < neuron) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sets the slice's step in the next wave: its part of its population's step. */
export function takeStep(slice: Slice): void {
  const step = inRow(steps, slice.population);
  const active = step.isActive != 0;
  slice.isActive = active;
  if (!active) return;
  const neuron = slice.firstNeuron;
  const end = step.eventEnd;
  const from = neuron == 0 ? step.event : lowerBound(step.event, end, neuron);
  slice.isFirst = step.isFirst != 0;
  slice.isLast = step.isLast != 0;
  slice.event = from;
  slice.eventEnd = lowerBound(from, end, neuron + slice.neurons);
}

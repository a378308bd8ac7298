/**
 * Synaptic events, kept until somas take them. Sums are in slots: one per neuron for an accumulator, one per delay for accumulator_with_delay. Taps are a line
 * of compartments; each keeps the share `time[i]` of its charge and receives the share `space[i]` of its neighbour's charge across joint i; the charge of
 * compartment 0 is the current.
 */
import { isNone, Table } from "../../../base/kernel/views.part.as";
import { Taps } from "./step-records.part.as";
import {
  current,
  delays,
  firstSlots,
  isPresent,
  isWritten,
  narrowTargets,
  narrowWeights,
  slotCounts,
  slotsNow,
  sums,
  tapsOf,
  tapsOfSynapses,
  targetOf,
  targets,
  weights,
} from "./step-setup.part.as";

/** Events of an axon if every neuron has one sum. */
@inline
export function addPlainEvents(from: i32, end: i32): void {
  if (isNone(narrowTargets)) {
    if (isNone(narrowWeights)) addSums(targets, weights, from, end);
    else addSums(targets, narrowWeights, from, end);
  } else {
    if (isNone(narrowWeights)) addSums(narrowTargets, weights, from, end);
    else addSums(narrowTargets, narrowWeights, from, end);
  }
}

/** This is most of a step's work, so the loop contains nothing else. */
@inline
function addSums<Place, Weight>(places: Table<Place>, weightsOf: Table<Weight>, from: i32, end: i32): void {
  for (let s = from; s < end; s++) {
    const place = places.word(s);
    current[place] += <f64>weightsOf[s];
    isPresent[place] = 1;
  }
}

@inline
function weightOf(s: i32): f64 {
  return isNone(narrowWeights) ? weights[s] : <f64>narrowWeights[s];
}

/** Called after the neurons' `take`, which has moved `slotsNow` to the slot of the next step. */
export function addEvents(from: i32, end: i32): void {
  for (let s = from; s < end; s++) {
    const place = targetOf(s);
    const taps = tapsOf[place];
    if (!isNone(taps)) {
      taps.incoming[tapsOfSynapses[s]] += weightOf(s);
      taps.arrived = true;
      continue;
    }
    const slots = slotCounts.word(place);
    const slot = firstSlots[place] + (slots == 1 ? 0 : (slotsNow.word(place) + delays.word(s)) % slots);
    sums[slot] += weightOf(s);
    isWritten[slot] = 1;
  }
}

/** Moves the input of neurons at indices `from` up to `end` in this step to `current` and `isPresent`. */
export function take(from: i32, end: i32): void {
  for (let place = from; place < end; place++) {
    const taps = tapsOf[place];
    const slot = firstSlots[place] + slotsNow.word(place);
    if (isNone(taps)) {
      current[place] = sums[slot];
      isPresent[place] = isWritten[slot];
    } else {
      const isCharged = advance(taps);
      current[place] = isCharged ? taps.charge[0] : 0;
      isPresent[place] = isCharged ? 1 : 0;
    }
    slotsNow[place] = <u8>((slotsNow.word(place) + 1) % slotCounts.word(place));
    sums[slot] = 0;
    isWritten[slot] = 0;
  }
}

/** Returns whether an event has arrived or charge is left. */
function advance(taps: Taps): bool {
  const count = taps.count;
  const charge = taps.charge;
  let isCharged = taps.arrived;
  for (let i = 0; i < count; i++) {
    const before = i > 0 ? charge[i - 1] * taps.space[i - 1] : 0;
    const behind = i + 1 < count ? charge[i + 1] * taps.space[i] : 0;
    const next = charge[i] * taps.time[i] + before + behind + taps.incoming[i];
    taps.next[i] = next;
    taps.incoming[i] = 0;
    if (next != 0) isCharged = true;
  }
  taps.charge = taps.next;
  taps.next = charge;
  taps.arrived = false;
  return isCharged;
}

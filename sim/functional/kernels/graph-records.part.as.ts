/** Records of an integer graph: populations, their feeds, and the calls with which the host adds them. Numbers per neuron are in tables [neurons]. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { behind, isNone, none, Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { Projection } from "./projection.part.as";

/** A population, such as the input, and its events of the last steps. */
@unmanaged
export class Population {
  neurons: i32;
  /** Number of steps whose events it keeps, in a ring. */
  slots: i32;
  /** [slots][neurons]. */
  events: Event;
  /** [slots] number of events. */
  counts: Table<i32>;
}

/** Events of a population that reach another one some steps later. */
@unmanaged
export class Feed {
  projection: Projection;
  source: Population;
  steps: i32;
  next: Feed;
}

/** A population with incoming projections. */
@unmanaged
export class Fed extends Population {
  firstFeed: Feed;
  lastFeed: Feed;
  sums: Table<i32>;
  /** Number of sums, including those that fill up rows. */
  sumCount: i32;
  accumulatorBits: i32;
  /** Factor and offset of requantisation, times 2^-shift. */
  multiplier: Table<f64>;
  bias: Table<f64>;
}

/** Sums that leave the network. */
@unmanaged
export class Readout extends Fed {
  mostScore: i32;
}

@unmanaged
export class Neurons extends Fed {
  /** Largest state word. */
  mostState: i32;
  current: Table<i32>;
  voltage: Table<i32>;
  /** Remaining refractory steps, in which the voltage stays. */
  held: Table<i32>;
  /** Changes of voltages in this utterance; its first step counts all. */
  moved: f64;
  /** Leak of the current; none: the input is not filtered. */
  keepCurrent: Table<i32>;
  /** Leak of the voltage; none: it does not leak. */
  keepVoltage: Table<i32>;
  /** Value added in every step. */
  rest: Table<i32>;
  resetTo: Table<i32>;
  /** The population sends spikes; otherwise its voltage is the output. */
  fires: bool;
  threshold: i32;
  /** One of RESET_.. */
  reset: i32;
  refractorySteps: i32;
  /** What subtracting reset rules take off per spike. */
  loses: i32;
  /** Largest payload of a spike. */
  mostSpikes: i32;
  /** Its spikes are changes of a value, without their lowest `spikeShift` bits, at most `mostPayload` in size. */
  isDelta: bool;
  integrates: bool;
  rectifies: bool;
  keepsRemainder: bool;
  spikeShift: i32;
  mostPayload: i32;
  /** Lower bound of the voltage. */
  lowest: i32;
  /** States become 0 in every step t > 0 with t mod `restartPeriod` = `restartPhase`; 0: never. */
  restartPeriod: i32;
  restartPhase: i32;
}

/** Effect of a spike on the voltage: in the same step it becomes `resetTo`, or loses the threshold; or as in snnTorch, by the voltage of the step before. */
export const RESET_ZERO: i32 = 0;
export const RESET_SUBTRACT: i32 = 1;
export const RESET_SNNTORCH_SUBTRACT: i32 = 2;
export const RESET_SNNTORCH_DELAYED_SUBTRACT: i32 = 3;
export const RESET_SNNTORCH_DELAYED_ZERO: i32 = 4;

/** Number of values in the accumulators' rows: a multiple of 16. */
function padded(neurons: i32): i32 {
  return (neurons + 15) & ~15;
}

function setPopulation(population: Population, neurons: i32, slots: i32): void {
  population.neurons = neurons;
  population.slots = slots;
  population.events = changetype<Event>(table<u64>(slots * neurons));
  population.counts = table<i32>(slots);
}

function setFed(fed: Fed, neurons: i32, slots: i32, multiplier: Table<f64>, bias: Table<f64>, accumulatorBits: i32): void {
  setPopulation(fed, neurons, slots);
  fed.sumCount = padded(neurons);
  fed.sums = table<i32>(fed.sumCount);
  fed.multiplier = multiplier;
  fed.bias = bias;
  fed.accumulatorBits = accumulatorBits;
}

/** Adds the input; returns its handle, as the other functions do. */
export function addInput(neurons: i32, slots: i32): Population {
  const input = record<Population>();
  setPopulation(input, neurons, slots);
  return input;
}

export function addReadout(
  neurons: i32,
  slots: i32,
  multiplier: Table<f64>,
  bias: Table<f64>,
  accumulatorBits: i32,
  mostScore: i32,
): Readout {
  const readout = record<Readout>();
  setFed(readout, neurons, slots, multiplier, bias, accumulatorBits);
  readout.mostScore = mostScore;
  return readout;
}

export function addNeurons(
  neurons: i32,
  slots: i32,
  multiplier: Table<f64>,
  bias: Table<f64>,
  accumulatorBits: i32,
  mostState: i32,
): Neurons {
  const added = record<Neurons>();
  setFed(added, neurons, slots, multiplier, bias, accumulatorBits);
  added.mostState = mostState;
  added.current = table<i32>(neurons);
  added.voltage = table<i32>(neurons);
  added.held = table<i32>(neurons);
  added.lowest = i32.MIN_VALUE;
  return added;
}

export function setDynamics(neurons: Neurons, keepCurrent: Table<i32>, keepVoltage: Table<i32>, rest: Table<i32>): void {
  neurons.keepCurrent = keepCurrent;
  neurons.keepVoltage = keepVoltage;
  neurons.rest = rest;
}

/** Makes neurons send spikes; `reset` is one of RESET_.. */
export function setSpikes(neurons: Neurons, threshold: i32, reset: i32, resetTo: Table<i32>, refractorySteps: i32): void {
  neurons.fires = true;
  neurons.threshold = threshold;
  neurons.reset = reset;
  neurons.resetTo = resetTo;
  neurons.refractorySteps = refractorySteps;
}

export function setSubtraction(neurons: Neurons, loses: i32, mostSpikes: i32): void {
  neurons.loses = loses;
  neurons.mostSpikes = mostSpikes;
}

export function setDelta(neurons: Neurons, integrates: bool, rectifies: bool, shift: i32, keepsRemainder: bool, most: i32): void {
  neurons.isDelta = true;
  neurons.integrates = integrates;
  neurons.rectifies = rectifies;
  neurons.spikeShift = shift;
  neurons.keepsRemainder = keepsRemainder;
  neurons.mostPayload = most;
}

export function setLowest(neurons: Neurons, lowest: i32): void {
  neurons.lowest = lowest;
}

export function setRestart(neurons: Neurons, period: i32, phase: i32): void {
  neurons.restartPeriod = period;
  neurons.restartPhase = phase;
}

/** Adds a feed. Feeds are added in the order of their additions. */
export function addFeed(target: Fed, projection: Projection, source: Population, steps: i32): void {
  const feed = record<Feed>();
  feed.projection = projection;
  feed.source = source;
  feed.steps = steps;
  feed.next = none<Feed>();
  if (isNone(target.lastFeed)) target.firstFeed = feed;
  else target.lastFeed.next = feed;
  target.lastFeed = feed;
}

/** Resets neurons to silence before an utterance. */
export function rest(neurons: Neurons): void {
  clear(neurons);
  neurons.moved = 0;
}

function clear(neurons: Neurons): void {
  neurons.current.fill(0, neurons.neurons);
  neurons.voltage.fill(0, neurons.neurons);
  neurons.held.fill(0, neurons.neurons);
}

/** Clears states in the steps in which they restart. */
export function restart(neurons: Neurons, step: i32): void {
  const period = neurons.restartPeriod;
  if (period > 0 && step > 0 && step % period == neurons.restartPhase) clear(neurons);
}

export function movedOf(neurons: Neurons): f64 {
  return neurons.moved;
}

/** [neurons] currents; all 0 if the input is not filtered. */
export function currentsOf(neurons: Neurons): Table<i32> {
  return neurons.current;
}

/** [neurons] voltages. */
export function voltagesOf(neurons: Neurons): Table<i32> {
  return neurons.voltage;
}

/** Start of the events of a step. */
export function eventsOf(population: Population, step: i32): Event {
  return behind(population.events, (step % population.slots) * population.neurons);
}

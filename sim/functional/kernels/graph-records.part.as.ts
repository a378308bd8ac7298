/** Records of an integer graph: populations, what feeds them, and the calls by which the host adds them. Numbers per neuron lie in tables [neurons]. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { behind, isNone, none, Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { Projection } from "./projection.part.as";

/** A population and its events of the last steps. The input is one. */
@unmanaged
export class Population {
  neurons: i32;
  /** Steps of which it keeps events, in turn. */
  slots: i32;
  /** [slots][neurons]. */
  events: Event;
  /** [slots] how many events. */
  counts: Table<i32>;
}

/** Events of a population that reach another some steps later. */
@unmanaged
export class Feed {
  projection: Projection;
  source: Population;
  steps: i32;
  next: Feed;
}

/** A population that is fed. */
@unmanaged
export class Fed extends Population {
  firstFeed: Feed;
  lastFeed: Feed;
  sums: Table<i32>;
  /** Sums, with those that only fill up rows. */
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
  /** Steps left in which the voltage stays. */
  held: Table<i32>;
  /** Changes of voltages in this utterance; its first step changes all. */
  moved: f64;
  /** Leak of the current; none: the input is not filtered. */
  keepCurrent: Table<i32>;
  /** Leak of the voltage; none: it does not leak. */
  keepVoltage: Table<i32>;
  /** Added in every step. */
  rest: Table<i32>;
  resetTo: Table<i32>;
  /** It sends spikes, of what exceeds the threshold; otherwise its voltage goes out. */
  fires: bool;
  threshold: i32;
  /** RESET_.. */
  reset: i32;
  refractorySteps: i32;
  /** What a spike takes off by the rules of subtraction. */
  loses: i32;
  /** Largest payload of a spike. */
  mostSpikes: i32;
  /** Its spikes are changes of a value, cut by `spikeShift` bits, at most `mostPayload` in size. */
  isDelta: bool;
  integrates: bool;
  rectifies: bool;
  keepsRemainder: bool;
  spikeShift: i32;
  mostPayload: i32;
  /** The voltage is never below this. */
  lowest: i32;
  /** States start again at 0 in every step t > 0 with t mod `restartPeriod` = `restartPhase`; 0: never. */
  restartPeriod: i32;
  restartPhase: i32;
}

/** What a spike does to the voltage: in its step to `resetTo` or less the threshold; or as snnTorch does, by the voltage of the step before. */
export const RESET_ZERO: i32 = 0;
export const RESET_SUBTRACT: i32 = 1;
export const RESET_SNNTORCH_SUBTRACT: i32 = 2;
export const RESET_SNNTORCH_DELAYED_SUBTRACT: i32 = 3;
export const RESET_SNNTORCH_DELAYED_ZERO: i32 = 4;

/** Values in the accumulators' rows, which come in sixteens. */
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

/** Adds the input; returns its handle, as do the others. */
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

/** Neurons whose spikes are sent; `reset` is one of RESET_... */
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

/** Feeds come in the order of their additions. */
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

/** Silences neurons before an utterance. */
export function rest(neurons: Neurons): void {
  clear(neurons);
  neurons.moved = 0;
}

function clear(neurons: Neurons): void {
  neurons.current.fill(0, neurons.neurons);
  neurons.voltage.fill(0, neurons.neurons);
  neurons.held.fill(0, neurons.neurons);
}

/** Clears states in the steps in which they start again. */
export function restart(neurons: Neurons, step: i32): void {
  const period = neurons.restartPeriod;
  if (period > 0 && step > 0 && step % period == neurons.restartPhase) clear(neurons);
}

export function movedOf(neurons: Neurons): f64 {
  return neurons.moved;
}

/** [neurons], for the host; all 0 where the input is not filtered. */
export function currentsOf(neurons: Neurons): Table<i32> {
  return neurons.current;
}

/** [neurons], for the host. */
export function voltagesOf(neurons: Neurons): Table<i32> {
  return neurons.voltage;
}

/** Where the events of a step begin. */
export function eventsOf(population: Population, step: i32): Event {
  return behind(population.events, (step % population.slots) * population.neurons);
}

/**
 * Integer graphs: neuron updates and row additions. The host adds populations and their feeds (see graph-engine.ts), then calls one population after the other
 * in each step.
 */
import { behind, countOf, isNone, Table } from "../../../base/kernel/views.part.as";
import { most, takeSumBits } from "./accumulator.part.as";
import { stepDeltas } from "./delta-neurons.part.as";
import { Event, send } from "./events.part.as";
import { addExact } from "./exact-additions.part.as";
import {
  eventsOf,
  Fed,
  Neurons,
  Population,
  RESET_SNNTORCH_DELAYED_ZERO,
  RESET_SNNTORCH_SUBTRACT,
  RESET_ZERO,
  Readout,
  restart,
} from "./graph-records.part.as";
import { gateUnit, leaked, leakRule } from "./leak.part.as";
import { bound } from "./projection.part.as";
import { score } from "./readout.part.as";
import { clampState, requantiseOne } from "./requantise.part.as";
import { addStepwise } from "./stepwise-additions.part.as";

export { allocate } from "../../../base/kernel/heap.part.as";
export { setOverflow, takeOverflows } from "./accumulator.part.as";
export {
  addFeed,
  addInput,
  addNeurons,
  addReadout,
  currentsOf,
  eventsOf,
  movedOf,
  RESET_SNNTORCH_DELAYED_SUBTRACT,
  RESET_SNNTORCH_DELAYED_ZERO,
  RESET_SNNTORCH_SUBTRACT,
  RESET_SUBTRACT,
  RESET_ZERO,
  rest,
  setDelta,
  setDynamics,
  setLowest,
  setRestart,
  setSpikes,
  setSubtraction,
  voltagesOf,
} from "./graph-records.part.as";
export { LEAK_DECAY, LEAK_MULTIPLIER, LEAK_SHIFT, LEAK_TRUNCATE, setLeaks } from "./leak.part.as";
export { addDense8, addDense16, addKernel8, addKernel16, addSparse8, addSparse16, addWide8, addWide16 } from "./projection.part.as";
export { takeSaturations } from "./requantise.part.as";

/** All synaptic operations of a population's step, from sums of 0, feed by feed. */
function accumulate(fed: Fed, step: i32): void {
  const acc = fed.sums;
  acc.fill(0, fed.sumCount);
  takeSumBits(fed.accumulatorBits);
  let sum: i64 = 0;
  for (let feed = fed.firstFeed; !isNone(feed); feed = feed.next) {
    if (feed.steps > step) continue;
    const events = eventsOf(feed.source, step - feed.steps);
    sum += bound(feed.projection, events, endOf(feed.source, step - feed.steps));
  }
  // if no partial sum can leave the range, exact sums give the same result
  const exact = sum <= most;
  for (let feed = fed.firstFeed; !isNone(feed); feed = feed.next) {
    if (feed.steps > step) continue;
    const events = eventsOf(feed.source, step - feed.steps);
    const end = endOf(feed.source, step - feed.steps);
    if (exact) addExact(acc, feed.projection, events, end);
    else addStepwise(acc, feed.projection, events, end);
  }
}

/** End of the events of a step. */
function endOf(population: Population, step: i32): Event {
  return behind(eventsOf(population, step), population.counts[step % population.slots]);
}

/** Ends a step's events at `end`; returns their number. */
function close(population: Population, step: i32, end: Event): i32 {
  const count = countOf(eventsOf(population, step), end);
  population.counts[step % population.slots] = count;
  return count;
}

/** A step of the input from its payloads [neurons]; returns the number of events, as `update` does. */
export function enter(input: Population, step: i32, payloads: Table<i32>): i32 {
  const neurons = input.neurons;
  let out = eventsOf(input, step);
  for (let n = 0; n < neurons; n++) {
    const payload = payloads[n];
    if (payload != 0) out = send(out, n, payload, true);
  }
  return close(input, step, out);
}

/** A step of a readout: writes its sums to `scores` [neurons]. */
export function readOut(readout: Readout, step: i32, scores: Table<i32>): void {
  accumulate(readout, step);
  close(readout, step, eventsOf(readout, step));
  score(readout.sums, readout.multiplier, readout.bias, readout.neurons, readout.mostScore, scores);
}

/** A step of neurons. */
export function update(population: Neurons, step: i32): i32 {
  accumulate(population, step);
  restart(population, step);
  const events = eventsOf(population, step);
  return close(
    population,
    step,
    population.isDelta ? stepDeltas(population, step == 0, events) : stepNeurons(population, step == 0, events),
  );
}

/** Updates every neuron; returns the end of their events. */
function stepNeurons(population: Neurons, isFirst: bool, events: Event): Event {
  const neurons = population.neurons;
  const acc = population.sums,
    multiplier = population.multiplier,
    bias = population.bias;
  const keepCurrent = population.keepCurrent,
    keepVoltage = population.keepVoltage;
  const rest = population.rest,
    resetTo = population.resetTo;
  const fires = population.fires;
  const threshold = <i64>population.threshold;
  const reset = population.reset,
    refractorySteps = population.refractorySteps;
  const loses = <i64>population.loses,
    mostSpikes = population.mostSpikes,
    lowest = <i64>population.lowest;
  const current = population.current,
    voltage = population.voltage,
    held = population.held;
  const most = <i64>population.mostState;
  const unit = gateUnit();
  const rule = leakRule;
  const isFiltered = !isNone(keepCurrent),
    leaks = !isNone(keepVoltage);
  const isDelayed = fires && reset >= RESET_SNNTORCH_SUBTRACT;
  const isDelayedZero = reset == RESET_SNNTORCH_DELAYED_ZERO;
  let out = events;
  let moved = 0;
  for (let n = 0; n < neurons; n++) {
    let drive = requantiseOne(acc, multiplier, bias, n);
    if (isFiltered) {
      drive = clampState(leaked(<i64>current[n], keepCurrent[n], rule, unit) + drive, most);
      current[n] = <i32>drive;
    }
    const waits = held[n];
    if (waits > 0) {
      held[n] = waits - 1;
      continue;
    }
    const before = <i64>voltage[n];
    const was = isDelayed && before > threshold;
    const pending = was && !isDelayedZero ? loses : 0;
    const kept = leaks ? leaked(before, keepVoltage[n], rule, unit) : before;
    let v: i64 = clampState(was && isDelayedZero ? <i64>resetTo[n] : kept + drive + <i64>rest[n] - pending, most);
    if (v < lowest && !(was && isDelayedZero)) v = lowest;
    if (fires) {
      if (v > threshold) {
        const spikes = mostSpikes > 1 ? min((v - threshold - 1) / loses + 1, <i64>mostSpikes) : 1;
        if (reset == RESET_ZERO) v = clampState(<i64>resetTo[n], most);
        else if (reset <= RESET_SNNTORCH_SUBTRACT) v = clampState(v + pending - spikes * loses, most);
        held[n] = refractorySteps;
        out = send(out, n, <i32>spikes, true);
      } else if (pending != 0 && reset == RESET_SNNTORCH_SUBTRACT) v = clampState(v + pending, most);
    }
    if (v != before) moved++;
    voltage[n] = <i32>v;
  }
  // the first step of an utterance counts every neuron
  population.moved = isFirst ? <f64>neurons : population.moved + <f64>moved;
  return out;
}

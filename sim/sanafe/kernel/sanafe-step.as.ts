/**
 * A step of a SANA-FE network: all neurons, core by core (neuron phase), then all messages by source core and send order (message phase); `run.ts` gives the
 * rules. The host builds chip and network, then steps.
 */
import { table } from "../../../base/kernel/heap.part.as";
import { behind, isBefore } from "../../../base/kernel/views.part.as";
import { detailedS } from "./detailed-time.part.as";
import {
  beginMessages as begin,
  clearStep,
  endMessages as end,
  events,
  fired,
  hops,
  lateSomas,
  messageCount,
  messagePhase,
  neuronPhase,
  push,
  updated,
} from "./step-messages.part.as";
import { dendriteJ, networkJ, somaJ, synapseJ } from "./step-prices.part.as";
import { axonAt, coreAt, earlyRows, endOfEarlyRows, usedCoreCount, usedCores } from "./step-setup.part.as";
import { updateRow } from "./step-somas.part.as";

export { allocate } from "../../../base/kernel/heap.part.as";
export { departureProcessingS, departureSources, departures, departureTargets, lineUp, setDepartures } from "./departures.part.as";
export { detailedS } from "./detailed-time.part.as";
export { clearStep } from "./step-messages.part.as";
export {
  addKind,
  addTaps,
  addUsedCore,
  addWork,
  setAxon,
  setAxons,
  setAxonsOf,
  setChip,
  setCore,
  setCoreUnits,
  setDeliveries,
  setDelivery,
  setDendriteUnit,
  setHops,
  setLate,
  setNeurons,
  setRows,
  setSlots,
  setSomaUnit,
  setSynapses,
  setSynapseUnit,
  setTile,
  setUnits,
  spikes,
} from "./step-setup.part.as";
export { FIRED, HARD, IDLE, INPUT, LIF, NONE, SATURATE, SOFT, TRUENORTH } from "./step-somas.part.as";

/** Totals of the last step: see `StepTotal` of step-kernel.ts. */
export const totals = table<f64>(11);

/** `step` counts from 1; `isDetailed`: the detailed time is computed, too. */
export function step(step: i32, isDetailed: bool): void {
  clearStep();
  for (let row = earlyRows; isBefore(row, endOfEarlyRows); row = behind(row, 1)) updateRow(row, step);
  for (let i = 0; i < usedCoreCount; i++) neuronPhase(usedCores[i]);
  messagePhase();
  for (let i = 0; i < usedCoreCount; i++) if (usedCores[i].isLate) lateSomas(usedCores[i], step);
  totals[0] = <f64>fired;
  totals[1] = <f64>updated;
  totals[2] = <f64>messageCount();
  totals[3] = <f64>hops;
  totals[4] = <f64>events;
  totals[5] = synapseJ();
  totals[6] = dendriteJ();
  totals[7] = somaJ();
  totals[8] = networkJ();
  totals[9] = simpleS();
  totals[10] = isDetailed ? detailedS() : 0;
}

/** Generation or processing time of the busiest core. */
function simpleS(): f64 {
  let most: f64 = 0;
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    most = Math.max(Math.max(most, core.generatedS), core.processedS);
  }
  return most;
}

/** Begins the messages of core `core` in this step. */
export function beginMessages(core: i32): void {
  begin(coreAt(core));
}

/** Adds its next message, over axon `axon`. */
export function pushMessage(core: i32, axon: i32, readyS: f64): void {
  push(coreAt(core), axonAt(axon), readyS);
}

/** Ends its messages and its neuron phase. */
export function endMessages(core: i32, generatedS: f64): void {
  end(coreAt(core), generatedS);
}

/** Messages of this step to the core; seconds until the core ends its neuron phase, and for which it works after its last message. */
export function messagesTo(core: i32): i32 {
  return coreAt(core).messagesIn;
}

export function generatedOf(core: i32): f64 {
  return coreAt(core).generatedS;
}

export function closingOf(core: i32): f64 {
  return coreAt(core).closingS;
}

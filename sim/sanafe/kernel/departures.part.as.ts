/** A step's messages of all cores, each core's in order, merged by the time when they are ready, then by core: the input of a network. */
import { table } from "../../../base/kernel/heap.part.as";
import { behind, isBefore, none, Table } from "../../../base/kernel/views.part.as";
import { firstEvent, firstTime, heapSize, popEvent, pushEvent, replaceEvent } from "./event-heap.part.as";
import { Message } from "./step-records.part.as";
import { coreAt, usedCoreCount, usedCores } from "./step-setup.part.as";

/** By index in the merged order: the cycle, or second without a network, in which the message leaves; its cores; seconds for which the target processes it. */
export let departures: Table<f64> = none<Table<f64>>();
export let departureSources: Table<i32> = none<Table<i32>>();
export let departureTargets: Table<i32> = none<Table<i32>>();
export let departureProcessingS: Table<f64> = none<Table<f64>>();

/** Allocates space for the largest number of messages of a step. */
export function setDepartures(most: i32): void {
  departures = table<f64>(most);
  departureSources = table<i32>(most);
  departureTargets = table<i32>(most);
  departureProcessingS = table<f64>(most);
}

/** Converts to cycles of a network, `cycleS` long and counted from `base`; 0: no network, seconds. */
@inline
function due(message: Message, base: f64, cycleS: f64): f64 {
  return cycleS > 0 ? base + Math.ceil(message.readyS / cycleS) : message.readyS;
}

/** Returns the longest time of a message from the step's start, including its processing. */
export function lineUp(base: f64, cycleS: f64): f64 {
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    core.next = core.firstMessage;
    if (isBefore(core.firstMessage, core.endMessage)) pushEvent(due(core.firstMessage, base, cycleS), core.id);
  }
  let longestS: f64 = 0;
  for (let place = 0; heapSize > 0; place++) {
    const core = coreAt(firstEvent());
    const message = core.next;
    const delivery = message.axon.delivery;
    const processingS = delivery.processingS;
    longestS = Math.max(longestS, message.readyS + processingS);
    departures[place] = firstTime();
    departureSources[place] = core.id;
    departureTargets[place] = delivery.target.id;
    departureProcessingS[place] = processingS;
    core.next = behind(message, 1);
    if (isBefore(core.next, core.endMessage)) replaceEvent(due(core.next, base, cycleS), core.id);
    else popEvent();
  }
  return longestS;
}

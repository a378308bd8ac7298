/**
 * Time of one step's messages, each followed by itself, without routers: cores that send in order, hop latencies by direction, service in the target core in
 * order of arrival, and back-pressure.
 *
 * A path of h hops has space for `linkMessages` messages in each of its h links and in the link into the core: a message leaves if fewer than these have left
 * for its target and are travelling or waiting. If there is no space its core waits, and all later messages of the core are delayed by the same time. Cores
 * that wait for the same target leave in the order in which they began to wait. Of events at the same time, targets with waiting cores come first, then cores
 * in the order of their ids. This model is ours: SANA-FE's detailed model uses mean delays, and is not copied. Not modelled: messages that meet on a link,
 * which `flit-time.ts` adds.
 */
import { behind, isBefore, isNone, none } from "../../../base/kernel/views.part.as";
import { firstEvent, firstTime, heapSize, popEvent, pushEvent, replaceEvent } from "./event-heap.part.as";
import { endOfMessages } from "./step-messages.part.as";
import { Arrival, Core, Tile } from "./step-records.part.as";
import { arrivals, coreAt, coreCount, farthestS, linkMessages, messages, usedCoreCount, usedCores } from "./step-setup.part.as";

/** Duration of the step; -1 if it is not a finite number. */
export function detailedS(): f64 {
  if (!begin()) return -1;
  // if all messages of the step fit their paths, no core waits and no core's time depends on another's, which halves the work of a step with few messages per
  // core
  if (hasRoomForAll()) leaveFreely();
  else followEvents();
  let last: f64 = 0;
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    serve(core, Infinity);
    last = Math.max(Math.max(last, core.generatedS + core.lateS), core.busyUntilS + core.closingS);
  }
  return last;
}

/** Returns whether the step's duration is a finite number. */
function begin(): bool {
  let longestS = farthestS;
  for (let message = messages; isBefore(message, endOfMessages); message = behind(message, 1))
    longestS += message.readyS + message.axon.delivery.processingS;
  let arrival = arrivals;
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    core.lateS = 0;
    core.busyUntilS = 0;
    core.firstArrival = arrival;
    core.tail = arrival;
    core.served = arrival;
    core.begun = arrival;
    arrival = behind(arrival, core.messagesIn);
  }
  return longestS - longestS == 0;
}

function hasRoomForAll(): bool {
  for (let i = 0; i < usedCoreCount; i++) if (<f64>usedCores[i].messagesIn > linkMessages) return false;
  return true;
}

/** All messages leave as soon as they are ready. */
function leaveFreely(): void {
  for (let message = messages; isBefore(message, endOfMessages); message = behind(message, 1)) {
    const target = message.axon.delivery.target;
    const readyS = message.readyS;
    const arrivesS = readyS + hopsS(message.source.tile, target.tile);
    let at = target.tail;
    target.tail = behind(at, 1);
    // sorted by arrival; at the same time, by departure; then by core, the order of this loop
    while (isBefore(target.firstArrival, at)) {
      const before = behind(at, -1);
      if (before.arrivesS < arrivesS || (before.arrivesS == arrivesS && before.message.readyS <= readyS)) break;
      at.arrivesS = before.arrivesS;
      at.message = before.message;
      at = before;
    }
    at.arrivesS = arrivesS;
    at.message = message;
  }
}

function followEvents(): void {
  for (let i = 0; i < usedCoreCount; i++) {
    const core = usedCores[i];
    core.next = core.firstMessage;
    core.firstWaiting = none<Core>();
    if (isBefore(core.firstMessage, core.endMessage)) pushEvent(core.firstMessage.readyS, coreCount + core.id);
  }
  while (heapSize > 0) {
    const timeS = firstTime();
    const event = firstEvent();
    if (event < coreCount) {
      popEvent();
      wake(coreAt(event), timeS);
    } else send(coreAt(event - coreCount), timeS);
  }
}

/** Computes when `core` begins each message that has arrived by `timeS`, and advances `begun`. */
function serve(core: Core, timeS: f64): void {
  let at = core.served;
  let busyUntilS = core.busyUntilS;
  for (; isBefore(at, core.tail) && at.arrivesS <= timeS; at = behind(at, 1)) {
    const beginsS = Math.max(at.arrivesS, busyUntilS);
    at.beginsS = beginsS;
    busyUntilS = beginsS + at.message.axon.delivery.processingS;
  }
  core.served = at;
  core.busyUntilS = busyUntilS;
  let begun = core.begun;
  while (isBefore(begun, at) && begun.beginsS <= timeS) begun = behind(begun, 1);
  core.begun = begun;
}

/** `core` has its next message ready; this is the first event of the heap. */
function send(core: Core, timeS: f64): void {
  const target = core.next.axon.delivery.target;
  serve(target, timeS);
  if (isNone(target.firstWaiting) && hasRoom(core, target)) {
    const dueS = leave(core, target, timeS);
    if (dueS < 0) popEvent();
    else replaceEvent(dueS, coreCount + core.id);
    return;
  }
  popEvent();
  core.behind = none<Core>();
  if (isNone(target.firstWaiting)) {
    target.firstWaiting = core;
    pushEvent(nextBeginS(target), target.id);
  } else target.lastWaiting.behind = core;
  target.lastWaiting = core;
}

/** Lets cores that wait for `target` send as long as there is space. */
function wake(target: Core, timeS: f64): void {
  serve(target, timeS);
  for (let core = target.firstWaiting; !isNone(core); core = target.firstWaiting) {
    if (!hasRoom(core, target)) {
      pushEvent(nextBeginS(target), target.id);
      return;
    }
    target.firstWaiting = core.behind;
    const dueS = leave(core, target, timeS);
    if (dueS >= 0) pushEvent(dueS, coreCount + core.id);
    // without hops the message has already arrived
    serve(target, timeS);
  }
}

@inline
function hopsS(from: Tile, to: Tile): f64 {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const xS = dx > 0 ? <f64>dx * from.eastS : <f64>-dx * from.westS;
  const yS = dy > 0 ? <f64>dy * from.northS : <f64>-dy * from.southS;
  return xS + yS;
}

function hasRoom(core: Core, target: Core): bool {
  const unbegun = <f64>((changetype<usize>(target.tail) - changetype<usize>(target.begun)) / offsetof<Arrival>());
  if (unbegun < linkMessages) return true;
  const hops = abs(target.tile.x - core.tile.x) + abs(target.tile.y - core.tile.y);
  return unbegun < linkMessages * <f64>(hops + 1);
}

/** Earliest time at which `target` can begin another message; there is one on its way, because there was no space. */
function nextBeginS(target: Core): f64 {
  const begun = target.begun;
  return isBefore(begun, target.served) ? begun.beginsS : begun.arrivesS;
}

/** Sends the core's message; returns when its next message is ready, -1 if it has none. */
function leave(core: Core, target: Core, timeS: f64): f64 {
  const message = core.next;
  const following = behind(message, 1);
  core.next = following;
  if (timeS > message.readyS + core.lateS) core.lateS = timeS - message.readyS;
  const arrivesS = timeS + hopsS(core.tile, target.tile);
  // sorted by arrival; at the same time, by departure
  let at = target.tail;
  target.tail = behind(at, 1);
  while (isBefore(target.served, at) && behind(at, -1).arrivesS > arrivesS) {
    const before = behind(at, -1);
    at.arrivesS = before.arrivesS;
    at.message = before.message;
    at = before;
  }
  at.arrivesS = arrivesS;
  at.message = message;
  return isBefore(following, core.endMessage) ? Math.max(timeS, following.readyS + core.lateS) : -1;
}

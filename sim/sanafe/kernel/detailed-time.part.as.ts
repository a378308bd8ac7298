/**
 * Time of one step's messages, each by itself but without routers: cores that send in order, hop latencies by direction, service in the target core in
 * order of arrival, and back-pressure.
 *
 * A path of h hops has room for `linkMessages` messages in each of its h links and in the one into the core: a message leaves if fewer than these have
 * left for its target and wait or travel. Where there is no room its core waits, and all that the core makes later is late by as much. Cores that wait
 * for one target go in the order in which they began to; who finds others waiting waits behind them. At one time, targets that cores wait for are looked
 * at first, then cores send by their id. Our own model: that program's detailed model takes delays from means, and is not copied. Not modelled: messages
 * that meet on a link, which `flit-time.ts` adds.
 */
import { behind, isBefore, isNone, none } from "../../../base/kernel/views.part.as";
import { firstEvent, firstTime, heapSize, popEvent, pushEvent, replaceEvent } from "./event-heap.part.as";
import { endOfMessages } from "./step-messages.part.as";
import { Arrival, Core, Tile } from "./step-records.part.as";
import { arrivals, coreAt, coreCount, farthestS, linkMessages, messages, usedCoreCount, usedCores } from "./step-setup.part.as";

/** Duration of the step; -1 where no number can say it. */
export function detailedS(): f64 {
  if (!begin()) return -1;
  // Paths that could hold all messages of the step make nobody wait, so that no core's time depends on another's: half the work of a step with few
  // messages per core.
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

/** Returns whether the step lasts as long as a number can say. */
function begin(): bool {
  let longestS = farthestS;
  for (let message = messages; isBefore(message, endOfMessages); message = behind(message, 1))
    longestS += message.readyS + message.axon.processingS;
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

/** All messages leave when they are made. */
function leaveFreely(): void {
  for (let message = messages; isBefore(message, endOfMessages); message = behind(message, 1)) {
    const target = message.axon.target;
    const readyS = message.readyS;
    const arrivesS = readyS + hopsS(message.source.tile, target.tile);
    let at = target.tail;
    target.tail = behind(at, 1);
    // By arrival; at the same time, who left first; then by core, which is the order of this loop.
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

/** Gives what has reached `core` until `timeS` the times at which it begins with it, and moves `begun`. */
function serve(core: Core, timeS: f64): void {
  let at = core.served;
  let busyUntilS = core.busyUntilS;
  for (; isBefore(at, core.tail) && at.arrivesS <= timeS; at = behind(at, 1)) {
    const beginsS = Math.max(at.arrivesS, busyUntilS);
    at.beginsS = beginsS;
    busyUntilS = beginsS + at.message.axon.processingS;
  }
  core.served = at;
  core.busyUntilS = busyUntilS;
  let begun = core.begun;
  while (isBefore(begun, at) && begun.beginsS <= timeS) begun = behind(begun, 1);
  core.begun = begun;
}

/** `core` has made its next message, the first event of the heap. */
function send(core: Core, timeS: f64): void {
  const target = core.next.axon.target;
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

/** Lets cores that wait for `target` send as long as there is room. */
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
    // Without hops it has arrived.
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

/** Earliest time at which `target` can begin with another message: there is one that has left, as there was no room. */
function nextBeginS(target: Core): f64 {
  const begun = target.begun;
  return isBefore(begun, target.served) ? begun.beginsS : begun.arrivesS;
}

/** The core's message leaves; when the core has made its next one, -1 where it has none. */
function leave(core: Core, target: Core, timeS: f64): f64 {
  const message = core.next;
  const following = behind(message, 1);
  core.next = following;
  if (timeS > message.readyS + core.lateS) core.lateS = timeS - message.readyS;
  const arrivesS = timeS + hopsS(core.tile, target.tile);
  // By arrival; at the same time, who left first.
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

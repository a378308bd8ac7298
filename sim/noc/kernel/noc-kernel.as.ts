/**
 * The compiled network kernel: runs each cycle with the loop that suits the network, and skips time without work. The caller creates the network, wires every
 * port and core, then steps.
 */
import { beginCycle, deliveries, freed, inFlight } from "./noc-endpoints.part.as";
import { generalActed, passGeneral, stepGeneral } from "./noc-general.part.as";
import { SINGLE, TREES, VIRTUAL } from "./noc-places.part.as";
import { singleActed, stepSingle } from "./noc-single.part.as";
import { stepTree, treeActed } from "./noc-tree.part.as";
import { stepVirtual, virtualActed } from "./noc-virtual.part.as";
import { advance, cycle, isStill, setCycle, slotNow } from "./noc-wheel.part.as";

export { settleCounters } from "./noc-counters.part.as";
export {
  acceptsOf,
  addDestination,
  deliveredAt,
  deliveries,
  ejectedFlits,
  enqueue,
  inFlight,
  inject,
  injectedFlits,
  injectionSpace,
  setAccept,
} from "./noc-endpoints.part.as";
export { heldBy, isStarved, isWaiting, outOf, permittedOf, totalOf } from "./noc-report.part.as";
export { counters, create, links, wireCore, wirePort, wireWay } from "./noc-setup.part.as";
export { cycle } from "./noc-wheel.part.as";

export let lastMove: i64 = 0;
/** The last cycle changed more than the clock and the waiting counters. */
let acted: bool = false;

/** Resets the clock for a run; the caller has created the network anew. */
export function restart(): void {
  setCycle(0);
  lastMove = 0;
}

export function step(): i32 {
  const slot = slotNow();
  beginCycle();
  if (VIRTUAL) {
    if (stepVirtual(slot)) lastMove = cycle;
    acted = virtualActed;
  } else if (SINGLE) {
    if (stepSingle(slot)) lastMove = cycle;
    acted = singleActed;
  } else if (TREES) {
    if (stepTree(slot)) lastMove = cycle;
    acted = treeActed;
  } else {
    if (stepGeneral(slot)) lastMove = cycle;
    acted = generalActed;
  }
  advance();
  return deliveries;
}

/** Skips to `end` at once if nothing in the network can change before a core acts; only waiting counters grow. Call it after a cycle without a delivery. */
@inline
export function passWaiting(end: i64): void {
  if (!acted && cycle < end && isStill()) pass(end);
}

function pass(end: i64): void {
  if (!SINGLE && !TREES && !VIRTUAL) passGeneral(<i32>(end - cycle));
  setCycle(end);
}

export function run(until: f64): i32 {
  const end = <i64>until;
  while (cycle < end && inFlight > 0) {
    const delivered = step();
    if (delivered > 0 || freed > 0) return delivered;
    passWaiting(end);
  }
  return 0;
}

/** Lets flits and credits on links arrive (at most one turn of the wheel), then jumps to `until`; no packet may be in flight. */
export function skipTo(until: f64, wheelSlots: i32): void {
  const end = <i64>until;
  for (let i = 0; i < wheelSlots && cycle < end && !isStill(); i++) step();
  if (cycle < end) setCycle(end);
}

/**
 * The board: cores, their queues and the network of one chip in timestep mode.
 *
 * In a cycle, the cores with work evaluate: they see queues and injection space as they were when the cycle began. The DRAM grants the fetches of that cycle,
 * the network works, queues commit, and deliveries are appended. If no core has work, the cycle belongs to the network alone; if the network is empty too, the
 * cycle is skipped. Waves belong to the whole chip or, under hard ticks and behind sources, to each core.
 *
 * The caller reserves memory for tables and fills them, adds cores, slices and blocks (kernel/core-setup.part.as.ts), creates and wires the network. Then for
 * each wave it sets the populations' steps and calls `beginWave`, `work` and `endWave`. A wheel of 64 cycles says in which cycle to evaluate a core; a core due
 * later is visited once per turn of the wheel. A core visited too early does nothing, so no entry of the wheel is ever removed.
 */

import { inRow, isNone, Table } from "../../../base/kernel/views.part.as";
import { coreAt, deliveredCore, deliveredTag, deliveries, freed, freedCore, inFlight } from "../../noc/kernel/noc-endpoints.part.as";
import { passWaiting, restart, skipTo, step } from "../../noc/kernel/noc-kernel.as";
import { reserve } from "../../noc/kernel/noc-setup.part.as";
import { cycle, slotsOfWheel } from "../../noc/kernel/noc-wheel.part.as";
import { resetCounters, resetRows } from "./core-counters.part.as";
import { DELIVER, isObserved, isRecorded, LEVEL, record } from "./core-events.part.as";
import { bareOf, hear, isLinked, isStepPacket, lastHeard } from "./core-links.part.as";
import { messageOf, resetOutlets } from "./core-outlet.part.as";
import { resetSlices } from "./core-plan.part.as";
import { isPort } from "./core-port.part.as";
import { resetPrefetch } from "./core-prefetch.part.as";
import { accept, isOpen, push, resetIntake } from "./core-queue.part.as";
import { Core, coreCount, cores, isPlain, isPlainBoard, isTicking, LOOPBACK, NEVER, NOTHING, OUTPUT } from "./core-records.part.as";
import { resetScan, startScan } from "./core-scan.part.as";
import { busy, evaluateSoma, refill } from "./core-soma.part.as";
import { deliverSpecial, endWork, evaluateSpecial, settleSpecial, startWork } from "./core-special.part.as";
import { evaluateSynapse, takeAhead, wakeSynapse } from "./core-synapse.part.as";
import { restartDram } from "./dram.part.as";
import { beginStep, noteWork, stopClock } from "./step-clock.part.as";

export { keepTrees } from "../../noc/kernel/noc-branching.part.as";
export { settleCounters } from "../../noc/kernel/noc-counters.part.as";
export { acceptsOf, deliveredAt, ejectedFlits, inFlight, injectedFlits } from "../../noc/kernel/noc-endpoints.part.as";
export { lastMove } from "../../noc/kernel/noc-kernel.as";
export { heldBy, isStarved, isWaiting, outOf, permittedOf, totalOf } from "../../noc/kernel/noc-report.part.as";
export { counters, create, links, reserve, wireCore, wirePort, wireWay } from "../../noc/kernel/noc-setup.part.as";
export { cycle } from "../../noc/kernel/noc-wheel.part.as";
export { COUNTER_COLUMNS, settleCores } from "./core-counters.part.as";
export { linkTo, setRunAhead } from "./core-links.part.as";
export { flitsSent } from "./core-outlet.part.as";
export { lostMessages } from "./core-queue.part.as";
export { setAxons } from "./core-scan.part.as";
export {
  addAxon,
  addBlock,
  addCore,
  addScan,
  addSlice,
  createCores,
  decodeRows,
  enterFrom,
  forgoTrees,
  generateAddresses,
  keepStatesAway,
  passLink,
  placeAccumulators,
  placePhase,
  placeStates,
  planCores,
  prefetchInto,
  refetch,
  rereadInStalls,
  rereadRows,
  STEP_WORDS,
  shareKernel,
  takeInSpecially,
  trackTouched,
  waitForSources,
} from "./core-setup.part.as";
export { setDram } from "./dram.part.as";
export { setRoutes, setWideRoutes } from "./route-tables.part.as";
export { lateWaves, startBehindSources, startClock } from "./step-clock.part.as";

/** Results of `work`. */
const OVER = 0;
const QUIET = 1;
const BEGINS = 2;
/** If the network delivers nothing for this long, it is checked for a deadlock. */
const PATIENCE_CYCLES: i64 = 1 << 16;

/** [64][words] bits of cores; bits of slots that are not empty. */
let wheel: Table<u64> = changetype<Table<u64>>(0);
let words = 0;
let slots: u64 = 0;
/** Cores whose network port opens or closes after this cycle. */
let changing: Table<Core> = changetype<Table<Core>>(0);
let quiet = 0;
/** Cores scan at the wave's end. */
let awaitsScans: bool = false;
/** Cycles from the rest of all other units to the scans. */
let syncCycles: i64 = 0;
/** The core that begins a wave of its own: the host sets its steps and calls `begin`. */
let beginning: Core = changetype<Core>(0);

@inline
function recordOf(position: i32): Core {
  return inRow(cores, position);
}

/** Cycles that the cores of a chip with several cores wait for each other before they scan. */
export function syncScans(cycles: f64): void {
  syncCycles = <i64>cycles;
}

/** Allocates the board's own tables, after all cores have been created. */
export function createBoard(): void {
  words = (coreCount + 63) >> 6;
  wheel = changetype<Table<u64>>(reserve(512 * words));
  changing = changetype<Table<Core>>(reserve(4 * coreCount));
}

/** Resets the cores; the network has been created and wired anew. */
export function resetCores(): void {
  restart();
  resetOutlets();
  restartDram();
  resetRows();
  slots = 0;
  wheel.fill(0, 64 * words);
  for (let i = 0; i < coreCount; i++) {
    const core = recordOf(i);
    const home = coreAt(core.id);
    home.owner = changetype<usize>(core);
    home.limit = core.outputDepth;
    core.home = home;
    core.synapseNext = NEVER;
    core.rowAt = NEVER;
    core.synapseFree = 0;
    core.drained = 0;
    core.inRow = false;
    core.dramBits = 0;
    resetPrefetch(core);
    core.served = 0;
    core.stallOutput = 0;
    core.stallState = 0;
    core.head = 0;
    core.tail = 0;
    core.blockedOn = NOTHING;
    core.isOpen = false;
    core.loopedBack = false;
    core.cleared = 0;
    core.postedIn = -1;
    core.oldest = 0;
    core.stored = 0;
    core.committed = 0;
    core.bankFree.fill(0, core.banks);
    core.patienceCycles =
      (core.updatesTouched && (isPlain(core) || isNone(core.scan))) || isObserved || (!isPlain(core) && !isNone(core.links))
        ? -1
        : (<i32>core.queueDepth - 4) >> 1;
    core.loopbackLimit = core.queueDepth;
    core.wantsStates = false;
    if (!isPlain(core)) {
      core.patienceCycles -= core.intake.visibilityCycles - 1;
      resetIntake(core.intake);
      if (!isNone(core.scan)) resetScan(core.scan);
    }
    resetCounters(core);
    resetSlices(core);
  }
  stopClock();
  awaitsScans = false;
}

/** Schedules a visit to a core in cycle `at`, seen from `now` < `at`; at latest in the last cycle of the wheel's turn. */
@inline
function wake(position: i32, at: i64, now: i64): void {
  const slot = <u64>min(at, now + 63) & 63;
  const word = <i32>slot * words + (position >> 6);
  wheel[word] = wheel[word] | ((<u64>1) << (position & 63));
  slots |= (<u64>1) << slot;
}

@inline
function nextOf(core: Core): i64 {
  return min(min(core.somaNext, core.synapseNext), isPlain(core) ? NEVER : core.prefetchAt);
}

/** Commits a cycle's pushes and pops; both units see them in the next cycle. */
@inline
function commit(core: Core, now: i64): u32 {
  const committed = core.stored;
  if (isRecorded() && committed != core.committed) record(LEVEL, now + 1, core, committed, 0);
  core.committed = committed;
  if (committed > 0) wakeSynapse(core, now + 1);
  if (core.blockedOn == LOOPBACK && committed < core.queueDepth) core.somaNext = now + 1;
  return committed;
}

/** Tells the network how many messages it may eject in this cycle, then commits the queue; true if this number changes for the next cycle. */
@inline
function settle(core: Core, now: i64): bool {
  const committed = core.committed;
  const loopedBack = <u32>core.loopedBack;
  if (core.stored == committed && loopedBack == 0) return false;
  const depth = core.queueDepth;
  const open = committed + loopedBack < depth;
  core.loopedBack = false;
  accept(core, open);
  return open != commit(core, now) < depth;
}

/** Schedules the next visit to the core, after its work in `now`. */
@inline
function wakeNext(core: Core, now: i64): void {
  let next = nextOf(core);
  if (isTicking()) {
    noteWork(core, now);
    next = min(next, core.beginAt);
  }
  if (next != NEVER) wake(core.position, next, now);
}

/** Evaluates the soma and the synapse unit of a core that is due. */
@inline
function evaluate(core: Core, now: i64): void {
  if (isPlain(core)) {
    if (core.somaNext <= now) evaluateSoma(core, now);
    if (core.synapseNext <= now) evaluateSynapse(core, now);
  } else evaluateSpecial(core, now);
}

/** All cores that are due in `now` evaluate and commit; returns the number of ports that change after it. */
function evaluateAll(now: i64): i32 {
  const slot = <u64>now & 63;
  const bit = (<u64>1) << slot;
  if ((slots & bit) == 0) return 0;
  slots &= ~bit;
  let changes = 0;
  for (let w = 0; w < words; w++) {
    const word = <i32>slot * words + w;
    const due = wheel[word];
    wheel[word] = 0;
    for (let rest = due; rest != 0; rest &= rest - 1) {
      const core = recordOf((w << 6) + <i32>ctz(rest));
      evaluate(core, now);
      if (isPlain(core) ? settle(core, now) : settleSpecial(core, now)) changing[changes++] = core;
      wakeNext(core, now);
    }
  }
  return changes;
}

/** The network ejects packets in `now`: their messages are visible from the next cycle on. */
function deliverAll(now: i64): void {
  for (let i = 0; i < deliveries; i++) {
    const id = deliveredCore(i);
    const core = changetype<Core>(coreAt(id).owner);
    const tag = deliveredTag(i);
    if (isLinked() && isStepPacket(tag)) {
      hear(core, tag, now);
      wakeNext(core, now);
      continue;
    }
    const message = messageOf(tag, id);
    if (isRecorded()) record(DELIVER, now, core, bareOf(message), 0);
    let isDue = false;
    if (!isPlain(core)) isDue = deliverSpecial(core, message, now);
    else if (!takeAhead(core, message, now, now + 1)) {
      isDue = true;
      push(core, message);
      accept(core, commit(core, now) < core.queueDepth);
    }
    if (isTicking()) wakeNext(core, now);
    else if (isDue) wake(core.position, nextOf(core), now);
  }
}

/** Cores that waited for space in their output queue refill it, or are visited in the next cycle. */
function wakeBlocked(now: i64): void {
  for (let i = 0; i < freed; i++) {
    const core = changetype<Core>(freedCore(i).owner);
    if (core.blockedOn != OUTPUT) continue;
    if (!isPort(core) && refill(core, now + 1)) continue;
    core.somaNext = now + 1;
    wake(core.position, now + 1, now);
  }
}

export function beginWave(wave: i32, start: f64): void {
  quiet = 0;
  const now = <i64>start;
  skipTo(start, slotsOfWheel());
  for (let i = 0; i < coreCount; i++) {
    const core = recordOf(i);
    startWork(core, wave, now);
    core.synapseNext = NEVER;
    if (!isPlain(core) && !isNone(core.scan)) awaitsScans = true;
    if (core.somaNext != NEVER) wake(i, core.somaNext, now - 1);
  }
}

/** Schedules every core for the cycle of its first tick. */
export function beginTicks(): void {
  quiet = 0;
  for (let i = 0; i < coreCount; i++) wake(i, recordOf(i).beginAt, -1);
}

/** Whether a core that is visited in `now` begins a wave; if so, it is kept in `beginning`. */
function findBeginning(now: i64): bool {
  const slot = <i32>now & 63;
  if ((slots & ((<u64>1) << slot)) == 0) return false;
  for (let w = 0; w < words; w++) {
    for (let rest = wheel[slot * words + w]; rest != 0; rest &= rest - 1) {
      const core = recordOf((w << 6) + <i32>ctz(rest));
      if (core.beginAt > now) continue;
      beginning = core;
      return true;
    }
  }
  return false;
}

/** Position of the core that begins a wave of its own. */
export function beginningCore(): i32 {
  return beginning.position;
}

/** The core begins its wave. */
export function begin(): void {
  beginStep(beginning, cycle);
  accept(beginning, isOpen(beginning));
}

/** All messages of the wave have arrived, and all units rest: the scans start as soon as all cores know this. Returns that cycle. */
function startScans(): i64 {
  awaitsScans = false;
  let over: i64 = 0;
  for (let i = 0; i < coreCount; i++) over = max(over, max(recordOf(i).done, recordOf(i).drained));
  over += syncCycles;
  for (let i = 0; i < coreCount; i++) {
    const core = recordOf(i);
    if (isNone(core.scan)) continue;
    startScan(core, over);
    if (core.synapseNext != NEVER) wake(i, core.synapseNext, over - 1);
  }
  return over;
}

/**
 * Works until the wave is done, or with waves of each core until all of them are; until the network has been quiet for long; or until a core begins a wave of
 * its own. In the last two cases the caller calls it again to continue.
 */
export function work(): i32 {
  let now = cycle;
  while (true) {
    if (isTicking() && findBeginning(now)) return BEGINS;
    const changes = evaluateAll(now);
    if (inFlight == 0) {
      closePorts(changes);
      if (slots == 0) {
        if (isPlainBoard || !awaitsScans) return OVER;
        now = startScans() - 1;
        if (slots == 0) return OVER;
      }
      now = now + 1 + <i64>ctz(rotr(slots, <u64>(now + 1) & 63));
      skipTo(<f64>now, slotsOfWheel());
      continue;
    }
    let until = now + PATIENCE_CYCLES;
    if (changes > 0) until = now + 1;
    else if (slots != 0) until = now + 1 + <i64>ctz(rotr(slots, <u64>(now + 1) & 63));
    do {
      step();
      if (deliveries > 0 || freed > 0) break;
      passWaiting(until);
    } while (cycle < until && inFlight > 0);
    now = cycle;
    if (deliveries > 0) deliverAll(now - 1);
    if (changes > 0) closePorts(changes);
    if (freed > 0) wakeBlocked(now - 1);
    if (deliveries > 0 || freed > 0 || slots != 0) quiet = 0;
    else if (++quiet > 2) return QUIET;
  }
}

/** Tells the network how many messages the cores of the last cycle accept after their commits. */
@inline
function closePorts(changes: i32): void {
  for (let i = 0; i < changes; i++) {
    const core = changing[i];
    accept(core, core.committed < core.queueDepth);
  }
}

/** First cycle after the wave's work, without the barrier; -1 - core if that core still waits. */
export function endWave(): f64 {
  let end: i64 = 0;
  for (let i = 0; i < coreCount; i++) {
    const core = recordOf(i);
    if (busy(core)) return -1 - <f64>core.id;
    endWork(core);
    end = max(end, max(core.done, core.drained));
  }
  if (isLinked()) end = max(end, lastHeard);
  return <f64>end;
}

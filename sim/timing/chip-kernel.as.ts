/**
 * The breadboard compiled: cores, their queues and the network of one chip in timestep mode, the cycle of chip.ts rule for rule (see there).
 *
 * The caller reserves memory for tables and records, fills them, creates and wires the network, adds the cores; then wave by wave: the
 * populations' steps, `beginWave`, `work`, `endWave`. A wheel of 64 cycles holds which cores to look at; a core that is due later than that is
 * looked at once a turn. A core woken in vain does nothing, so the wheel need not forget.
 */
import { coreAt, deliveredAt, deliveries, freed, freedAt, inFlight } from "./noc/noc-endpoints.part.as";
import { passWaiting, restart, skipTo, step } from "./noc/noc-kernel.as";
import { C_ACCEPTS, C_LIMIT, C_OWNER } from "./noc/noc-records.part.as";
import { cycle, slotsOfWheel } from "./noc/noc-wheel.part.as";
import { flitsSent, messageOf, push, resetOutlets } from "./kernel/core-outlet.part.as";
import {
  C_ID,
  C_OUTPUT_DEPTH,
  C_POSITION,
  CORE_SIZE,
  field,
  L_NOW,
  M_BANKS,
  M_FREE,
  NEVER,
  O_HOME,
  O_LOOPED_BACK,
  O_OPEN,
  Q_COMMITTED,
  Q_DEPTH,
  Q_FIRST,
  Q_STORED,
  S_BLOCKED_LOOPBACK,
  S_BLOCKED_OUTPUT,
  S_DONE,
  S_HEAD,
  S_NEXT,
  S_SERVED,
  S_SLICES,
  S_SLICES_END,
  S_STALL_OUTPUT,
  S_STALL_STATE,
  S_TAIL,
  S_TOUCHED,
  S_UNITS,
  SLICE_SIZE,
  Y_PATIENCE,
  Y_DRAINED,
  Y_FREE,
  Y_IN_ROW,
  Y_NEXT,
} from "./kernel/core-records.part.as";
import { resetCounters, resetRows, settleColumns } from "./kernel/core-counters.part.as";
import { planAll, resetSlices } from "./kernel/core-plan.part.as";
import { busy, endSoma, evaluateSoma, refill, startSoma } from "./kernel/core-soma.part.as";
import { endSynapse, evaluateSynapse, takeAhead, wakeSynapse } from "./kernel/core-synapse.part.as";
import { restartDram } from "./kernel/dram.part.as";

export { flitsSent } from "./kernel/core-outlet.part.as";
// offsets of the fields that the host fills
export {
  BLOCK_SIZE,
  B_BEAT,
  B_CORE,
  B_DELAY,
  B_DRAM_WORD,
  B_GROUP,
  B_ROW_CYCLES,
  B_ROW_GROUPS,
  B_ROW_ITEMS,
  B_ROW_READS,
  B_ROW_WORDS,
  B_SLICE,
  B_SYNAPSE_ITEMS,
  B_SYNAPSE_WORDS,
  B_TARGETS,
  B_WEIGHTS,
  CORE_SIZE,
  C_COUNTERS,
  C_ID,
  C_OUTPUT_DEPTH,
  C_POSITION,
  L_ACCUMULATORS,
  L_ADDITIONS,
  L_BASE,
  L_BUFFERS,
  L_BUFFER_WORDS,
  L_FIRST,
  L_FLITS,
  L_ITEMS,
  L_LAST_ROUTES,
  L_LUT_READS,
  L_MARKS,
  L_MULTIPLIES,
  L_NEURONS,
  L_NOW,
  L_ORDER,
  L_PLAN,
  L_POPULATION,
  L_RANGES,
  L_ROUTES,
  L_STATE_BASE,
  L_STATE_ITEMS,
  L_STATE_WORDS,
  L_TREES,
  L_WORDS,
  M_ACCESS,
  M_BANKS,
  M_FREE,
  POPULATION_SIZE,
  Q_DEPTH,
  Q_MASK,
  Q_RING,
  RING_SIZE,
  SLICE_SIZE,
  S_INTERVAL,
  S_LATENCY,
  S_RING,
  S_RING_MASK,
  S_SLICES,
  S_SLICES_END,
  S_TOUCHED,
  S_UNITS,
  Y_DRAIN,
  Y_LATENCY,
  Y_OVERHEAD,
  setRoutes,
  setTables,
} from "./kernel/core-records.part.as";
export { keepTrees } from "./noc/noc-branching.part.as";
export { acceptsOf, deliveredAt, ejectedFlits, inFlight, injectedFlits } from "./noc/noc-endpoints.part.as";
export { lastMove } from "./noc/noc-kernel.as";
export { setDram } from "./kernel/dram.part.as";
export { OUTPUT_AT, ROUTER_SHIFT } from "./noc/noc-records.part.as";
export { settleCounters } from "./noc/noc-counters.part.as";
export { counters, create, links, reserve, routers, wireCore, wirePort, wireWay } from "./noc/noc-setup.part.as";
export { cycle } from "./noc/noc-wheel.part.as";

/** What `work` ends with. */
const OVER = 0;
const QUIET = 1;
/** Cycles after which a network that delivers nothing is asked for a deadlock. */
const PATIENCE_CYCLES: i64 = 1 << 16;

let cores: usize = 0;
let many = 0;
let wave = 0;
/** [64] words of core bits; bits of slots that are not empty. */
let wheel: usize = 0;
let words = 0;
let slots: u64 = 0;
/** Cores whose network port opens or closes after this cycle. */
let changing: usize = 0;
let quiet = 0;

/** Sets where the core records are, and `count * 4 + 512 * ceil(count / 64)` bytes of scratch; plans what is updated in every wave alike. */
export function setCores(records: usize, count: i32, scratch: usize): void {
  cores = records;
  many = count;
  words = (count + 63) >> 6;
  wheel = scratch;
  changing = scratch + 512 * words;
  for (let i = 0; i < many; i++) {
    const core = recordOf(i);
    for (let slice = field(core, S_SLICES); slice < field(core, S_SLICES_END); slice += SLICE_SIZE) {
      if (load<u32>(slice, L_NOW) == 0) planAll(slice, load<i32>(core, S_UNITS));
    }
  }
}

@inline
function recordOf(position: i32): usize {
  return cores + <usize>position * CORE_SIZE;
}

/** Sets the cores to a run's beginning; the network has been created and wired anew. */
export function resetCores(): void {
  restart();
  resetOutlets();
  restartDram();
  resetRows();
  slots = 0;
  memory.fill(wheel, 0, 512 * words);
  for (let i = 0; i < many; i++) {
    const core = recordOf(i);
    const home = coreAt(load<i32>(core, C_ID));
    store<u32>(home, <u32>core, C_OWNER);
    store<u32>(core, <u32>home, O_HOME);
    store<i32>(home, load<i32>(core, C_OUTPUT_DEPTH), C_LIMIT);
    store<i64>(core, NEVER, Y_NEXT);
    store<i64>(core, 0, Y_FREE);
    store<i64>(core, 0, Y_DRAINED);
    store<u8>(core, 0, Y_IN_ROW);
    store<i64>(core, 0, S_SERVED);
    store<i64>(core, 0, S_STALL_OUTPUT);
    store<i64>(core, 0, S_STALL_STATE);
    store<u32>(core, 0, S_HEAD);
    store<u32>(core, 0, S_TAIL);
    store<u16>(core, 0, S_BLOCKED_OUTPUT); // and on loop-back
    store<u8>(core, 0, O_OPEN);
    store<u8>(core, 0, O_LOOPED_BACK);
    store<u32>(core, 0, Q_FIRST);
    store<u32>(core, 0, Q_STORED);
    store<u32>(core, 0, Q_COMMITTED);
    memory.fill(field(core, M_FREE), 0, 8 * load<i32>(core, M_BANKS));
    store<i32>(core, load<u8>(core, S_TOUCHED) ? -1 : (load<i32>(core, Q_DEPTH) - 4) >> 1, Y_PATIENCE);
    resetCounters(core);
    resetSlices(core);
  }
}

/** Looks at a core in cycle `at`, seen from `now` < `at`; or in the last cycle of the wheel's turn, if that is earlier. */
@inline
function wake(position: i32, at: i64, now: i64): void {
  const slot = <u64>min(at, now + 63) & 63;
  const word = wheel + (<usize>slot * words + (position >> 6)) * 8;
  store<u64>(word, load<u64>(word) | (<u64>1 << (position & 63)));
  slots |= <u64>1 << slot;
}

@inline
function nextOf(core: usize): i64 {
  return min(load<i64>(core, S_NEXT), load<i64>(core, Y_NEXT));
}

/** Makes a cycle's pushes and pops visible; both units see them in the next cycle. */
@inline
function commit(core: usize, now: i64): u32 {
  const committed = load<u32>(core, Q_STORED);
  store<u32>(core, committed, Q_COMMITTED);
  if (committed > 0) wakeSynapse(core, now + 1);
  if (load<u8>(core, S_BLOCKED_LOOPBACK) && committed < load<u32>(core, Q_DEPTH)) store<i64>(core, now + 1, S_NEXT);
  return committed;
}

@inline
function accept(core: usize, open: bool): void {
  store<i32>(field(core, O_HOME), open ? 1 : 0, C_ACCEPTS);
}

/** Tells the network what it may eject in this cycle, then commits the queue; true if that changes for the next cycle. */
@inline
function settle(core: usize, now: i64): bool {
  const committed = load<u32>(core, Q_COMMITTED);
  const loopedBack = <u32>load<u8>(core, O_LOOPED_BACK);
  if (load<u32>(core, Q_STORED) == committed && loopedBack == 0) return false;
  const depth = load<u32>(core, Q_DEPTH);
  const open = committed + loopedBack < depth;
  store<u8>(core, 0, O_LOOPED_BACK);
  accept(core, open);
  return open != commit(core, now) < depth;
}

/** All cores that are due in `now` evaluate and settle; returns how many ports change after it. */
function evaluateAll(now: i64): i32 {
  const slot = <u64>now & 63;
  const bit = <u64>1 << slot;
  if ((slots & bit) == 0) return 0;
  slots &= ~bit;
  let changes = 0;
  for (let w = 0; w < words; w++) {
    const word = wheel + (<usize>slot * words + w) * 8;
    const due = load<u64>(word);
    store<u64>(word, 0);
    for (let rest = due; rest != 0; rest &= rest - 1) {
      const position = (w << 6) + <i32>ctz(rest);
      const core = recordOf(position);
      if (load<i64>(core, S_NEXT) <= now) evaluateSoma(core, now, wave);
      if (load<i64>(core, Y_NEXT) <= now) evaluateSynapse(core, now, wave);
      if (settle(core, now)) store<u32>(changing + (<usize>(changes++) << 2), <u32>core);
      const next = nextOf(core);
      if (next != NEVER) wake(position, next, now);
    }
  }
  return changes;
}

/** The packets that came out of the network in `now`: messages that are visible from the next cycle on. */
function deliverAll(now: i64): void {
  for (let i = 0; i < deliveries; i++) {
    const entry = deliveredAt + (<usize>i << 4);
    const id = load<i32>(entry, 12);
    const core = field(coreAt(id), C_OWNER);
    const message = messageOf(load<i32>(entry, 8), id);
    if (takeAhead(core, message, now + 1, wave)) continue;
    push(core, message);
    accept(core, commit(core, now) < load<u32>(core, Q_DEPTH));
    wake(load<i32>(core, C_POSITION), nextOf(core), now);
  }
}

/** Cores that waited for space in their output queue fill it, or look at it in the next cycle. */
function wakeBlocked(now: i64): void {
  for (let i = 0; i < freed; i++) {
    const core = field(load<u32>(freedAt + (<usize>i << 2)), C_OWNER);
    if (!load<u8>(core, S_BLOCKED_OUTPUT)) continue;
    if (refill(core, now + 1)) continue;
    store<i64>(core, now + 1, S_NEXT);
    wake(load<i32>(core, C_POSITION), now + 1, now);
  }
}

export function beginWave(number: i32, start: f64): void {
  wave = number;
  quiet = 0;
  const now = <i64>start;
  skipTo(start, slotsOfWheel());
  for (let i = 0; i < many; i++) {
    const core = recordOf(i);
    startSoma(core, wave, now);
    store<i64>(core, NEVER, Y_NEXT);
    if (load<i64>(core, S_NEXT) != NEVER) wake(i, load<i64>(core, S_NEXT), now - 1);
  }
}

/** Works until nothing is left to do in this wave, or until the network has been quiet for long; then call it again to go on. */
export function work(): i32 {
  let now = cycle;
  while (true) {
    const changes = evaluateAll(now);
    if (inFlight == 0) {
      closePorts(changes);
      if (slots == 0) return OVER;
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

/** Tells the network what the committed queues of the last cycle's cores accept. */
@inline
function closePorts(changes: i32): void {
  for (let i = 0; i < changes; i++) {
    const core = <usize>load<u32>(changing + (<usize>i << 2));
    accept(core, load<u32>(core, Q_COMMITTED) < load<u32>(core, Q_DEPTH));
  }
}

/** First cycle after the wave's work, barrier left out; -1 - core of one that still waits. */
export function endWave(): f64 {
  let end: i64 = 0;
  for (let i = 0; i < many; i++) {
    const core = recordOf(i);
    if (busy(core)) return -1 - <f64>load<i32>(core, C_ID);
    endSoma(core);
    endSynapse(core);
    end = max(end, max(load<i64>(core, S_DONE), load<i64>(core, Y_DRAINED)));
  }
  return <f64>end;
}

/** Brings the cores' counters up to date. */
export function settleCores(): void {
  settleColumns(cores, many);
}

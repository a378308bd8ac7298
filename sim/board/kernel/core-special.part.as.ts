/** The cycle of a core that is not plain: its queue's rules, and its work before and beside the turns of soma and synapse unit. */

import { isNone } from "../../../base/kernel/views.part.as";
import { isRecorded, LEVEL, record } from "./core-events.part.as";
import { endPort, evaluatePort, isPort, startPort } from "./core-port.part.as";
import { planPrefetch, prefetchRows } from "./core-prefetch.part.as";
import { accept, admit, enterCycle, readableAt } from "./core-queue.part.as";
import { Core, LOOPBACK, NEVER } from "./core-records.part.as";
import { evaluateGather, evaluateScan, gatherAhead } from "./core-scan.part.as";
import { catchUp, endSoma, evaluateSoma, startSoma } from "./core-soma.part.as";
import { fetchStates } from "./core-states.part.as";
import { askForRows, endSynapse, evaluateSynapse, takeAhead } from "./core-synapse.part.as";

/** The full queue stops the soma until it has space. */
function freeze(core: Core): void {
  core.isWaiting = true;
  core.blockedOn = LOOPBACK;
  core.somaNext = NEVER;
}

/** A core, or the port, begins a wave in `now`. */
@inline
export function startWork(core: Core, wave: i32, now: i64): void {
  if (isPort(core)) startPort(core, wave, now);
  else startSoma(core, wave, now);
}

/** A wave of a core, or of the port, is over. */
@inline
export function endWork(core: Core): void {
  if (isPort(core)) {
    endPort(core);
    return;
  }
  endSoma(core);
  endSynapse(core);
}

/** A due core evaluates in `now`. */
export function evaluateSpecial(core: Core, now: i64): void {
  if (isPort(core)) {
    evaluatePort(core, now);
    return;
  }
  const scans = !isNone(core.scan);
  if (scans && core.scan.isRunning) {
    if (core.synapseNext <= now) evaluateScan(core);
    return;
  }
  const isDue = !core.inRow && core.synapseNext <= now && core.committed > 0;
  const isReadable = isDue && readableAt(core) <= now;
  const isFull = enterCycle(core, now, isReadable && now < core.heldAt);
  if (isFull) {
    if (core.intake.freezes) freeze(core);
  } else if (core.blockedOn == LOOPBACK) core.somaNext = now;
  if (core.somaNext <= now) {
    if (core.wantsStates) {
      core.wantsStates = false;
      fetchStates(core, now);
    }
    evaluateSoma(core, now);
  }
  if (core.prefetchAt <= now) prefetchRows(core, now);
  if (isDue && !isReadable) core.synapseNext = readableAt(core);
  else if (core.synapseNext <= now) {
    if (core.dramBits > 0) askForRows(core, now);
    else if (scans) evaluateGather(core, now);
    else evaluateSynapse(core, now);
  }
  core.intake.isPopping = false;
  planPrefetch(core, now);
}

/** Commits a cycle's pushes and pops; both units see them in the next cycle. */
function commit(core: Core, now: i64): void {
  const committed = core.stored;
  if (isRecorded() && committed != core.committed) record(LEVEL, now + 1, core, committed, 0);
  core.committed = committed;
  if (committed > 0 && !core.inRow) core.synapseNext = max(now + 1, max(core.synapseFree, readableAt(core)));
  if (committed < core.queueDepth) {
    if (core.blockedOn == LOOPBACK) core.somaNext = now + 1;
  } else if (core.intake.freezes) {
    catchUp(core, now);
    freeze(core);
  }
}

/** Tells the network how many messages it may eject in this cycle, then commits the queue; true if this number changes for the next cycle. */
export function settleSpecial(core: Core, now: i64): bool {
  const intake = core.intake;
  const depth = core.queueDepth;
  if (core.stored == core.committed && !core.loopedBack) {
    // the queue is still full, and the soma may have had a turn
    if (intake.freezes && core.committed >= depth) freeze(core);
    return false;
  }
  const open = (intake.isAfterPop ? core.stored : core.committed + <u32>core.loopedBack) < depth;
  core.loopedBack = false;
  commit(core, now);
  if (intake.drops) return false;
  accept(core, open);
  return open != core.committed < depth;
}

/** The network ejects a message in `now`; true if the core may be due earlier than before. */
export function deliverSpecial(core: Core, message: u32, now: i64): bool {
  const intake = core.intake;
  const visibleAt = now + intake.visibilityCycles;
  if (isNone(core.scan) ? takeAhead(core, message, now, visibleAt) : gatherAhead(core, message, visibleAt)) return false;
  admit(core, message, now);
  commit(core, now);
  planPrefetch(core, now);
  if (!intake.drops) accept(core, core.committed < core.queueDepth);
  // the queue may have lost its only message
  return core.committed > 0;
}

/**
 * Clock of waves that each core begins itself: at hard ticks, where no core waits for another, or behind its sources (core-links).
 *
 * Wave k of a core is due at its tick k (phase + k × period), or when its soma has updated its neurons and handed over their packets, whichever is later, and
 * at least one cycle after the wave before began. From then on its synapse unit takes no message; the wave begins when the rows in progress have drained.
 *
 * Behind sources a wave is due in the cycle after the last of these: all step packets of its sources have arrived, its spikes are taken, its own step packets
 * are sent, and no follower is too far behind. The rule for rows in progress is the same.
 *
 * The board visits a core in the cycle in which its next wave begins (`beginAt`), stops, and continues when the host has called `begin`.
 */

import { nextInRow } from "../../../base/kernel/views.part.as";
import { isRecorded, LEVEL, record } from "./core-events.part.as";
import { isComplete, isLinked, setLinked, startLinks } from "./core-links.part.as";
import { resetPrefetch } from "./core-prefetch.part.as";
import { Core, coreCount, cores, NEVER, setTicking } from "./core-records.part.as";
import { busy } from "./core-soma.part.as";
import { endWork, startWork } from "./core-special.part.as";
import { wakeSynapse } from "./core-synapse.part.as";

let periodCycles: i64 = 0;
/** Number of waves that each core works in; an idle one follows. */
let waves = 0;
/** A core that begins a wave clears its input queue. */
let clears: bool = false;
/** Waves that began behind their tick because the one before them took too long, not because rows had to drain. */
let late = 0;

/** Waves since the clock started that were due later than their tick. */
export function lateWaves(): i32 {
  return late;
}

/** Waves belong to the chip, until `startClock`. */
export function stopClock(): void {
  setTicking(false);
  setLinked(false);
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) {
    core.heldAt = NEVER;
    core.beginAt = NEVER;
    core.begun = 0;
    core.begunAt = 0;
  }
}

/** Every core begins wave 0 at its first tick, which `placePhase` has set. */
export function startClock(period: f64, waveCount: i32, clearsQueues: i32): void {
  setTicking(true);
  periodCycles = <i64>period;
  waves = waveCount;
  clears = clearsQueues != 0;
  late = 0;
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) {
    core.tickAt = core.phase;
    core.beginAt = core.phase;
    core.heldAt = 0;
    core.synapseNext = NEVER;
    core.somaNext = NEVER;
  }
}

/** Every core begins wave 0 at once, and each later wave behind its sources. */
export function startBehindSources(waveCount: i32): void {
  startClock(0, waveCount, 0);
  startLinks(waveCount);
}

/** Cycle from which no message is taken until the next wave begins; NEVER if it is not yet known. */
function dueAt(core: Core, now: i64): i64 {
  if (!isLinked()) return busy(core) ? NEVER : max(core.tickAt, max(core.done, core.begunAt + 1));
  const links = core.links;
  if (links.completeAt == NEVER && !busy(core) && isComplete(core)) links.completeAt = max(core.done, now + 1);
  return links.completeAt;
}

/** Checks a core again after it has worked, or received a step packet, in `now`. */
export function noteWork(core: Core, now: i64): void {
  if (core.begun == 0) return;
  if (core.begun > waves) {
    core.beginAt = NEVER;
    return;
  }
  const due = dueAt(core, now);
  core.heldAt = due;
  core.beginAt = core.inRow ? NEVER : max(due, core.drained);
}

/** The core begins its next wave in `now`; the host has set the steps of its populations. */
export function beginStep(core: Core, now: i64): void {
  if (core.begun > 0) {
    endWork(core);
    late += core.heldAt > core.tickAt ? 1 : 0;
  }
  if (clears) {
    if (isRecorded() && core.committed > 0) record(LEVEL, now, core, 0, 0);
    core.cleared += core.stored;
    core.stored = 0;
    core.committed = 0;
    resetPrefetch(core);
  }
  startWork(core, core.begun, now);
  core.synapseNext = NEVER;
  core.heldAt = NEVER;
  if (core.committed > 0) wakeSynapse(core, now);
  core.begun += 1;
  core.begunAt = now;
  core.tickAt += periodCycles;
  noteWork(core, now);
}

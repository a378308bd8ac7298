/**
 * When each core begins its waves, where they are its own: at hard ticks, when no core waits for another, or behind its sources (core-links).
 *
 * Wave k of a core is due at its tick k (phase + k x period) or when its soma has updated its neurons and handed over their packets, whichever is later,
 * and at least a cycle after the wave before began. From then on its synapse unit takes no message; the wave begins when the rows under way have drained.
 *
 * Behind sources a wave is due in the cycle after the last of these: all sources have told its end, its spikes are taken, the core's own neighbours are told and
 * followers are near enough. What holds of rows under way holds there, too.
 *
 * The board looks at a core in the cycle in which its next wave begins (`beginAt`), stops, and goes on when the host has had it begin.
 */

import { nextInRow } from "../../../base/kernel/views.part.as";
import { isComplete, isLinked, setLinked, startLinks } from "./core-links.part.as";
import { Core, coreCount, cores, NEVER, setTicking } from "./core-records.part.as";
import { busy } from "./core-soma.part.as";
import { endWork, startWork } from "./core-special.part.as";
import { wakeSynapse } from "./core-synapse.part.as";

let periodCycles: i64 = 0;
/** Waves that each core works in; an idle one follows. */
let waves = 0;
/** A core that begins a wave loses what is left in its input queue. */
let clears: bool = false;

/** Waves are the chip's, until `startClock`. */
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

/** Has every core begin wave 0 at its first tick; `placePhase` has told that. */
export function startClock(period: f64, waveCount: i32, clearsQueues: i32): void {
  setTicking(true);
  periodCycles = <i64>period;
  waves = waveCount;
  clears = clearsQueues != 0;
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) {
    core.tickAt = core.phase;
    core.beginAt = core.phase;
    core.heldAt = 0;
    core.synapseNext = NEVER;
    core.somaNext = NEVER;
  }
}

/** Has every core begin wave 0 at once, and each later wave behind its sources. */
export function startBehindSources(waveCount: i32): void {
  startClock(0, waveCount, 0);
  startLinks(waveCount);
}

/** The cycle from which on no message is taken, until the next wave begins; NEVER: it is not known yet. */
function dueAt(core: Core, now: i64): i64 {
  if (!isLinked()) return busy(core) ? NEVER : max(core.tickAt, max(core.done, core.begunAt + 1));
  const links = core.links;
  if (links.completeAt == NEVER && !busy(core) && isComplete(core)) links.completeAt = max(core.done, now + 1);
  return links.completeAt;
}

/** Looks at a core again: it has worked in `now`, or heard something. */
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
  }
  if (clears) {
    core.cleared += core.stored;
    core.stored = 0;
    core.committed = 0;
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

/**
 * Input queue of a core: a FIFO of spike messages with committed occupancy.
 *
 * Readers see the queue as it was when the cycle began: a message pushed in cycle c can be popped in c + its visibility (1 or more), and a slot freed in c can
 * be filled in c + 1, or in c if fullness is judged after the same cycle's pop.
 * A full queue stops the network (`stall`, `freeze`): flits already past the switch wait in the ejection buffer, which holds their credits. With `drop` a full
 * queue loses arriving messages; if a loop-back and a delivery come in one cycle, the loop-back is first.
 */

import { nextInRow } from "../../../base/kernel/views.part.as";
import { Intake } from "./core-extras.part.as";
import { Core, coreCount, cores, isPlain } from "./core-records.part.as";

/** Tells the network whether it may eject a message to the core. */
@inline
export function accept(core: Core, open: bool): void {
  core.home.accepts = open ? 1 : 0;
}

/** Whether the network may eject a message in the cycle that begins now. */
@inline
export function isOpen(core: Core): bool {
  return core.committed < core.queueDepth || (!isPlain(core) && core.intake.drops);
}

@inline
export function push(core: Core, message: u32): void {
  const stored = core.stored;
  const place = (core.oldest + stored) & core.messageMask;
  core.messages[place] = message;
  core.stored = stored + 1;
}

/** Takes the oldest message. A queue that becomes empty restarts at its first slot, so a deep queue uses memory only for as many messages as it has held. */
@inline
export function pop(core: Core): u32 {
  const first = core.oldest;
  const left = core.stored - 1;
  core.oldest = left == 0 ? 0 : (first + 1) & core.messageMask;
  core.stored = left;
  return core.messages[first];
}

/** First cycle in which the oldest message can be taken; the queue is not empty. */
@inline
export function readableAt(core: Core): i64 {
  return core.intake.visibleAt[core.oldest];
}

/** The intake's core works in `cycle`. */
function enter(core: Core, intake: Intake, cycle: i64): void {
  if (intake.cycle == cycle) return;
  intake.cycle = cycle;
  intake.before = core.stored;
  intake.pushed = 0;
}

/** Begins a cycle; `takes`: the synapse unit takes a message in it. Returns true if a loop-back finds the queue full. */
export function enterCycle(core: Core, cycle: i64, takes: bool): bool {
  const intake = core.intake;
  enter(core, intake, cycle);
  intake.isPopping = takes;
  const freed: u32 = takes && intake.isAfterPop ? 1 : 0;
  core.loopbackLimit = intake.drops ? u32.MAX_VALUE : core.queueDepth + freed;
  return core.committed >= core.queueDepth + freed;
}

/** Stores a message that arrives in `cycle`, or loses it. */
export function admit(core: Core, message: u32, cycle: i64): void {
  const intake = core.intake;
  enter(core, intake, cycle);
  if (intake.drops) {
    const held = intake.isAfterPop ? core.stored - <u32>intake.isPopping : intake.before + intake.pushed;
    if (held >= core.queueDepth) {
      intake.lost += 1;
      return;
    }
  }
  intake.visibleAt[(core.oldest + core.stored) & core.messageMask] = cycle + intake.visibilityCycles;
  intake.pushed += 1;
  push(core, message);
}

/** A run begins. */
export function resetIntake(intake: Intake): void {
  intake.cycle = -1;
  intake.isPopping = false;
  intake.lost = 0;
}

/** Messages that all input queues have lost since the run began. */
export function lostMessages(): f64 {
  let lost: f64 = 0;
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core))
    lost += <f64>(core.cleared + (isPlain(core) ? 0 : core.intake.lost));
  return lost;
}

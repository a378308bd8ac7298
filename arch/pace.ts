/** What ends a step of a chip, and which of its keys can be combined. */
import { powerOfTwo } from "../base/math.js";
import type { Chip, SourcePace } from "./chip.js";
import { isHardTick } from "./feedback.js";
import type { CoreDocument, RootDocument } from "./schema.js";

/** True if each core has its own waves: at hard ticks, or after its sources. */
export function hasOwnWaves({ tick, sourcePace }: Pick<Chip, "tick" | "sourcePace">): boolean {
  return isHardTick(tick) || sourcePace !== null;
}

/** null: a barrier or a tick ends a step. */
export function sourcePaceOf({ barrier }: Pick<RootDocument, "barrier">): SourcePace | null {
  return barrier.scope === "sources" ? { runAheadWaves: barrier.run_ahead_steps } : null;
}

/**
 * Bits of a packet's step number beyond the parity in its header: messages of two steps can be in flight, plus one more
 * per step of `run_ahead`.
 */
export function stepBits({ barrier }: Pick<RootDocument, "barrier">): number {
  let bits = 0;
  if (barrier.scope === "sources") while (powerOfTwo(bits + 1) < barrier.run_ahead_steps + 2) bits++;
  return bits;
}

const isHard = (tick: RootDocument["tick"]): boolean => tick.period_us > 0 && (tick.overrun === "late" || tick.overrun === "drop");

/**
 * The key that gives each core its own steps, so that no scan can wait for their end; null: all cores end their steps
 * together.
 */
function ownStepsBy({ barrier, tick }: Pick<RootDocument, "barrier" | "tick">): string | null {
  if (barrier.scope === "sources") return "barrier.scope: sources";
  return isHard(tick) ? `tick.overrun: ${tick.overrun}` : null;
}

/** Notes a problem at a key if not `ok`. */
type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

/** Reports keys that cannot be combined. */
export function checkPace({ barrier, tick }: Pick<RootDocument, "barrier" | "tick">, check: Check): void {
  check(
    tick.timers === "global" || isHard(tick),
    ["tick", "timers"],
    "is local: no core waits for another, so unfinished work is late or dropped",
    "set tick.period_us, and tick.overrun: late or drop",
  );
  check(
    barrier.scope === "chip" || tick.period_us === 0,
    ["tick", "period_us"],
    "is set, but with barrier.scope: sources steps begin after their sources, not at ticks",
    "set it to 0, or barrier.scope: chip",
  );
}

/** Reports keys of a core that cannot be combined. */
export function checkCorePace(core: CoreDocument, root: Pick<RootDocument, "barrier" | "tick">, check: Check): void {
  const by = ownStepsBy(root);
  check(
    core.scan.policy === "event" || by === null,
    ["scan", "policy"],
    `is ${core.scan.policy}, but with ${by} no step has an end at which spikes could be scanned`,
    by === "barrier.scope: sources" ? "set it to event, or barrier.scope: chip" : "set it to event, or tick.overrun: wait",
  );
  check(
    core.input_queue.full !== "drop" || root.barrier.scope === "chip",
    ["input_queue", "full"],
    "is drop, but barrier.scope: sources counts the spikes of a step and would wait for a lost one",
    "set it to stall or freeze, or barrier.scope: chip",
  );
}

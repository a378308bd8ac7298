/** What ends a step of a chip, and which keys of it go together. */
import { powerOfTwo } from "../base/math.js";
import type { Chip, SourcePace } from "./chip.js";
import { isHardTick } from "./feedback.js";
import type { CoreDocument, RootDocument } from "./schema.js";

/** Each core has waves of its own: at ticks that wait for nobody, or behind its sources. */
export function hasOwnWaves({ tick, sourcePace }: Pick<Chip, "tick" | "sourcePace">): boolean {
  return isHardTick(tick) || sourcePace !== null;
}

/** null: a barrier or a tick ends a step. */
export function sourcePaceOf({ barrier }: Pick<RootDocument, "barrier">): SourcePace | null {
  return barrier.scope === "sources" ? { runAheadWaves: barrier.run_ahead_steps } : null;
}

/**
 * Bits by which a packet tells its step, beyond the parity that a header has: messages of two steps can be under way,
 * and of one more per step run ahead.
 */
export function stepBits({ barrier }: Pick<RootDocument, "barrier">): number {
  let bits = 0;
  if (barrier.scope === "sources") while (powerOfTwo(bits + 1) < barrier.run_ahead_steps + 2) bits++;
  return bits;
}

const isHard = (tick: RootDocument["tick"]): boolean => tick.period_us > 0 && (tick.overrun === "late" || tick.overrun === "drop");

/**
 * The key by which steps are each core's own, and no scan can wait for their end; null: all cores end their steps
 * together.
 */
function ownStepsBy({ barrier, tick }: Pick<RootDocument, "barrier" | "tick">): string | null {
  if (barrier.scope === "sources") return "barrier.scope: sources";
  return isHard(tick) ? `tick.overrun: ${tick.overrun}` : null;
}

/** Notes a problem at a key if not `ok`. */
type Check = (ok: boolean, key: readonly string[], message: string, fix: string) => void;

/** Tells `check` what does not go together. */
export function checkPace({ barrier, tick }: Pick<RootDocument, "barrier" | "tick">, check: Check): void {
  check(
    tick.timers === "global" || isHard(tick),
    ["tick", "timers"],
    "is local: no core waits for another, so work that is not over is late or dropped",
    "set tick.period_us, and tick.overrun: late or drop",
  );
  check(
    barrier.scope === "chip" || tick.period_us === 0,
    ["tick", "period_us"],
    "is set, and barrier.scope: sources begins steps behind their sources, not at ticks",
    "set it to 0, or barrier.scope: chip",
  );
}

/** The same of a core. */
export function checkCorePace(core: CoreDocument, root: Pick<RootDocument, "barrier" | "tick">, check: Check): void {
  const by = ownStepsBy(root);
  check(
    core.scan.policy === "event" || by === null,
    ["scan", "policy"],
    `is ${core.scan.policy}, and ${by} ends no step at which the spikes could be scanned`,
    by === "barrier.scope: sources" ? "set it to event, or barrier.scope: chip" : "set it to event, or tick.overrun: wait",
  );
  check(
    core.input_queue.full !== "drop" || root.barrier.scope === "chip",
    ["input_queue", "full"],
    "is drop, and barrier.scope: sources counts the spikes of a step: one that is lost would be waited for",
    "set it to stall or freeze, or barrier.scope: chip",
  );
}

/** Finds chips whose time feeds back into function: the effect of a message depends on when it arrives. */
import type { Chip, HardTick, Intake, Tick } from "./chip.js";

/** The input queue's default behaviour. */
export const PLAIN_INTAKE: Intake = { full: "stall", visibilityCycles: 1, fullJudged: "before-pop" };

export function isPlainIntake({ full, visibilityCycles, fullJudged }: Intake): boolean {
  const plain = PLAIN_INTAKE;
  return full === plain.full && visibilityCycles === plain.visibilityCycles && fullJudged === plain.fullJudged;
}

export function isHardTick(tick: Tick | null): tick is HardTick {
  return tick !== null && (tick.overrun === "late" || tick.overrun === "drop");
}

/**
 * True if messages can be lost or count to another step than intended: then function and time must run together to give
 * accuracy.
 */
export function feedsBack({ cores, tick }: Pick<Chip, "cores" | "tick">): boolean {
  return isHardTick(tick) || cores.some(({ intake }) => intake.full === "drop");
}

/** Chips whose time feeds back into function: what a message does depends on when it comes. */
import type { Chip, HardTick, Intake, Tick } from "./chip.js";

/** What every input queue did before there was a choice. */
export const PLAIN_INTAKE: Intake = { full: "stall", visibilityCycles: 1, fullJudged: "before-pop" };

export function isPlainIntake({ full, visibilityCycles, fullJudged }: Intake): boolean {
  const plain = PLAIN_INTAKE;
  return full === plain.full && visibilityCycles === plain.visibilityCycles && fullJudged === plain.fullJudged;
}

export function isHardTick(tick: Tick | null): tick is HardTick {
  return tick !== null && (tick.overrun === "late" || tick.overrun === "drop");
}

/**
 * Messages can be lost, or count to another step than they were meant for: accuracy comes from a run of function and
 * time together.
 */
export function feedsBack({ cores, tick }: Pick<Chip, "cores" | "tick">): boolean {
  return isHardTick(tick) || cores.some(({ intake }) => intake.full === "drop");
}

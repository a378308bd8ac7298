/**
 * How much lower the clock of a chip may be than `clockLimits` says, and a warning for a clock that is not lower.
 *
 * Source: twelve cores of this project as gates of IHP SG13G2 at 130 nm (`docs/gates.md`, docs/logs/rtl-gates.json):
 * the limit of a core's logic is 2.3 to 3.0 times the clock of its gates, which drive no wires. Memories (CACTI) and
 * routers (`router-law.ts`, by gates) have other limits.
 */
import { clockLimits } from "./area.js";
import type { Chip } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import type { Precision } from "./precision.js";

/** Limit of a core's logic over the clock of the same core as gates: least and most. */
export const GATES_SLOWER = { least: 2.3, most: 3 } as const;

const isLogic = (block: string): boolean => !/memory|^router/.test(block);

/**
 * Of the fastest of these clocks that the limit allows. null: it is slower than the limit by more than that, or of an
 * FPGA, whose clocks are those of synthesis.
 */
export function clockWarning(chip: Chip, precision: Precision, needs: CoreNeeds, clocksMhz: readonly number[]): string | null {
  if (chip.fpga !== null) return null;
  const limit = clockLimits(chip, precision, needs).find(({ block }) => isLogic(block));
  if (limit === undefined) return null;
  const { least, most } = GATES_SLOWER;
  const limitMhz = 1000 / limit.periodNs;
  const clockMhz = Math.max(0, ...clocksMhz.filter((mhz) => mhz <= limitMhz));
  if (clockMhz * most <= limitMhz) return null;
  return `chip.clock_mhz: ${clockMhz} may be too fast: ${limit.block} allows ${limitMhz.toPrecision(3)} MHz, but as gates of a 130 nm library, without wires, such cores reached ${least} to ${most.toFixed(1)} times less; ${(limitMhz / most).toPrecision(3)} MHz is on the safe side`;
}

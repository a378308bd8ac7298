/** Warns of a clock that the model allows and gates may not reach, as written or in a point of the search. Pure. */
import {
  type Chip,
  type CoreNeeds,
  clockLimitName,
  clockLimits,
  clockWarning,
  type Precision,
  type SweepSpec,
  valuesOf,
} from "../arch/index.js";

/** A warning at most. A search is judged by the described chip at the searched clocks. */
export function fastClocks(chip: Chip, precision: Precision, needs: CoreNeeds, sweep: SweepSpec | null): readonly string[] {
  const searched = (sweep?.parameters ?? []).find(({ path }) => path === "chip.clock_mhz");
  const values = searched === undefined ? [] : valuesOf(searched.domain).map(Number);
  return [clockWarning(chip, precision, needs, values.length === 0 ? [chip.technology.clockMhz] : values) ?? []].flat();
}

/** A block that limits the clock, of the core in which it is slowest. */
export interface HighestClock {
  readonly block: string;
  readonly mhz: number;
}

/** Of each kind of block, slowest first; empty for an FPGA. */
export function highestClocks(chip: Chip, precision: Precision, needs: CoreNeeds): readonly HighestClock[] {
  if (chip.fpga !== null) return [];
  const slowest = new Map<string, HighestClock>();
  for (const limit of clockLimits(chip, precision, needs)) {
    const name = clockLimitName(limit);
    if (!slowest.has(name)) slowest.set(name, { block: limit.block, mhz: 1000 / limit.periodNs });
  }
  return [...slowest.values()];
}

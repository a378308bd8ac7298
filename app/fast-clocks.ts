/** Highest clocks of a chip, and warnings of clocks and of limits that may not hold in all points of a search. Pure. */
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

/** On what a synthesis' clock depends. */
const OPERATING_POINT: readonly string[] = ["chip.technology_nm", "chip.voltage_v", "chip.corner"];

/**
 * A clock that the library's limits allow and silicon may not reach, judged by the described chip at the searched
 * clocks; a limit of the description's own that is that of one node and supply, where these are searched.
 */
export function fastClocks(chip: Chip, precision: Precision, needs: CoreNeeds, sweep: SweepSpec | null): readonly string[] {
  const parameters = sweep?.parameters ?? [];
  const searched = parameters.find(({ path }) => path === "chip.clock_mhz");
  const values = searched === undefined ? [] : valuesOf(searched.domain).map(Number);
  const moved = parameters.filter(({ path }) => OPERATING_POINT.includes(path));
  const isFixed = chip.logicPeriodNs !== undefined && !parameters.some(({ path }) => path === "chip.logic_period_ns");
  return [
    clockWarning(chip, precision, needs, values.length === 0 ? [chip.technology.clockMhz] : values) ?? [],
    isFixed && moved.length > 0
      ? `chip.logic_period_ns: ${chip.logicPeriodNs} stays in all points, though ${moved.map(({ path }) => path).join(" and ")} ${moved.length === 1 ? "is" : "are"} searched: write it as a formula of ${moved.map(({ name }) => name).join(" and ")}, { sweep: { derived: "..." } }`
      : [],
  ].flat();
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

/**
 * How much lower the clock of a chip may be than `clockLimits` says, and a warning for a clock that is not lower.
 *
 * Source of the limits of logic: published clocks of seven chips of 22 and 28 nm (docs/prices.md, Highest clock), with
 * which those of cores as gates agree. Of the unit for imported neurons: fourteen cores of this project as gates of IHP
 * SG13G2 at 130 nm, which drive no wires (docs/logs/rtl-imported.json). Memories (CACTI) have other limits.
 */
import { clockLimits } from "./area.js";
import type { Chip } from "./chip.js";
import type { ClockLimit } from "./clock-limit.js";
import { unlikeCores } from "./core-kinds.js";
import type { CoreNeeds } from "./core-needs.js";
import { INTEGRATION, integrationNs } from "./integration.js";
import type { Precision } from "./precision.js";

/** Limit of a core's logic over a clock that was reached, least and most, and by what. */
interface Slower {
  readonly least: number;
  readonly most: number;
  readonly by: string;
}

/** Of the limits of logic, routers' too, and of the longest stage of the unit for imported neurons. */
export const SLOWER = {
  limits: { least: 0.7, most: 1.5, by: "7 published chips of 22 and 28 nm" },
  integration: { least: 0.9, most: 1.1, by: "14 cores with imported networks as gates of a 130 nm library, without wires" },
} as const satisfies { readonly [path: string]: Slower };

const isMemory = ({ block }: ClockLimit): boolean => block.includes("memory");

/** A path between registers of logic. */
interface LogicPath {
  readonly path: string;
  readonly periodNs: number;
  readonly slower: Slower;
}

const logicOf = (limits: readonly ClockLimit[]): readonly LogicPath[] =>
  limits.filter((limit) => !isMemory(limit)).map(({ block, periodNs }) => ({ path: block, periodNs, slower: SLOWER.limits }));

/** The longest stage of imported neurons, which no pipeline depth cuts, of each kind of core. */
const stagesOf = (chip: Chip, precision: Precision, needs: CoreNeeds): readonly LogicPath[] =>
  unlikeCores(chip)
    .map(({ id, neuronUpdate }) => ({
      path: `core[${id}] ${INTEGRATION} (rtl's unit for imported neurons)`,
      periodNs: integrationNs(chip.technology, precision, needs, neuronUpdate.pipelineDepthCycles),
      slower: SLOWER.integration,
    }))
    .filter(({ periodNs }) => periodNs > 0);

/**
 * As the library emits a core, without its router, slowest first: imported neurons have their stages in place of an
 * update cut evenly.
 */
export function emittedLogic(chip: Chip, precision: Precision, needs: CoreNeeds): readonly LogicPath[] {
  const stages = stagesOf(chip, precision, needs);
  const limits = logicOf(clockLimits(chip, precision, needs)).filter(
    ({ path }) => !path.startsWith("router") && (stages.length === 0 || !path.endsWith("neuron update")),
  );
  return [...limits, ...stages].sort((a, b) => b.periodNs - a.periodNs);
}

/**
 * Of the fastest of these clocks that the limits allow. null: it is slower than each path by more than its margin, or
 * of an FPGA, or has a clock of its own logic: both come from synthesis.
 */
export function clockWarning(chip: Chip, precision: Precision, needs: CoreNeeds, clocksMhz: readonly number[]): string | null {
  if (chip.fpga !== null || chip.logicPeriodNs !== undefined) return null;
  const limits = clockLimits(chip, precision, needs);
  const safeMhz = ({ periodNs, slower }: LogicPath): number => 1000 / periodNs / slower.most;
  const [first] = [...logicOf(limits), ...stagesOf(chip, precision, needs)].sort((a, b) => safeMhz(a) - safeMhz(b));
  if (first === undefined) return null;
  const clockMhz = Math.max(0, ...clocksMhz.filter((mhz) => limits.every(({ periodNs }) => mhz <= 1000 / periodNs)));
  if (clockMhz <= safeMhz(first)) return null;
  const { path, periodNs, slower } = first;
  return `chip.clock_mhz: ${clockMhz} may be too fast: ${path} allows ${(1000 / periodNs).toPrecision(3)} MHz, but such a limit was ${slower.least.toFixed(1)} to ${slower.most.toFixed(1)} times the clock of ${slower.by}; ${safeMhz(first).toPrecision(3)} MHz is on the safe side (your own synthesis: chip.logic_period_ns)`;
}

/**
 * How much lower the clock of a chip may be than `clockLimits` says, and a warning for a clock that is not lower.
 *
 * Source of the limits of logic: published clocks of seven chips of 22 and 28 nm, of which three are on silicon
 * (docs/prices.md, Highest clock), and those of cores as gates, which agree. Of the unit for imported neurons: fourteen
 * cores of this project as gates of IHP SG13G2 at 130 nm, which drive no wires (docs/logs/rtl-imported.json). Of
 * memories (CACTI): access times of IHP SG13G2's 28 macros (`sram_ihp130.csv`), at their slow corner too
 * (`corners_ihp130.csv`).
 */
import { roundedDown } from "../base/rounded-down.js";
import { clockLimits } from "./area.js";
import type { Chip, Technology } from "./chip.js";
import type { ClockLimit } from "./clock-limit.js";
import { unlikeCores } from "./core-kinds.js";
import type { CoreNeeds } from "./core-needs.js";
import { INTEGRATION, integrationNs } from "./integration.js";
import type { Precision } from "./precision.js";
import { atCorner } from "./sram.js";

/** Limit over a clock that was reached, least and most, and by what. */
interface Slower {
  readonly least: number;
  readonly most: number;
  readonly by: string;
}

/** Of the limits of logic, routers' too, of SRAM, and of the longest stage of the unit for imported neurons. */
export const SLOWER = {
  logic: { least: 0.7, most: 1.5, by: "7 published chips of 22 and 28 nm (3 on silicon: 1.1 to 1.5)" },
  sram: { least: 0.9, most: 2.6, by: "28 memory macros of a 130 nm process, of typical and of slow silicon" },
  integration: { least: 0.9, most: 1.1, by: "14 cores with imported networks as gates of a 130 nm library, without wires" },
} as const satisfies { readonly [path: string]: Slower };

/** A path between registers. */
interface LimitedPath {
  readonly path: string;
  readonly periodNs: number;
}

/** A path of which clocks are known that were reached beside its limit. */
interface JudgedPath extends LimitedPath {
  readonly slower: Slower;
}

/** Limits of the library. Memories at a slow corner are that much nearer to the slow macros. */
const judged = (limits: readonly ClockLimit[], technology: Technology): readonly JudgedPath[] =>
  limits.flatMap(({ block: path, periodNs, rule }) => {
    if (rule === undefined) return [];
    const { least, most, by } = SLOWER[rule];
    const { delay } = rule === "sram" ? atCorner(technology) : { delay: 1 };
    return [{ path, periodNs, slower: { least: least / delay, most: most / delay, by } }];
  });

/** The longest stage of imported neurons, which no pipeline depth cuts, of each kind of core. */
const stagesOf = (chip: Chip, precision: Precision, needs: CoreNeeds): readonly JudgedPath[] =>
  unlikeCores(chip)
    .map(({ id, neuronUpdate }) => ({
      path: `core[${id}] ${INTEGRATION} (rtl's unit for imported neurons)`,
      periodNs: integrationNs(chip.technology, precision, needs, neuronUpdate.pipelineDepthCycles),
      slower: SLOWER.integration,
    }))
    .filter(({ periodNs }) => periodNs > 0);

/** Figures of the user's own in place of the library's. */
function fixOf({ path, slower }: JudgedPath): string {
  const [, name] = /^core\[\d+\] (synapse|state) memory/.exec(path) ?? [];
  if (name === undefined) return "your own synthesis: chip.logic_period_ns";
  if (slower.by === SLOWER.sram.by) return "macros of your own: prices.macros";
  // registers and latches are no macros, and each read passes all multiplexers of a bank within a cycle
  const memory = `tile.core.${name}_memory`;
  return `a smaller ${memory}.size_kib, more ${memory}.banks, or the times of your own array: ${memory} of kind sram with a table of prices.macros`;
}

/**
 * As the library emits a core, without its router, slowest first: imported neurons have their stages in place of an
 * update cut evenly.
 */
export function emittedLogic(chip: Chip, precision: Precision, needs: CoreNeeds): readonly LimitedPath[] {
  const stages = stagesOf(chip, precision, needs);
  const limits = clockLimits(chip, precision, needs)
    .filter(({ block }) => !/memory|^router/.test(block) && (stages.length === 0 || !block.endsWith("neuron update")))
    .map(({ block: path, periodNs }) => ({ path, periodNs }));
  return [...limits, ...stages].sort((a, b) => b.periodNs - a.periodNs);
}

/**
 * Of the fastest of these clocks that the limits allow. null: it is slower than each path by more than its margin, or
 * of an FPGA, whose limits come from synthesis. A clock of the description's own logic is not judged, but memories are.
 */
export function clockWarning(chip: Chip, precision: Precision, needs: CoreNeeds, clocksMhz: readonly number[]): string | null {
  if (chip.fpga !== null) return null;
  const limits = clockLimits(chip, precision, needs);
  const stages = chip.logicPeriodNs === undefined ? stagesOf(chip, precision, needs) : [];
  const safeMhz = ({ periodNs, slower }: JudgedPath): number => 1000 / periodNs / slower.most;
  const [first] = [...judged(limits, chip.technology), ...stages].sort((a, b) => safeMhz(a) - safeMhz(b));
  if (first === undefined) return null;
  const isAllowed = (mhz: number): boolean => limits.every(({ periodNs }) => mhz <= 1000 / periodNs);
  // a search may have more clocks than a function takes arguments
  const clockMhz = clocksMhz.reduce((fastest, mhz) => (mhz > fastest && isAllowed(mhz) ? mhz : fastest), 0);
  if (clockMhz <= safeMhz(first)) return null;
  const { path, periodNs, slower } = first;
  const short = (mhz: number): number => roundedDown(mhz, 3); // the clock that a text names must pass
  return `chip.clock_mhz: ${clockMhz} may be too fast: ${path} allows ${short(1000 / periodNs)} MHz, but such a limit was ${slower.least.toFixed(1)} to ${slower.most.toFixed(1)} times the clock of ${slower.by}; ${short(safeMhz(first))} MHz is on the safe side (${fixOf(first)})`;
}

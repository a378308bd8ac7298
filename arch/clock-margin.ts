/**
 * How much lower the clock of a chip may be than `clockLimits` says, and a warning for a clock that is not lower.
 *
 * Source: cores of this project as gates of IHP SG13G2 at 130 nm, which drive no wires (`docs/gates.md`): the limit of
 * a core's logic over the clock of its gates. Twelve of trained cells (docs/logs/rtl-gates.json), and fourteen with
 * imported networks (docs/logs/rtl-imported.json), whose longest path is in their update unit. Memories (CACTI) and
 * routers (`router-law.ts`, by gates) have other limits.
 */
import { clockLimits } from "./area.js";
import type { Chip } from "./chip.js";
import { unlikeCores } from "./core-kinds.js";
import type { CoreNeeds } from "./core-needs.js";
import { INTEGRATION, integrationNs } from "./integration.js";
import type { Precision } from "./precision.js";

/** Limit of a core's logic over the clock of the same core as gates, least and most, and which cores were measured. */
interface Slower {
  readonly least: number;
  readonly most: number;
  readonly cores: string;
}

/** Of the limits of logic, and of the longest stage of the unit for imported neurons. */
export const GATES_SLOWER = {
  limits: { least: 2.3, most: 3, cores: "12 cores of lif, alif and rec" },
  integration: { least: 0.9, most: 1.1, cores: "14 cores with imported networks" },
} as const satisfies { readonly [path: string]: Slower };

/** Stillmaker and Baas' low power form, which exists below 65 nm, is slower than published chips. */
const hasSlowTransistors = ({ technology }: Chip): boolean => technology.nodeNm < 65 && technology.sramCell === "lstp";
const SLOW_TRANSISTORS =
  "; with sram_cell lstp below 65 nm logic is taken to be slower than that of published chips, so it may be too careful (docs/prices.md, Highest clock)";

const isLogic = (block: string): boolean => !/memory|^router/.test(block);

/** A path between registers of a core's logic as the library emits it. */
interface LogicPath {
  readonly path: string;
  readonly periodNs: number;
  readonly slower: Slower;
}

/** Slowest first: the limits of logic, and the longest stage of imported neurons, which no pipeline depth cuts. */
export function emittedLogic(chip: Chip, precision: Precision, needs: CoreNeeds): readonly LogicPath[] {
  const limits = clockLimits(chip, precision, needs)
    .filter(({ block }) => isLogic(block))
    .map(({ block, periodNs }): LogicPath => ({ path: block, periodNs, slower: GATES_SLOWER.limits }));
  const stages = unlikeCores(chip)
    .map(
      ({ id, neuronUpdate }): LogicPath => ({
        path: `core[${id}] ${INTEGRATION} (rtl's unit for imported neurons)`,
        periodNs: integrationNs(chip.technology, precision, needs, neuronUpdate.pipelineDepthCycles),
        slower: GATES_SLOWER.integration,
      }),
    )
    .filter(({ periodNs }) => periodNs > 0);
  return [...limits, ...stages].sort((a, b) => b.periodNs - a.periodNs);
}

/**
 * Of the fastest of these clocks that the limits allow. null: it is slower than each path by more than its margin, or
 * of an FPGA, whose clocks are those of synthesis.
 */
export function clockWarning(chip: Chip, precision: Precision, needs: CoreNeeds, clocksMhz: readonly number[]): string | null {
  if (chip.fpga !== null) return null;
  const [limit] = clockLimits(chip, precision, needs).filter(({ block }) => isLogic(block));
  const safeMhz = ({ periodNs, slower }: LogicPath): number => 1000 / periodNs / slower.most;
  const [first] = [...emittedLogic(chip, precision, needs)].sort((a, b) => safeMhz(a) - safeMhz(b));
  if (limit === undefined || first === undefined) return null;
  const clockMhz = Math.max(0, ...clocksMhz.filter((mhz) => mhz <= 1000 / limit.periodNs));
  if (clockMhz <= safeMhz(first)) return null;
  const { path, periodNs, slower } = first;
  return `chip.clock_mhz: ${clockMhz} may be too fast: ${path} allows ${(1000 / periodNs).toPrecision(3)} MHz, but such a limit was ${slower.least.toFixed(1)} to ${slower.most.toFixed(1)} times the clock of ${slower.cores} as gates of a 130 nm library, without wires; ${safeMhz(first).toPrecision(3)} MHz is on the safe side${hasSlowTransistors(chip) ? SLOW_TRANSISTORS : ""}`;
}

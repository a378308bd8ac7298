/**
 * Limits of an FPGA's clock. One is the arbitration of the state memory. For cells whose threshold follows their spikes
 * (`alif`), another is the last stage of the update unit: it makes the spike, then its size times the jump, then the
 * next threshold (`rtl/lib/update.sv`, `fire.sv`), and pipelining cannot divide it. For neurons of imported networks
 * the third is the longest stage of their unit (`integration.ts`). All are counted in levels of
 * two-input gates, with ns per level from placed cores (`fpga_laws.csv`). A table of four inputs with its wire counts
 * as two levels; a sum as one table, since carries have dedicated wires; a product in a DSP block, with its wires, as
 * three (a guess). Families without placed cores have only the limit of block RAMs, far above the speed of logic:
 * UltraScale+ by DS925 (speed grade 2, write first), quoted from memory and not checked.
 * Not modelled: the other stages of the trained cells' unit, each of which has one product or sum if it has four or
 * more; wires that grow with the core.
 */
import { log2 } from "../../base/math.js";
import { arbitrationFix, arbitrationLevels } from "../arbitration.js";
import type { Chip, Core } from "../chip.js";
import type { ClockLimit } from "../clock-limit.js";
import { builtWidths } from "../components.js";
import { unlikeCores } from "../core-kinds.js";
import type { CoreNeeds } from "../core-needs.js";
import { INTEGRATION, integrationFix, longestStage, type Step } from "../integration.js";
import type { Precision } from "../precision.js";
import { FPGA_DEVICES, type FpgaName } from "./devices.js";
import { type FpgaChain, fpgaLaws } from "./fpga-laws.js";

const BLOCK_RAM_MHZ = 738;
const GATES_PER_TABLE = 2;
const PRODUCT_TABLES = 3;
const SUM_TABLES = 1;

/** Tables in the path of a tree over this many inputs. */
const treeTables = (inputs: number): number => Math.ceil(log2(Math.max(1, inputs)) / 2);
/** Compares all upper bits with the sign; selects the largest or least value if they differ. */
const clampTables = (bits: number, toBits: number): number => treeTables(bits - toBits + 1) + 1;

/** Levels of the last stage of an update unit; 0: no logic depends on the spike. */
export function thresholdLevels(precision: Precision, needs: CoreNeeds): number {
  if (needs.unit.gains === 0) return 0;
  const { stateBits, factorBits, preActivationBits } = builtWidths(precision, needs);
  const leftBits = stateBits + factorBits;
  const sumClamped = clampTables(Math.max(preActivationBits, leftBits) + 1, stateBits);
  // the magnitude, minus the threshold, clamped at 0, compared, the sent size selected, its sign, its magnitude
  const spike = 2 * SUM_TABLES + 1 + 1 + 1 + 2 * SUM_TABLES;
  const threshold = PRODUCT_TABLES + SUM_TABLES + clampTables(leftBits + 1, stateBits);
  const written = 1;
  return GATES_PER_TABLE * (sumClamped + spike + threshold + written);
}

/** Tables of an operator of the unit for imported neurons. */
function stepTables({ kind, bits }: Step): number {
  switch (kind) {
    case "product":
      return PRODUCT_TABLES;
    case "sum":
      return SUM_TABLES;
    case "clamp":
      return treeTables(bits) + 1;
    case "shift":
      return treeTables(bits);
    case "choice":
      return 1;
  }
}

/** Levels of the longest stage of an imported neuron's update; 0: there is none. */
export const integrationLevels = (precision: Precision, needs: CoreNeeds, depthCycles: number): number =>
  GATES_PER_TABLE * longestStage(precision, needs, depthCycles, stepTables);

interface Chain {
  readonly block: string;
  /** Whose placed cores tell the time per level. */
  readonly law: FpgaChain;
  readonly levels: number;
  /** The change that shortens it; `isInTime`: whether so many levels are short enough. */
  readonly fix: (isInTime: (levels: number) => boolean) => string;
}

/** The core's chains, longest first. */
export function coreChains(core: Core, precision: Precision, needs: CoreNeeds): readonly Chain[] {
  const { pipelineDepthCycles } = core.neuronUpdate;
  const integration = (depth: number): number => integrationLevels(precision, needs, depth);
  const chains: Chain[] = [
    {
      block: "arbitration",
      law: "trained",
      levels: arbitrationLevels(core, precision, needs),
      fix: (isInTime) => arbitrationFix(core, precision, needs, isInTime),
    },
    {
      block: "spike and threshold",
      law: "trained",
      levels: thresholdLevels(precision, needs),
      fix: () => "or take a cell whose threshold does not follow its spikes, such as lif",
    },
    {
      block: INTEGRATION,
      law: "imported",
      levels: integration(pipelineDepthCycles),
      fix: (isInTime) => integrationFix(pipelineDepthCycles, (depth) => isInTime(integration(depth))),
    },
  ];
  return chains.filter(({ levels }) => levels > 0).sort((a, b) => b.levels - a.levels);
}

interface FpgaClockLimit extends ClockLimit {
  /** Standard deviation of ln(placed / limit); null: the family has no placed cores. */
  readonly sigma: number | null;
}

/** Clock limits, slowest first. */
export function fpgaClockLimits(chip: Chip, name: FpgaName, precision: Precision, needs: CoreNeeds): readonly FpgaClockLimit[] {
  const { family } = FPGA_DEVICES[name];
  const { clock } = fpgaLaws(family);
  if (clock === null)
    return [{ block: "block RAM cycle", periodNs: 1000 / BLOCK_RAM_MHZ, sigma: null, fix: () => "or take a faster device" }];
  const limits = unlikeCores(chip).flatMap((core) =>
    coreChains(core, precision, needs).map(({ block, law, levels, fix }): FpgaClockLimit => {
      const { nsPerLevel, sigma } = clock[law];
      return {
        block: `core[${core.id}] ${block}`,
        periodNs: nsPerLevel * levels,
        sigma,
        fix: (periodNs) => fix((most) => nsPerLevel * most <= periodNs),
      };
    }),
  );
  return limits.sort((a, b) => b.periodNs - a.periodNs);
}

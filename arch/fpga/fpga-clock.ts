/**
 * What limits an FPGA's clock: the arbitration of the state memory, the longest chain of every core that was placed. Its period is so many ns
 * per level of the chain's gates, from placed cores (`fpga_laws.csv`). Of a family without placed cores it is not known; there the block RAMs alone are a
 * limit, far above what logic reaches: UltraScale+ by DS925 (speed grade 2, write first), as it was recalled and not read again.
 */
import { addressLevels, grantLevels } from "../arbitration.js";
import type { Chip } from "../chip.js";
import type { ClockLimit } from "../clock-limit.js";
import { coreKind } from "../components.js";
import type { CoreNeeds } from "../core-needs.js";
import type { Precision } from "../precision.js";
import { FPGA_DEVICES, type FpgaName } from "./devices.js";
import { fpgaLaws } from "./fpga-laws.js";

const BLOCK_RAM_MHZ = 738;

/** Slowest first. */
export function fpgaClockLimits(chip: Chip, name: FpgaName, precision: Precision, needs: CoreNeeds): readonly ClockLimit[] {
  const { family } = FPGA_DEVICES[name];
  const { clock } = fpgaLaws(family);
  if (clock === null) return [{ block: "block RAM cycle", periodNs: 1000 / BLOCK_RAM_MHZ, fix: () => "or take a faster device" }];
  const kinds = [...new Map(chip.cores.map((core) => [coreKind(core), core])).values()];
  const chains = kinds.map((core): ClockLimit => {
    const levels = Math.max(grantLevels(core, precision, needs), addressLevels(core, precision, needs));
    return {
      block: `core[${core.id}] arbitration`,
      periodNs: clock.nsPerLevel * levels,
      fix: () => "or use fewer state_memory.banks, lanes or neuron_update.units",
    };
  });
  return chains.sort((a, b) => b.periodNs - a.periodNs);
}

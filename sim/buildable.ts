/**
 * Whether a chip can be built and can hold a network. Only shapes and sizes decide, before anything is trained or run.
 */
import {
  type Chip,
  type CoreNeeds,
  checkClock,
  checkFpga,
  checkFrame,
  type Experiment,
  type FpgaUse,
  fpgaUse,
  type Precision,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { refusedPlacement } from "./mapping/index.js";
import { needsOn } from "./needs.js";

/**
 * FPGA resources that the chip takes; null: it is silicon. @throws InfeasibleError if its clock is too fast, or it is
 * too large for the FPGA
 */
export function demandBuildable(chip: Chip, precision: Precision, needs: CoreNeeds): FpgaUse | null {
  checkClock(chip, precision, needs);
  const use = fpgaUse(chip, precision, needs);
  if (use !== null) checkFpga(use);
  return use;
}

/**
 * Why a run of the network on the chip would end as infeasible, with the run's own reason; null: shapes and sizes give
 * no reason.
 *
 * @param topology of a network that may not be trained yet
 */
export function refusedBefore({ chip, precision, mapping }: Experiment, topology: Topology): InfeasibleError | null {
  try {
    checkFrame(chip, topology);
    demandBuildable(chip, precision, needsOn(chip, precision, topology));
    return refusedPlacement(topology, chip, precision, mapping);
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    // A manual placement is wrong: the run reports it.
    if (error instanceof InputError) return null;
    throw error;
  }
}

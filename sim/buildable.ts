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
  feedsBack,
  fpgaUse,
  type MappingRequest,
  type Precision,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import { demandWholeFanIn, heldBy, leavesOutZeros, mapNetwork, type Placement, placesBySpikes, refusedPlacement } from "./mapping/index.js";
import { needsBefore } from "./needs-before.js";
import { buildProgram, hasLongCopies } from "./program/index.js";

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

function refusedParts(chip: Chip, precision: Precision, needs: CoreNeeds): InfeasibleError | null {
  try {
    demandBuildable(chip, precision, needs);
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    throw error;
  }
}

/**
 * Checks what a run checks after placing. @throws InfeasibleError for a fan-in that is cut on a chip whose time feeds
 * back, and for copied packets that do not fit a buffer
 */
export function demandRunnable(chip: Chip, precision: Precision, topology: Topology, placement: Placement): void {
  if (feedsBack(chip)) demandWholeFanIn(chip, precision, heldBy(chip, precision, topology), placement.topology);
  if (hasLongCopies(chip, placement.topology)) buildProgram(chip, placement, precision);
}

/** The same before activity is known; null: it depends on activity, or the run reports nothing. */
function refusedRun(chip: Chip, precision: Precision, mapping: MappingRequest, topology: Topology): InfeasibleError | null {
  const followsActivity = chip.cores.length > 1 && placesBySpikes(mapping.strategy);
  if (followsActivity || !(feedsBack(chip) || hasLongCopies(chip, topology))) return null;
  demandRunnable(chip, precision, topology, mapNetwork(topology, chip, precision, mapping, null));
  return null;
}

/** Bits of a memory that holds the weights of any network. */
const BOUNDLESS_BITS = powerOfTwo(50);

/** The chip with space for all weights, if it depends on the weights' values how much they take. */
function withSpace(chip: Chip, topology: Topology): Chip {
  if (!leavesOutZeros(chip, topology)) return chip;
  const cores = chip.cores.map((core) => ({ ...core, synapseMemory: { ...core.synapseMemory, sizeBits: BOUNDLESS_BITS } }));
  return { ...chip, cores };
}

/**
 * Why a run of the network on the chip would end as infeasible, with the run's own reason; null: shapes and sizes give
 * no reason. Which weights are 0 is not known before training, so a memory of weights refuses none that may leave zeros
 * out, and clock and FPGA refuse what they refuse with any zeros.
 *
 * @param topology of a network that may not be trained yet, without zeros
 */
export function refusedBefore(
  { chip, precision, mapping }: Pick<Experiment, "chip" | "precision" | "mapping">,
  topology: Topology,
): InfeasibleError | null {
  try {
    checkFrame(chip, topology);
    const [asWritten, ...others] = needsBefore(chip, precision, topology).map((needs) => refusedParts(chip, precision, needs));
    if (asWritten !== null && others.every((refusal) => refusal !== null)) return asWritten;
    const open = withSpace(chip, topology);
    return refusedPlacement(topology, open, precision, mapping) ?? refusedRun(open, precision, mapping, topology);
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    // A manual placement is wrong: the run reports it.
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** What may let a chip that `refusedBefore` does not refuse hold a network that does not fit before it is trained. */
export const fitsIf = (chip: Chip, { strategy }: MappingRequest, topology: Topology): string =>
  [
    ...(leavesOutZeros(chip, topology) ? ["enough of its weights become 0 in training"] : []),
    ...(placesBySpikes(strategy) && chip.cores.length > 1 ? ["the spikes of the trained network place neurons otherwise"] : []),
  ].join(", or ");

/** Warnings of a chip whatever network it runs, the same for `check`, `sim` and `estimate`. Pure. */
import { type Experiment, type SweepSpec, technologyWarnings } from "../arch/index.js";
import { clockedRest } from "../sim/index.js";
import { sharedDram } from "./shared-dram.js";

/**
 * Of parts that no line of the breakdown holds, of prices out of what was measured, and of a rest that pays every
 * clock.
 */
export const chipWarnings = (experiment: Experiment, sweep: SweepSpec | null): readonly string[] => [
  ...sharedDram(experiment.chip, sweep),
  ...technologyWarnings(experiment.chip, experiment.precision),
  ...clockedRest(experiment),
];

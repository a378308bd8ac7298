/** How a NIR file was read where it could be read in one way only: a part that is loaded for one only. */
import type { Experiment, NirNetwork } from "../arch/index.js";
import { describedNir } from "../sim/nir/index.js";

export const nirWarnings = (experiment: Experiment, network: NirNetwork): readonly string[] =>
  describedNir(experiment, network).report.warnings;

/** Warnings of a chip with a network, the same for `check`, `sim` and `estimate`. Pure. */
import { type Experiment, type SweepSpec, type Topology, technologyWarnings } from "../arch/index.js";
import { clockedRest, needsOn } from "../sim/index.js";
import { sharedDram } from "./shared-dram.js";

/**
 * Of parts that no line of the breakdown holds, of prices out of what was measured, and of a rest that pays every
 * clock.
 */
export const chipWarnings = (experiment: Experiment, topology: Topology, sweep: SweepSpec | null): readonly string[] => [
  ...sharedDram(experiment.chip, sweep),
  ...technologyOf(experiment, topology, sweep),
  ...clockedRest(experiment),
];

function technologyOf({ chip, precision }: Experiment, topology: Topology, sweep: SweepSpec | null): readonly string[] {
  const searched = (sweep?.parameters ?? []).flatMap(({ path, domain }) => {
    if (path !== "chip.technology_nm" || domain.kind === "derived") return [];
    return domain.kind === "list" ? domain.values : [domain.high];
  });
  const largestNm = Math.max(chip.technology.nodeNm, ...searched.map(Number));
  return technologyWarnings(chip, precision, needsOn(chip, precision, topology), largestNm);
}

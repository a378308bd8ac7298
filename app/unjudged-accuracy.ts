/** Warns of a search that makes networks cheaper and never asks how well they compute. Pure. */
import type { SweepSpec } from "../arch/index.js";

const ACCURACY = "accuracy_percent";
/** Keys that change what is computed, and with it what it costs. */
const CHANGES_FUNCTION = /^(precision|network|training|workload[.](encoder|events))[.]/;

/** A warning at most. Samples without classes have no accuracy that could be asked for: for these there is none. */
export function unjudgedAccuracy({ parameters, objectives, constraints }: SweepSpec): readonly string[] {
  const isJudged =
    objectives.some(({ metric }) => metric.split("@")[0] === ACCURACY) || constraints.some((text) => text.includes(ACCURACY));
  const paths = parameters.flatMap(({ path }) => (CHANGES_FUNCTION.test(path) ? [path] : []));
  if (isJudged || paths.length === 0) return [];
  const are = paths.length === 1 ? "is" : "are";
  return [
    `${paths.join(", ")} ${are} searched, and ${ACCURACY} is neither an objective nor a limit, so that the cheapest network wins, however wrong; add sweep.objectives.${ACCURACY}: max, or a limit to sweep.constraints: ["${ACCURACY} >= 90"]`,
  ];
}

/** Maps a network onto cores: the strategies by name, and the one function that maps and has the result checked. */

import { type Chip, feedsBack, type MappingRequest, type Precision, type SpikeTrace, type Topology } from "../../arch/index.js";
import { InputError, unlessInfeasible } from "../../base/errors.js";
import { type Activity, activityOf, placesBySpikes } from "./activity.js";
import { mapBalanced } from "./balanced.js";
import { checkPlacement } from "./checker.js";
import { oneNeuronFits, splitFanIn, tooWideIn, withPartialSums } from "./fan-in.js";
import type { MappingTask } from "./fit.js";
import { mapLayerPerCore } from "./layer-per-core.js";
import { delayWaves } from "./layout.js";
import { mapManual } from "./manual.js";
import { mapMinTraffic } from "./min-traffic.js";
import type { Placement } from "./placement.js";
import { withinRouteTables } from "./route-capacity.js";
import { mapSequential } from "./sequential.js";
import { spillRows, spillStates, withSpace } from "./spill.js";
import { checkTouched } from "./touched.js";
import { heldBy } from "./weight-formats.js";

export const strategies = {
  sequential: (task: MappingTask, _activity: Activity): Placement => mapSequential(task),
  balanced: mapBalanced,
  "min-traffic": mapMinTraffic,
  "layer-per-core": (task: MappingTask, _activity: Activity): Placement => mapLayerPerCore(task),
  manual: (task: MappingTask, _activity: Activity): Placement => mapManual(task),
} as const satisfies Record<MappingRequest["strategy"], (task: MappingTask, activity: Activity) => Placement>;

/**
 * Maps as requested; if single neurons have too many weights for a core, divides their fan-in into as few parts as fit.
 */
function withSplits(task: MappingTask, trace: SpikeTrace | null): Placement {
  const place = (topology: Topology, explains: MappingTask["explains"] = null): Placement => {
    const seen = trace === null ? null : withPartialSums(topology, trace);
    return strategies[task.request.strategy]({ ...task, topology, explains }, activityOf(topology, seen));
  };
  const tooWide = tooWideIn(task);
  // an explanation takes far longer than a placement: only where no cut helps
  if (tooWide.length === 0) return place(task.topology, task.explains);
  const whole = unlessInfeasible(() => place(task.topology));
  if (whole !== null) return whole;
  const mostRows = Math.max(...task.topology.populations.map((population) => population.neurons));
  for (let parts = 2; parts <= Math.min(mostRows, task.chip.cores.length); parts++) {
    const topology = tooWide.reduce((cut, p) => splitFanIn(cut, task.precision, p, parts), task.topology);
    if (!tooWide.every((p) => oneNeuronFits({ ...task, topology }, p))) continue;
    const made = unlessInfeasible(() => place(topology));
    if (made !== null) return made;
  }
  return place(task.topology, task.explains);
}

/**
 * Whether the network can be placed, as `MappingTask.explains`. Strategies that use spikes fit if cores filled in order
 * do, which is tried for them: their equal parts are sometimes content with less, but take several attempts.
 */
function fits(task: MappingTask, trace: SpikeTrace | null): boolean {
  const { request } = task;
  const strategy = placesBySpikes(request.strategy) ? "sequential" : request.strategy;
  const made = unlessInfeasible(() => withSplits({ ...task, request: { ...request, strategy }, explains: null }, trace));
  // where time feeds back, no fan-in may be cut (`demandWholeFanIn`)
  return made !== null && !(feedsBack(task.chip) && made.topology.populations.length > task.topology.populations.length);
}

/** Everything on the chip if it fits. Otherwise, with DRAM, some weights go there, or some states, or some of both. */
function placed(task: MappingTask, trace: SpikeTrace | null): Placement {
  if (task.chip.spill === null) return withSplits(task, trace);
  const tried = { ...task, explains: null };
  const onChip = unlessInfeasible(() => withSplits(tried, trace));
  if (onChip !== null) return onChip;
  const rowsOut = unlessInfeasible(() => withSplits(withSpace(tried), trace));
  if (rowsOut !== null) return withRowsOut(rowsOut, tried, trace);
  const statesOut = unlessInfeasible(() => withSplits({ ...tried, statesInDram: true }, trace));
  if (statesOut !== null) return spillStates(statesOut, task.chip, task.precision);
  const both = { ...task, statesInDram: true };
  return spillStates(withRowsOut(withSplits(withSpace(both), trace), both, trace), task.chip, task.precision);
}

/** Weights that do not fit go to DRAM. */
function withRowsOut(made: Placement, { chip, precision }: MappingTask, trace: SpikeTrace | null): Placement {
  const seen = trace === null ? null : withPartialSums(made.topology, trace);
  return spillRows(made, chip, precision, activityOf(made.topology, seen));
}

/**
 * Places a network; without a trace, `balanced` and `min-traffic` assume uniform activity. `explained`: whether the
 * error of a network that does not fit says what would fit, which takes several times as long as to place it.
 * @throws InfeasibleError if it does not fit, or if the chip's update policy does not allow it; InputError for a wrong
 * manual placement or a projection against the pipeline's direction
 */
export function mapNetwork(
  topology: Topology,
  chip: Chip,
  precision: Precision,
  request: MappingRequest,
  trace: SpikeTrace | null,
  explained = true,
): Placement {
  for (const projection of topology.projections) {
    if (delayWaves(topology, projection) >= 1 && topology.populations[projection.target].accumulators >= 1) continue;
    const [source, target] = [topology.populations[projection.source].name, topology.populations[projection.target].name];
    throw new InputError([
      {
        file: "network",
        line: null,
        column: null,
        path: `projection ${source} -> ${target}`,
        message: "spikes would arrive before they are sent, or at a population without accumulators",
        fix: "mark it recurrent, or give the target a greater pipeline depth",
      },
    ]);
  }
  const held = heldBy(chip, precision, topology);
  const explains = explained ? (task: MappingTask): boolean => fits(task, trace) : null;
  const made = withinRouteTables(chip, request, (asked) =>
    placed({ topology: held, precision, chip, request: asked, statesInDram: false, explains }, trace),
  );
  checkTouched(chip, made);
  checkPlacement(made, chip, precision, request.maxNeuronsPerCore);
  return made;
}

/** Network onto cores: the strategies by name, and the one door that maps and has the result checked. */
import { type Chip, InputError, type MappingRequest, type Precision, type SpikeTrace, type Topology } from "../../arch/index.js";
import { type Activity, activityOf } from "./activity.js";
import { mapBalanced } from "./balanced.js";
import { checkPlacement } from "./checker.js";
import type { MappingTask } from "./fit.js";
import { delayWaves } from "./layout.js";
import { mapManual } from "./manual.js";
import { mapMinTraffic } from "./min-traffic.js";
import type { Placement } from "./placement.js";
import { mapSequential } from "./sequential.js";

export const strategies = {
  sequential: (task: MappingTask, _activity: Activity): Placement => mapSequential(task),
  balanced: mapBalanced,
  "min-traffic": mapMinTraffic,
  manual: (task: MappingTask, _activity: Activity): Placement => mapManual(task),
} as const satisfies Record<MappingRequest["strategy"], (task: MappingTask, activity: Activity) => Placement>;

/**
 * Places a network; without a trace, `balanced` and `min-traffic` assume uniform activity.
 * @throws InfeasibleError when it does not fit, InputError for a wrong manual placement or a projection that runs against the pipeline.
 */
export function mapNetwork(
  topology: Topology,
  chip: Chip,
  precision: Precision,
  request: MappingRequest,
  trace: SpikeTrace | null,
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
        message: "spikes would arrive before they are sent, or meet no accumulator",
        fix: "mark it recurrent, or give the target a greater pipeline depth",
      },
    ]);
  }
  const made = strategies[request.strategy]({ topology, precision, chip, request }, activityOf(topology, trace));
  checkPlacement(made, chip, precision, request.maxNeuronsPerCore);
  return made;
}

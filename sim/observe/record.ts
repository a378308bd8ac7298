/** Maps and replays one design point with a recorder, for `--trace` and `--explain`. */
import type { Chip, Experiment, SpikeTrace } from "../../arch/index.js";
import { Recorder, type RecordingLimit, runTiming, type TimingRun } from "../board/index.js";
import type { Placement } from "../mapping/index.js";
import { mapNetwork } from "../mapping/index.js";
import { restOf } from "../rest.js";
import type { Rebuild } from "./changes.js";
import { type Explanation, explain } from "./explain.js";

interface RecordedRun {
  readonly placement: Placement;
  /** The placement of the same network on another chip. */
  readonly place: (chip: Chip) => Placement;
  readonly run: TimingRun;
  readonly recorder: Recorder;
}

/**
 * @param flits also record every flit in every router
 * @param limit of the recording; null: no file is made of it
 * @throws InfeasibleError like the point itself; InputError if the recording becomes too large
 */
export function recordRun(
  { chip, precision, mapping, workload }: Experiment,
  trace: SpikeTrace,
  placedBy: SpikeTrace,
  flits: boolean,
  limit: RecordingLimit | null = null,
): RecordedRun {
  const place = (on: Chip): Placement => mapNetwork(trace.topology, on, precision, mapping, placedBy);
  const placement = place(chip);
  const recorder = new Recorder({ flits }, limit);
  return { placement, place, recorder, run: runTiming(chip, placement, precision, trace, recorder, workload.steadyState) };
}

/** Explains a recorded point; simulates several dozen changed chips, which `rebuild` makes. */
export function explainRun(
  experiment: Experiment,
  trace: SpikeTrace,
  { placement, place, run, recorder }: RecordedRun,
  rebuild: Rebuild,
  onTried: () => void = () => {},
): Explanation {
  const { chip, precision } = experiment;
  return explain({ chip, placement, precision, trace, rest: restOf(experiment), run, rebuild, place, onTried }, recorder);
}

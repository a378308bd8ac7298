/**
 * Mapping and cycles of a chip, apart from what a cycle or an access costs: points that differ in technology, voltage, clock, length of links or given
 * prices only share them, and are priced one by one.
 */
import { hashJson, type Json } from "../arch/base/hash.js";
import type { Experiment, SpikeTrace } from "../arch/index.js";
import { mapNetwork } from "./mapping/map.js";
import type { Placement } from "./mapping/placement.js";
import { runTiming, type TimingRun } from "./timing/run.js";

/** Plain data and flat arrays. */
export interface Replay {
  readonly placement: Placement;
  readonly timing: TimingRun;
}

/** Maps a trace's network, and replays the trace. @throws InfeasibleError when the network does not fit. */
export function replay({ chip, precision, mapping }: Experiment, trace: SpikeTrace): Replay {
  const placement = mapNetwork(trace.topology, chip, precision, mapping, trace);
  return { placement, timing: runTiming(chip, placement, precision, trace) };
}

/** Content address of a replay: everything of the point but its prices. `functionalKey`: of the trace. */
export function replayKey({ chip, precision, mapping }: Experiment, functionalKey: string): string {
  // what only prices depend on is taken out by name, so that whatever else a chip has counts
  const unpriced = { ...chip, name: "", technology: null, priceOverrides: null, noc: { ...chip.noc, linkLengthMm: 0 } };
  return hashJson({ functionalKey, chip: unpriced, precision, mapping } as unknown as Json);
}

/** Activity of a network for placement: spikes by neuron, and steps, measured from a trace or assumed uniform. */
import type { MappingRequest, SpikeTrace, Topology } from "../../arch/index.js";

export interface Activity {
  readonly steps: number;
  /** By population: prefix sums of the spikes of its neurons, [neurons + 1]. */
  readonly spikesBefore: readonly Float64Array[];
}

/** Strategies that use spikes: they place by a trace, or without one by assumed activity. */
export const placesBySpikes = (strategy: MappingRequest["strategy"]): boolean => strategy === "balanced" || strategy === "min-traffic";

/** Number of spikes of neurons `first .. first + neurons - 1`. */
export function spikesOf(activity: Activity, population: number, first: number, neurons: number): number {
  return activity.spikesBefore[population][first + neurons] - activity.spikesBefore[population][first];
}

/** Without a trace, every neuron is assumed to fire once in ten steps. */
export function activityOf(topology: Topology, trace: SpikeTrace | null): Activity {
  const populations = topology.populations.length;
  const counts = topology.populations.map((population) => new Float64Array(population.neurons + 1));
  const steps = trace === null ? 10 : trace.stepStart[trace.stepStart.length - 1];
  if (trace === null) {
    for (const count of counts) count.fill(1, 1);
  } else {
    for (let g = 0; g < steps * populations; g++) {
      const count = counts[g % populations];
      for (let e = trace.eventStart[g]; e < trace.eventStart[g + 1]; e++) count[trace.neuron[e] + 1]++;
    }
  }
  for (const count of counts) for (let i = 1; i < count.length; i++) count[i] += count[i - 1];
  return { steps, spikesBefore: counts };
}

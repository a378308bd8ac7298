/** Mean activity of a spike trace, as the analytical model uses it. */
import type { SpikeTrace, Topology } from "../../arch/index.js";

/** Mean activity of a trace, computed once for all chips. */
export interface ActivityProfile {
  readonly topology: Topology;
  readonly utterances: number;
  /** Steps per utterance. */
  readonly steps: number;
  /** [populations] spikes per step. */
  readonly spikes: Float64Array;
  /** [populations] share of spikes with |payload| > 1. */
  readonly multiBit: Float64Array;
}

export function profileOf(trace: SpikeTrace): ActivityProfile {
  const { topology, stepStart, eventStart, payload } = trace;
  const populations = topology.populations.length;
  const utterances = stepStart.length - 1;
  const steps = stepStart[utterances];
  const spikes = new Float64Array(populations);
  const multiBit = new Float64Array(populations);
  for (let g = 0; g < steps * populations; g++) {
    spikes[g % populations] += eventStart[g + 1] - eventStart[g];
    for (let e = eventStart[g]; e < eventStart[g + 1]; e++) if (payload[e] > 1 || payload[e] < -1) multiBit[g % populations]++;
  }
  for (let p = 0; p < populations; p++) {
    multiBit[p] = spikes[p] === 0 ? 0 : multiBit[p] / spikes[p];
    spikes[p] /= steps;
  }
  return { topology, utterances, steps: steps / utterances, spikes, multiBit };
}

/**
 * Activity without a trace: the share `density[p]` of each population's neurons fires per step; spikes have several
 * bits if their payloads do.
 */
export function profileOfDensity(topology: Topology, utterances: number, steps: number, density: readonly number[]): ActivityProfile {
  const { populations } = topology;
  const spikes = Float64Array.from(populations, ({ neurons, payloadBits }, p) => (payloadBits === 0 ? 0 : density[p] * neurons));
  return { topology, utterances, steps, spikes, multiBit: Float64Array.from(populations, ({ payloadBits }) => (payloadBits > 1 ? 1 : 0)) };
}

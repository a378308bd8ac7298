/** What the events of one run add up to, in one pass: everything that operation counts and NeuroBench's metrics are made of. Pure. */
import type { Topology } from "../../arch/index.js";
import type { UtteranceRun } from "./utterance.js";

export interface Tally {
  readonly steps: number;
  /** [steps * populations] events whose payload is 1 or -1. */
  readonly ones: Uint32Array;
  /** [steps * populations] bits set in the events' magnitudes. */
  readonly bits: Uint32Array;
  /** By projection, [steps]: weights that are not zero and that events of the step meet (of a recurrent projection: sent in the step). */
  readonly effective: readonly Float64Array[];
}

/** `nonZero`: by projection, by source neuron, weights that a spike meets and that are not zero. */
export function tally(
  { populations, projections }: Topology,
  nonZero: readonly Uint32Array[],
  { steps, eventStart, neuron, payload }: Pick<UtteranceRun, "steps" | "eventStart" | "neuron" | "payload">,
): Tally {
  const groups = eventStart.length - 1;
  const ones = new Uint32Array(groups);
  const bits = new Uint32Array(groups);
  for (let g = 0; g < groups; g++) {
    let [one, set] = [0, 0];
    for (let e = eventStart[g]; e < eventStart[g + 1]; e++) {
      const magnitude = Math.abs(payload[e]);
      if (magnitude === 1) one++;
      set += POPCOUNT[magnitude];
    }
    ones[g] = one;
    bits[g] = set;
  }
  const effective = projections.map(({ source }, j) => {
    const weights = nonZero[j];
    const sums = new Float64Array(steps);
    for (let step = 0; step < steps; step++) {
      const g = step * populations.length + source;
      let sum = 0;
      for (let e = eventStart[g]; e < eventStart[g + 1]; e++) sum += weights[neuron[e]];
      sums[step] = sum;
    }
    return sums;
  });
  return { steps, ones, bits, effective };
}

/** Bits set, for every magnitude of a 16-bit payload. */
export const POPCOUNT = new Uint8Array(32_769);
for (let i = 1; i < POPCOUNT.length; i++) POPCOUNT[i] = POPCOUNT[i >> 1] + (i & 1);

/**
 * Spikes of the busiest of many equal groups of neurons in a step: a wave ends when the last core has sent its spikes,
 * and few spikes are distributed unevenly.
 */
import { pow } from "../../base/math.js";

const ENOUGH = 1e-4;

/**
 * Mean of the largest of `groups` independent binomial numbers, each over `neurons` neurons that fire with
 * `probability`. Sum over k of 1 - P(X <= k)^groups.
 * Not modelled: neurons that fire more often than others, or at the same time.
 */
export function meanOfBusiest(groups: number, neurons: number, probability: number): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return neurons;
  const odds = probability / (1 - probability);
  let chance = pow(1 - probability, neurons);
  let atMost = chance;
  let mean = 0;
  for (let k = 0; k < neurons; k++) {
    const more = 1 - pow(Math.min(1, atMost), groups);
    mean += more;
    if (more < ENOUGH) break;
    chance *= ((neurons - k) / (k + 1)) * odds;
    atMost += chance;
  }
  return mean;
}

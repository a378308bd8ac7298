/**
 * Spike trace of a functional run, which simulations of all chips use. Flat typed arrays, shareable between workers.
 */
import type { Topology } from "./network.js";

/**
 * Every spike of a run. Group g = step * populations + population, with steps counted over all utterances in
 * succession; the events of group g are `neuron[eventStart[g] .. eventStart[g+1])`, neurons ascending, with their
 * payloads. Steps are the population's own timesteps (not waves): the timing engine adds pipeline depth.
 */
export interface SpikeTrace {
  readonly topology: Topology;
  /** [utterances + 1]: first step of each utterance, and the total. */
  readonly stepStart: Uint32Array;
  /** [steps * populations + 1]. */
  readonly eventStart: Uint32Array;
  readonly neuron: Uint16Array | Uint32Array;
  /** Signed payload q, never 0. For gru and lstm: their 8-bit activation. */
  readonly payload: Int16Array;
  /** Content address of its network, precision and workload (SHA-256, hex). */
  readonly key: string;
}

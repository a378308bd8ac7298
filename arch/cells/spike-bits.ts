/** Changes the width of a network's spikes. Throws: InputError for networks whose cells send no spikes. */

import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { Network } from "../network.js";

/**
 * The network with spikes of population p (0: the input) of `bitsOf(p)` bits, null: as trained. Ranges stay; thresholds
 * keep their share of the range.
 */
export function withSpikeBits(network: Network, bitsOf: (population: number) => number | null): Network {
  if ([network.encoder, ...network.layers].every((_, p) => bitsOf(p) === null)) return network;
  if (network.encoder === null) {
    throw inputError(
      "precision",
      `${network.name} is a ${network.system}: it sends 8-bit activations, not spikes`,
      "leave spike_bits out",
      "precision.spike_bits",
    );
  }
  const change = <Q extends Network["encoder"]>(quantiser: Q, bits: number | null): Q => {
    if (quantiser === null || bits === null) return quantiser;
    const theta = Math.min(Math.round(quantiser.theta * powerOfTwo(bits - quantiser.bits)), Math.max(0, powerOfTwo(bits - 1) - 2));
    return { ...quantiser, bits, theta };
  };
  return {
    ...network,
    encoder: change(network.encoder, bitsOf(0)),
    layers: network.layers.map((layer, index) => ({ ...layer, quantiser: change(layer.quantiser, bitsOf(index + 1)) })),
  };
}

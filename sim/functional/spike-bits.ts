/** A network's spikes at another width. Throws: InputError for networks whose cells send no spikes. */
import { inputError } from "../../arch/base/errors.js";
import type { Network } from "../../arch/index.js";

/** All spikes at `bits`: ranges stay, thresholds keep their share of the range. null: the network as it was trained. */
export function withSpikeBits(network: Network, bits: number | null): Network {
  if (bits === null) return network;
  if (network.encoder === null) {
    throw inputError(
      "precision",
      `${network.name} is a ${network.system}: it sends 8-bit activations, not spikes`,
      "leave spike_bits out",
      "precision.spike_bits",
    );
  }
  const change = <Q extends Network["encoder"]>(quantiser: Q): Q => {
    if (quantiser === null) return quantiser;
    const theta = Math.min(Math.round(quantiser.theta * 2 ** (bits - quantiser.bits)), Math.max(0, 2 ** (bits - 1) - 2));
    return { ...quantiser, bits, theta };
  };
  return {
    ...network,
    encoder: change(network.encoder),
    layers: network.layers.map((layer) => ({ ...layer, quantiser: change(layer.quantiser) })),
  };
}

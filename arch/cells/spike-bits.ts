/**
 * Changes the width of a network's spikes, and says what that does to the grid of its weights. Throws: `InputError` for
 * networks whose cells send no spikes.
 */

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

/**
 * [layers] bits by which other widths of spikes move the units of a layer's sources apart. A row of weights has one
 * step for its input and recurrent weights, in units of the payloads of the layer before and of its own. If one unit
 * shrinks by 2^d beside the other, so do the words of its weights.
 * `trained`: widths of the input's spikes, then of the layers', null: it sends none; `bitsOf`: as for `withSpikeBits`.
 */
export function unitsApart(
  trained: readonly (number | null)[],
  isRecurrent: boolean,
  bitsOf: (population: number) => number | null,
): readonly number[] {
  const wider = trained.map((bits, p) => (bits === null ? 0 : (bitsOf(p) ?? bits) - bits));
  return wider.slice(1).map((own, layer) => (isRecurrent ? Math.abs(own - wider[layer]) : 0));
}

/** Bits that hold words of `weightBits` bits if some of them grow by 2^`apart` beside the others. */
export const bitsOfApart = (weightBits: number, apart: number): number => (apart === 0 ? weightBits : Math.max(2, weightBits) + apart);

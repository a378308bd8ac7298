/**
 * Features of a data set as integers: currents in the encoder's state unit, which the first membrane integrates, or
 * 8-bit words for gru and lstm.
 */

import { roundHalfAway, signedMax } from "../../base/math/rounding.js";
import type { IntegerNetwork } from "./integer-network.js";

/**
 * `features` and `out` are [frames][inputs]; `out[i]` = features[i] / unit of its input, rounded to nearest and clamped
 * to the state word. Returns how many values were clamped.
 */
export function toStateUnits(network: IntegerNetwork, features: ArrayLike<number>, out: Int32Array): number {
  const { inputs, inputUnits, encoder } = network;
  const most = signedMax(encoder.stateBits);
  let clamped = 0;
  for (let i = 0; i < features.length; i++) {
    const value = roundHalfAway(features[i] / inputUnits[i % inputs]);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) clamped++;
    out[i] = kept;
  }
  return clamped;
}

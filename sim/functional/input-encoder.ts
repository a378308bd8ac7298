/** Features of a data set as integers in the encoder's state unit: the analogue current that the first membrane integrates. */
import type { IntegerNetwork } from "./integer-network.js";
import { roundHalfAway, signedMax } from "./rounding.js";

/** `out[i]` = features[i] / unit to nearest, clamped to the state word; returns how many were clamped. */
export function toStateUnits(network: IntegerNetwork, features: ArrayLike<number>, out: Int32Array): number {
  const { unit, stateBits } = network.encoder;
  const most = signedMax(stateBits);
  let clamped = 0;
  for (let i = 0; i < features.length; i++) {
    const value = roundHalfAway(features[i] / unit);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) clamped++;
    out[i] = kept;
  }
  return clamped;
}

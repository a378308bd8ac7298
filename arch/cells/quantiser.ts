/**
 * The spike quantiser's grid: n = 2^(bits-1) levels on each side of 0 over the range M, payloads -(n-1) .. n-1. One
 * payload step is M / (n (1 - 1e-4)), so that a membrane potential of exactly M does not get payload n.
 * Source: Ponghiran & Roy, AAAI 2022, section 3.
 */

import { signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import type { Quantiser } from "../network.js";

const MARGIN = 1 - 1e-4;

/** Levels n of b-bit spikes. The number of bits may be fractional while a curriculum changes it. */
function levelsOf(bits: number): number {
  return powerOfTwo(bits - 1);
}

/** Payload steps per real unit, in float32, as training computes. */
export function scaleOf(bits: number, range: number): number {
  return Math.fround((levelsOf(bits) * MARGIN) / range);
}

/** Real value of payload 1. One-bit spikes are ternary with step M. */
export function stepOf({ bits, range }: Quantiser): number {
  return bits === 1 ? range : range / (levelsOf(bits) * MARGIN);
}

/** Largest payload on a chip: n - 1; 1 for one-bit (ternary) spikes. */
export function limitOf(bits: number): number {
  return bits === 1 ? 1 : signedMax(bits);
}

/** Why no payload up to the largest exceeds the threshold; null: some do. 32 bits are real numbers. */
export function silenceOf({ bits, theta }: Pick<Quantiser, "bits" | "theta">): string | null {
  if (bits === 32 || theta < limitOf(bits)) return null;
  return `theta ${theta} silences every ${bits}-bit spike (largest payload ${limitOf(bits)})`;
}

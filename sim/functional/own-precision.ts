/** Populations with widths other than the network's. Pure. */
import { ownWidths, type Precision } from "../../arch/index.js";

/**
 * By population (`input`, `layer1` .. `readout`; for a NIR file, its name): widths of the weights into it, and of its
 * sums, states, spikes and table. Other populations have the network's widths; gates and leaks always do.
 */
export type OwnPrecisions = ReadonlyMap<string, Precision>;

export const NONE_OWN: OwnPrecisions = new Map();

/** Precision of population `name` in a network of `precision`. */
export function precisionIn(name: string, precision: Precision, own: OwnPrecisions): Precision {
  const widths = own.get(name);
  if (widths === undefined) return { ...precision, ...ownWidths(precision, name) };
  const { weightBits, stateBits, stateFractionBits, lutBits, spikeBits, accumulatorBits } = widths;
  return { ...precision, weightBits, stateBits, stateFractionBits, lutBits, spikeBits, accumulatorBits };
}

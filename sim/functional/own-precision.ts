/** Widths of single populations beside the network's own. Pure. */
import { ownWidths, type Precision } from "../../arch/index.js";

/**
 * By population (`input`, `layer1` .. `readout`; of a NIR file, by its name): the widths of the weights into it, its
 * sums, its states, its spikes and its table. Populations that are not named have the network's; gates and leaks are
 * the network's everywhere.
 */
export type OwnPrecisions = ReadonlyMap<string, Precision>;

export const NONE_OWN: OwnPrecisions = new Map();

/** What holds in population `name` of a network of `precision`. */
export function precisionIn(name: string, precision: Precision, own: OwnPrecisions): Precision {
  const widths = own.get(name);
  if (widths === undefined) return { ...precision, ...ownWidths(precision, name) };
  const { weightBits, stateBits, stateFractionBits, lutBits, spikeBits, accumulatorBits } = widths;
  return { ...precision, weightBits, stateBits, stateFractionBits, lutBits, spikeBits, accumulatorBits };
}

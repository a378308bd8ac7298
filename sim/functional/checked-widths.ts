/**
 * Refuses widths outside the program's limits, and those with which a population can never spike: the least state that
 * spikes lies beyond its state word, which saturates.
 */
import { boundsOf, camelKey, ownWidths, type Precision } from "../../arch/index.js";
import { InfeasibleError, inputError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";

const WIDTHS = ["weight_bits", "state_bits", "state_fraction_bits", "accumulator_bits", "lut_bits", "gate_bits"] as const;

/** Throws: InputError for a width outside the program's limits. */
export function checkPrecision(precision: Precision): void {
  for (const key of WIDTHS) {
    const { low, high } = boundsOf(`precision.${key}`);
    const value = precision[camelKey(key)];
    if (!Number.isInteger(value) || value < low || value > high)
      throw inputError("precision", `got ${String(value)}, expected a whole number from ${low} to ${high}`, "", key);
  }
}

/**
 * `least`: the least state that spikes, with a number of fraction bits.
 * @throws InfeasibleError STATE_BITS, with the nearest widths in which the population can spike
 */
export function demandSpikes(population: string, precision: Precision, least: (fractionBits: number) => number): void {
  const { stateBits, stateFractionBits } = precision;
  const fits = (fractionBits: number, bits: number): boolean => least(fractionBits) <= signedMax(bits);
  if (fits(stateFractionBits, stateBits)) return;
  let [need, fraction] = [stateBits, stateFractionBits];
  while (!fits(stateFractionBits, need)) need++;
  while (fraction > 0 && !fits(fraction, stateBits)) fraction--;
  const own = ownWidths(precision, population);
  const at = (key: "state_bits" | "state_fraction_bits", isOwn: boolean): string =>
    `precision.${isOwn ? `layers.${population}.` : ""}${key}`;
  const wider = `${at("state_bits", own.stateBits !== undefined)}: ${need}`;
  const coarser = `${at("state_fraction_bits", own.stateFractionBits !== undefined)}: ${fraction}`;
  throw new InfeasibleError(
    "STATE_BITS",
    `a state of ${population} that spikes, ${least(stateFractionBits)} with ${stateFractionBits} fraction bits,`,
    `${need} bits`,
    `${stateBits}`,
    `set ${need <= boundsOf("precision.state_bits").high ? `${wider}, or ` : ""}${coarser}`,
  );
}

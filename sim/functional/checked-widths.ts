/**
 * Refuses widths outside the program's limits, and chips with widths with which a population can never spike: the least
 * state that spikes lies beyond its state word, which saturates.
 */
import { boundsOf, camelKey, ownWidths, type Precision, type Topology } from "../../arch/index.js";
import { InfeasibleError, inputError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";

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

/** What a population's state has to reach to spike; populations whose spikes have other rules have none. */
export interface SpikeRule {
  readonly population: number;
  /** In state units. */
  readonly threshold: number;
  /** True: a state above the threshold spikes. False: one of at least its size, of either sign. */
  readonly isAbove: boolean;
}

/** Of what runs. */
interface SpikingNetwork {
  readonly spikeRules: readonly SpikeRule[];
  /** By population. */
  readonly precisions: readonly Precision[];
  readonly topology: Pick<Topology, "populations">;
}

/**
 * A chip on which some population can never spike computes another network.
 * @throws InfeasibleError STATE_BITS, with the nearest widths in which the population can spike
 */
export function demandSpikes({ spikeRules, precisions, topology }: SpikingNetwork): void {
  for (const rule of spikeRules) demandSpike(rule, precisions[rule.population], topology.populations[rule.population].name);
}

function demandSpike({ threshold, isAbove }: SpikeRule, precision: Precision, name: string): void {
  const { stateBits, stateFractionBits } = precision;
  const { high } = boundsOf("precision.state_bits");
  const isScaled = precision.integers === "quantised";
  // Lava's integrators have the largest threshold of Loihi, which no voltage exceeds
  if (!isScaled && threshold === signedMax(high)) return;
  const least = (fractionBits: number): number => threshold * powerOfTwo(fractionBits - stateFractionBits) + (isAbove ? 1 : 0);
  const most = (bits: number): number => (isAbove ? signedMax(bits) : signedMax(bits) + 1);
  if (least(stateFractionBits) <= most(stateBits)) return;
  let [need, fraction] = [stateBits, stateFractionBits];
  while (least(stateFractionBits) > most(need)) need++;
  while (fraction > 0 && least(fraction) > most(stateBits)) fraction--;
  const own = ownWidths(precision, name);
  const at = (key: "state_bits" | "state_fraction_bits", isOwn: boolean): string => `precision.${isOwn ? `layers.${name}.` : ""}${key}`;
  const changes = [
    ...(need <= high ? [`${at("state_bits", own.stateBits !== undefined)}: ${need}`] : []),
    ...(isScaled && least(fraction) <= most(stateBits)
      ? [`${at("state_fraction_bits", own.stateFractionBits !== undefined)}: ${fraction}`]
      : []),
  ];
  throw new InfeasibleError(
    "STATE_BITS",
    `a state of ${name} that spikes, ${least(stateFractionBits)}${isScaled ? ` with ${stateFractionBits} fraction bits` : ""},`,
    `${need} bits`,
    `${stateBits}`,
    `set ${changes.join(", or ")}`,
  );
}

/** Integer widths of a design point; what each key means and may be is the schema's. Source: design rules of networks (integer meaning of the gated-leak cells). */
import { type Camel, camel } from "./camel.js";
import { perSection } from "./per-section.js";
import type { RootDocument } from "./schema.js";

export interface Precision extends Omit<Camel<RootDocument["precision"]>, "layers"> {
  /** By population: widths of its own. */
  readonly layers: { readonly [population: string]: { readonly weightBits: number } };
}

/** Names of populations are no keys: they stay as they are. Formats are the chip's. */
export const precisionOf = perSection(({ layers, ...widths }: RootDocument["precision"]): Precision => {
  const own = Object.entries(layers).flatMap(([name, { weight_bits: weightBits }]) =>
    weightBits === undefined ? [] : [[name, { weightBits }] as const],
  );
  return { ...camel(widths), layers: Object.fromEntries(own) };
});

/** Bits of the weights into a population. */
export function weightBitsInto({ layers, weightBits }: Pick<Precision, "layers" | "weightBits">, population: string): number {
  return Object.hasOwn(layers, population) ? layers[population].weightBits : weightBits;
}

/**
 * Whether weights of so many bits are 0 or a sign: each product with one is the payload, its negative, or nothing, so that a lane that is built for them
 * adds and subtracts, and has no multiplier.
 */
export const areUnits = (weightBits: number): boolean => weightBits <= 2;

/** Weight bits of the population whose weights are narrowest. */
export function narrowestWeightBits({ layers, weightBits }: Pick<Precision, "layers" | "weightBits">): number {
  return Object.values(layers).reduce((least, layer) => Math.min(least, layer.weightBits), weightBits);
}

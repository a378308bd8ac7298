/**
 * Integer widths of a design point; what each key means and may be is the schema's. Source: design rules of networks
 * (integer meaning of the gated-leak cells).
 */
import { type Camel, camel } from "./camel.js";
import { homeOf } from "./part-name.js";
import { perSection } from "./per-section.js";
import type { RootDocument } from "./schema.js";

export interface Precision extends Omit<Camel<RootDocument["precision"]>, "layers"> {
  /** By population: widths of its own. */
  readonly layers: { readonly [population: string]: LayerWidths };
}

/** Widths that a population may have of its own; those that are not given are the network's. */
export interface LayerWidths {
  /** Of the weights into it. */
  readonly weightBits?: number;
  readonly stateBits?: number;
  readonly stateFractionBits?: number;
  readonly spikeBits?: number;
  /** Of the sums of what it gets. */
  readonly accumulatorBits?: number;
}

/** Names of populations are no keys: they stay as they are. Formats are the chip's. */
export const precisionOf = perSection(({ layers, ...widths }: RootDocument["precision"]): Precision => {
  const own = Object.entries(layers).flatMap(([name, layer]) => {
    const given = Object.entries(WIDTHS).flatMap(([key, width]) => {
      const bits = layer[width];
      return bits === undefined ? [] : [[key, bits] as const];
    });
    return given.length === 0 ? [] : [[name, Object.fromEntries(given) as LayerWidths] as const];
  });
  return { ...camel(widths), layers: Object.fromEntries(own) };
});

/** As the schema calls them. */
const WIDTHS = {
  weightBits: "weight_bits",
  stateBits: "state_bits",
  stateFractionBits: "state_fraction_bits",
  spikeBits: "spike_bits",
  accumulatorBits: "accumulator_bits",
} as const satisfies { readonly [width in keyof LayerWidths]-?: string };

const NO_WIDTHS: LayerWidths = {};

/** Of a population. */
export const ownWidths = ({ layers }: Pick<Precision, "layers">, population: string): LayerWidths => {
  const home = homeOf(population);
  return Object.hasOwn(layers, home) ? layers[home] : NO_WIDTHS;
};

/** Bits of the weights into a population. */
export const weightBitsInto = (precision: Pick<Precision, "layers" | "weightBits">, population: string): number =>
  ownWidths(precision, population).weightBits ?? precision.weightBits;

/** Populations into which weights have a width of their own, with it. */
export const ownWeightBits = ({ layers }: Pick<Precision, "layers">): readonly (readonly [population: string, bits: number])[] =>
  Object.entries(layers).flatMap(([name, { weightBits }]) => (weightBits === undefined ? [] : [[name, weightBits] as const]));

/** Of a population's state words. */
export const stateBitsOf = (precision: Pick<Precision, "layers" | "stateBits">, population: string): number =>
  ownWidths(precision, population).stateBits ?? precision.stateBits;

/** Of a population's spikes; null: as the network was trained. */
export const spikeBitsOf = (precision: Pick<Precision, "layers" | "spikeBits">, population: string): number | null =>
  ownWidths(precision, population).spikeBits ?? precision.spikeBits;

/** Widths of state words that there may be, the network's first. */
export const stateWidths = ({ layers, stateBits }: Pick<Precision, "layers" | "stateBits">): readonly number[] => [
  ...new Set([stateBits, ...Object.values(layers).flatMap((own) => own.stateBits ?? [])]),
];

/** Of a population's accumulators. */
export const accumulatorBitsOf = (precision: Pick<Precision, "layers" | "accumulatorBits">, population: string): number =>
  ownWidths(precision, population).accumulatorBits ?? precision.accumulatorBits;

/** Widths of accumulators that there may be, the network's first. */
export const accumulatorWidths = ({ layers, accumulatorBits }: Pick<Precision, "layers" | "accumulatorBits">): readonly number[] => [
  ...new Set([accumulatorBits, ...Object.values(layers).flatMap((own) => own.accumulatorBits ?? [])]),
];

/** Bits of the narrowest accumulators: most lie in a word. */
export const narrowestAccumulatorBits = (precision: Pick<Precision, "layers" | "accumulatorBits">): number =>
  Math.min(...accumulatorWidths(precision));

/**
 * Whether weights of so many bits are 0 or a sign: each product with one is the payload, its negative, or nothing, so
 * that a lane that is built for them adds and subtracts, and has no multiplier.
 */
export const areUnits = (weightBits: number): boolean => weightBits <= 2;

/** Weight bits of the population whose weights are narrowest. */
export function narrowestWeightBits({ layers, weightBits }: Pick<Precision, "layers" | "weightBits">): number {
  return ownWeightBits({ layers }).reduce((least, [, bits]) => Math.min(least, bits), weightBits);
}

/**
 * Integer widths of a design point; the schema has the meaning and bounds of each key. Source: design rules of networks
 * (integer meaning of the gated-leak cells).
 */
import { type Camel, camel } from "./camel.js";
import { homeOf } from "./part-name.js";
import { perObject } from "./per-object.js";
import type { RootDocument } from "./schema.js";

export interface Precision extends Omit<Camel<RootDocument["precision"]>, "layers"> {
  /** Widths of single populations. */
  readonly layers: { readonly [population: string]: LayerWidths };
}

/** Widths that can be set for a population; missing ones are the network's. */
export interface LayerWidths {
  /** Bits of the weights into it. */
  readonly weightBits?: number;
  readonly stateBits?: number;
  readonly stateFractionBits?: number;
  readonly spikeBits?: number;
  /** Bits of its accumulators. */
  readonly accumulatorBits?: number;
}

/** Names of populations are not keys and stay as they are. Formats belong to the chip. */
export const precisionOf = perObject(({ layers, ...widths }: RootDocument["precision"]): Precision => {
  const own = Object.entries(layers).flatMap(([name, layer]) => {
    const given = Object.entries(WIDTHS).flatMap(([key, width]) => {
      const bits = layer[width];
      return bits === undefined ? [] : [[key, bits] as const];
    });
    return given.length === 0 ? [] : [[name, Object.fromEntries(given) as LayerWidths] as const];
  });
  return { ...camel(widths), layers: Object.fromEntries(own) };
});

/** Equal for equal precisions: with the widths of single populations, which the write queues' masks follow. */
export const precisionKey = perObject((precision: Precision): string => JSON.stringify(precision));

/** Names in the schema. */
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

/** Populations whose incoming weights have their own width, with this width. */
export const ownWeightBits = ({ layers }: Pick<Precision, "layers">): readonly (readonly [population: string, bits: number])[] =>
  Object.entries(layers).flatMap(([name, { weightBits }]) => (weightBits === undefined ? [] : [[name, weightBits] as const]));

/** Bits of a population's state words. */
export const stateBitsOf = (precision: Pick<Precision, "layers" | "stateBits">, population: string): number =>
  ownWidths(precision, population).stateBits ?? precision.stateBits;

/** Bits of a population's spikes; null: as trained. */
export const spikeBitsOf = (precision: Pick<Precision, "layers" | "spikeBits">, population: string): number | null =>
  ownWidths(precision, population).spikeBits ?? precision.spikeBits;

/** All widths of state words, the network's first. */
export const stateWidths = ({ layers, stateBits }: Pick<Precision, "layers" | "stateBits">): readonly number[] => [
  ...new Set([stateBits, ...Object.values(layers).flatMap((own) => own.stateBits ?? [])]),
];

/** Bits of a population's accumulators. */
export const accumulatorBitsOf = (precision: Pick<Precision, "layers" | "accumulatorBits">, population: string): number =>
  ownWidths(precision, population).accumulatorBits ?? precision.accumulatorBits;

/** All widths of accumulators, the network's first. */
export const accumulatorWidths = ({ layers, accumulatorBits }: Pick<Precision, "layers" | "accumulatorBits">): readonly number[] => [
  ...new Set([accumulatorBits, ...Object.values(layers).flatMap((own) => own.accumulatorBits ?? [])]),
];

/** Bits of the narrowest accumulators, of which a word holds the most. */
export const narrowestAccumulatorBits = (precision: Pick<Precision, "layers" | "accumulatorBits">): number =>
  Math.min(...accumulatorWidths(precision));

/**
 * True if weights of this width are -1, 0 or 1. A product is then the payload, its negative, or nothing, so a lane adds
 * and subtracts, and has no multiplier.
 */
export const areUnits = (weightBits: number): boolean => weightBits <= 2;

/** Bits of the narrowest weights of any population. */
export function narrowestWeightBits({ layers, weightBits }: Pick<Precision, "layers" | "weightBits">): number {
  return ownWeightBits({ layers }).reduce((least, [, bits]) => Math.min(least, bits), weightBits);
}

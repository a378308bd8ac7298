/** A precision in words, and as the block that a description takes. Pure. */
import type { Precision } from "../../app/nouns.js";

/** `8-bit weights (4-bit into layer1)`. */
export const weightsText = ({ weightBits, layers }: Pick<Precision, "weightBits" | "layers">): string =>
  `${weightBits}-bit weights${ownText(layers, "weightBits", "into")}`;

/** `7-bit spikes (6-bit from layer1)`; null: all are as trained. */
export function spikesText({ spikeBits, layers }: Precision): string | null {
  const own = ownText(layers, "spikeBits", "from");
  if (spikeBits !== null) return `${spikeBits}-bit spikes${own}`;
  return own === "" ? null : `spikes as trained${own}`;
}

function ownText(layers: Precision["layers"], width: "weightBits" | "spikeBits", preposition: string): string {
  const own = Object.entries(layers).flatMap(([name, { [width]: bits }]) =>
    bits === undefined ? [] : `${bits}-bit ${preposition} ${name}`,
  );
  return own.length === 0 ? "" : ` (${own.join(", ")})`;
}

const layersText = (layers: Precision["layers"]): string =>
  Object.entries(layers)
    .map(([name, own]) => {
      const widths = Object.entries(own).map(([key, bits]) => `${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${bits}`);
      return `${JSON.stringify(name)}: { ${widths.join(", ")} }`;
    })
    .join(", ");

/** Every key of a precision in the order in which it is printed; null: it has its default value and is left out. */
const KEYS: { readonly [key in keyof Precision]: (p: Precision) => string | null } = {
  integers: ({ integers }) => (integers === "quantised" ? null : `integers: ${integers}`),
  weightBits: ({ weightBits }) => `weight_bits: ${weightBits}`,
  weightScale: ({ weightScale }) => (weightScale === "max" ? null : `weight_scale: ${weightScale}`),
  layers: ({ layers }) => (Object.keys(layers).length === 0 ? null : `layers: { ${layersText(layers)} }`),
  stateBits: ({ stateBits }) => `state_bits: ${stateBits}`,
  stateFractionBits: ({ stateFractionBits }) => `state_fraction_bits: ${stateFractionBits}`,
  accumulatorBits: ({ accumulatorBits }) => `accumulator_bits: ${accumulatorBits}`,
  lutBits: ({ lutBits }) => `lut_bits: ${lutBits}`,
  gateBits: ({ gateBits }) => `gate_bits: ${gateBits}`,
  spikeBits: ({ spikeBits }) => (spikeBits === null ? null : `spike_bits: ${spikeBits}`),
  accumulatorOverflow: ({ accumulatorOverflow }) =>
    accumulatorOverflow === "saturate" ? null : `accumulator_overflow: ${accumulatorOverflow}`,
  leak: ({ leak }) => (leak === "multiplier" ? null : `leak: ${leak}`),
};

/** One line of YAML that reads back as this precision; widths of all layers are always named. */
export function precisionBlock(p: Precision): string {
  const fields = Object.values(KEYS).flatMap((printed) => printed(p) ?? []);
  return `precision: { ${fields.join(", ")} }`;
}

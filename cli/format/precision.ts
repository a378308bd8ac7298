/** A precision in words, and as the block that a description takes. Pure. */
import type { Precision } from "../../app/nouns.js";

/** `8-bit weights (4-bit into layer1)`. */
export function weightsText({ weightBits, layers }: Precision): string {
  const own = Object.entries(layers).flatMap(([name, layer]) =>
    layer.weightBits === undefined ? [] : `${layer.weightBits}-bit into ${name}`,
  );
  return `${weightBits}-bit weights${own.length === 0 ? "" : ` (${own.join(", ")})`}`;
}

/** One line of YAML; default values are left out. */
export function precisionBlock(p: Precision): string {
  const layers = Object.entries(p.layers).map(([name, own]) => {
    const widths = Object.entries(own).map(([key, bits]) => `${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${bits}`);
    return `${JSON.stringify(name)}: { ${widths.join(", ")} }`;
  });
  const fields = [
    ...(p.integers === "quantised" ? [] : [`integers: ${p.integers}`]),
    `weight_bits: ${p.weightBits}`,
    ...(layers.length === 0 ? [] : [`layers: { ${layers.join(", ")} }`]),
    `state_bits: ${p.stateBits}`,
    `state_fraction_bits: ${p.stateFractionBits}`,
    `accumulator_bits: ${p.accumulatorBits}`,
    `lut_bits: ${p.lutBits}`,
    `gate_bits: ${p.gateBits}`,
    ...(p.spikeBits === null ? [] : [`spike_bits: ${p.spikeBits}`]),
    ...(p.accumulatorOverflow === "wrap" ? ["accumulator_overflow: wrap"] : []),
    ...(p.leak === "multiplier" ? [] : [`leak: ${p.leak}`]),
  ];
  return `precision: { ${fields.join(", ")} }`;
}

/** Number of bits of each layer's weights. */
import type { Camel } from "../../arch/index.js";
import type { ConfigDocument } from "../config-schema.js";

/** How a network is trained for a chip's integers. */
export type QuantisationConfig = Omit<Camel<NonNullable<ConfigDocument["quantisation"]>>, "layers"> & {
  /** By name: `layer1` .. or `readout`. */
  readonly layers: { readonly [name: string]: { readonly weightBits: number } };
};

/** Names of the layers that have weights, as in `precision.layers` of a description. */
export const weightedNames = (layers: number): readonly string[] => [
  ...Array.from({ length: layers }, (_, l) => `layer${l + 1}`),
  "readout",
];

/** Bits of the weights into each of `layers` layers, then into the readout. */
export function weightBitsOf(
  { weightBits, layers: own }: Pick<QuantisationConfig, "weightBits" | "layers">,
  layers: number,
): readonly number[] {
  return weightedNames(layers).map((name) => (Object.hasOwn(own, name) ? own[name].weightBits : weightBits));
}

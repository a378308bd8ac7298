/** Number of bits of each layer's weights. */
import type { Camel } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
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

/**
 * @throws InputError if a description, `file`, gives a width to a layer that the network `name` with `layers` layers
 * does not have
 */
export function demandLayers(given: readonly string[], name: string, layers: number, file: string): void {
  const names = weightedNames(layers);
  const stranger = given.find((own) => !names.includes(own));
  if (stranger !== undefined)
    throw inputError(file, `is no layer of ${name}, which has ${names.join(", ")}`, "", `precision.layers.${stranger}`);
}

/** Bits of the weights into each of `layers` layers, then into the readout. */
export function weightBitsOf(
  { weightBits, layers: own }: Pick<QuantisationConfig, "weightBits" | "layers">,
  layers: number,
): readonly number[] {
  return weightedNames(layers).map((name) => (Object.hasOwn(own, name) ? own[name].weightBits : weightBits));
}

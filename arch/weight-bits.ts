/** Whether widths of weights fit each other and the network. */
import type { RootDocument } from "./schema.js";

/** @param numbers file of a network of numbers, such as NIR's, in which some synapses are not there; null: it is none. */
export function checkWeightBits(
  { weight_bits: lanes, layers }: RootDocument["precision"],
  numbers: string | null,
  check: (ok: boolean, path: readonly string[], message: string, fix: string) => void,
): void {
  const own = Object.entries(layers).flatMap(([name, { weight_bits: bits }]) =>
    bits === undefined ? [] : [[["precision", "layers", name, "weight_bits"], bits] as const],
  );
  for (const [path, bits] of own)
    check(
      bits <= lanes,
      path,
      `is ${bits}, and lanes are built for precision.weight_bits: ${lanes}`,
      `set it to ${lanes} or less, or precision.weight_bits: ${bits}`,
    );
  for (const [path, bits] of [[["precision", "weight_bits"], lanes] as const, ...own])
    check(
      numbers === null || bits > 1,
      path,
      `is 1, and weights of ${numbers ?? ""} are numbers: a synapse that is not there has no sign`,
      "set it to 2 or more",
    );
}

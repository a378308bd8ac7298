/** Checks widths of weights, and of single populations, against each other, the hardware and the network. */
import type { RootDocument } from "./schema.js";

type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

/** Checks that widths of single populations fit the hardware, which is built for the network's widths. */
export function checkLayerWidths({ layers, ...widths }: RootDocument["precision"], check: Check): void {
  for (const [name, own] of Object.entries(layers)) {
    for (const key of ["state_bits", "spike_bits", "accumulator_bits"] as const) {
      const [bits, built] = [own[key], widths[key]];
      if (bits === undefined || built === null) continue;
      const path = ["precision", "layers", name, key];
      const fix = `set it to ${built} or less, or precision.${key}: ${bits}`;
      check(bits <= built, path, `is ${bits}, but hardware is built for precision.${key}: ${built}`, fix);
    }
    if (own.state_bits === undefined && own.state_fraction_bits === undefined) continue;
    const [bits, fraction] = [own.state_bits ?? widths.state_bits, own.state_fraction_bits ?? widths.state_fraction_bits];
    const key = own.state_fraction_bits === undefined ? "state_bits" : "state_fraction_bits";
    check(
      fraction < bits,
      ["precision", "layers", name, key],
      `leaves ${bits} bits of state with ${fraction} below a spike`,
      `set precision.layers.${name}.state_fraction_bits to ${bits - 1} or less`,
    );
  }
}

/**
 * @param numbers file of a network of real numbers, such as a NIR file, in which synapses can be missing; null: another
 * network.
 */
export function checkWeightBits({ weight_bits: lanes, layers }: RootDocument["precision"], numbers: string | null, check: Check): void {
  const own = Object.entries(layers).flatMap(([name, { weight_bits: bits }]) =>
    bits === undefined ? [] : [[["precision", "layers", name, "weight_bits"], bits] as const],
  );
  for (const [path, bits] of own)
    check(
      bits <= lanes,
      path,
      `is ${bits}, but lanes are built for precision.weight_bits: ${lanes}`,
      `set it to ${lanes} or less, or precision.weight_bits: ${bits}`,
    );
  for (const [path, bits] of [[["precision", "weight_bits"], lanes] as const, ...own])
    check(
      numbers === null || bits > 1,
      path,
      `is 1, but the real weights of ${numbers ?? ""} may lack synapses, and a missing one has no sign`,
      "set it to 2 or more",
    );
}

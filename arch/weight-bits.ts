/** Checks widths of single populations against each other and the hardware. */
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

/** Checks that weights of single populations fit the lanes, which are built for the network's. */
export function checkWeightBits({ weight_bits: lanes, layers }: RootDocument["precision"], check: Check): void {
  for (const [name, { weight_bits: bits }] of Object.entries(layers))
    check(
      bits === undefined || bits <= lanes,
      ["precision", "layers", name, "weight_bits"],
      `is ${bits}, but lanes are built for precision.weight_bits: ${lanes}`,
      `set it to ${lanes} or less, or precision.weight_bits: ${bits}`,
    );
}

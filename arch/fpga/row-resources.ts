/**
 * Resources of an FPGA for what finds the targets of a core's rows that are not dense: the address generator, and the
 * decoder of bitmaps and run lengths in front of it. A generator takes tables by the bits of its additions and choices,
 * and flip-flops by the bits that it holds outside its windows of lanes, which lie in tables; coefficients are fitted
 * to synthesised generators of the emitted library (`components/fpga_laws.csv`, `scripts/fpga-laws.ts`). No decoder is
 * emitted, so none was synthesised: one counts like a generator of as many bits, with the error that it has on silicon
 * besides.
 */
import { hypot } from "../../base/math.js";
import { addressGeneratorSize } from "../address-generator.js";
import type { Core } from "../chip.js";
import type { CoreNeeds } from "../core-needs.js";
import { decoderSize } from "../decoder.js";
import type { Precision } from "../precision.js";
import type { FpgaFamily } from "./devices.js";
import { fpgaLaws } from "./fpga-laws.js";
import { type LogicErrors, NO_RESOURCES, type Resources } from "./resources.js";

interface RowPart {
  readonly kind: "generator" | "decoder";
  readonly resources: Resources;
  readonly errorsOn: (family: FpgaFamily) => LogicErrors;
  /** Bits of additions and choices, and held bits; null: as in `CountedPart`. */
  readonly shape: string | null;
}

/** Standard deviation of what a decoder is made of: a factor of two (a guess, as in `sim/error-causes.ts`). */
const DECODER_SIGMA = 0.7;

function decoderErrors(family: FpgaFamily): LogicErrors {
  const { luts, flipFlops } = fpgaLaws(family).generator.sigma;
  return { luts: hypot(luts, DECODER_SIGMA), flipFlops: hypot(flipFlops, DECODER_SIGMA) };
}

/** The parts that a core has; none if all rows are dense. */
export function rowParts(core: Core, precision: Precision, needs: CoreNeeds, family: FpgaFamily): readonly RowPart[] {
  const { generator } = fpgaLaws(family);
  const of = (adderBits: number, registerBits: number): Resources => ({
    ...NO_RESOURCES,
    luts: Math.round(generator.lutsPerBit * adderBits),
    flipFlops: Math.round(generator.flipFlopsPerBit * registerBits),
  });
  const [generated, decoded] = [addressGeneratorSize(core, needs, precision), decoderSize(core, needs, precision)];
  const parts: readonly RowPart[] = [
    {
      kind: "generator",
      resources: of(generated.adderBits, generated.heldBits),
      errorsOn: (family) => fpgaLaws(family).generator.sigma,
      shape: `${generated.adderBits}/${generated.heldBits} bits`,
    },
    {
      kind: "decoder",
      resources: of(decoded.adderBits, decoded.registerBits),
      errorsOn: decoderErrors,
      shape: null,
    },
  ];
  return parts.filter(({ resources }) => resources.luts + resources.flipFlops > 0);
}

/**
 * Errors of the laws for FPGA resources: one cause per law and shape of a part, shared by the chips that a law prices.
 * Pure.
 */
import { BUILT_NEEDS, type Chip, type FpgaErrors, fpgaUse, type Precision } from "../arch/index.js";
import type { LineErrors } from "./price-errors.js";

/** Metrics that count a resource of an FPGA, by the resource. */
export const FPGA_COUNTS = {
  luts: "fpga_luts",
  flipFlops: "fpga_flip_flops",
  blockRams: "fpga_block_rams",
  dsps: "fpga_dsps",
} as const satisfies { readonly [kind in keyof FpgaErrors]: string };

/**
 * Adds the causes of the metrics that count resources, by their names. `stored`: as the result of the point has them;
 * undefined: it is of an older version, and the errors are those of a chip for gated cells.
 */
export function withFpgaErrors(errors: LineErrors, chip: Chip, precision: Precision, stored: FpgaErrors | undefined): LineErrors {
  const own = stored ?? fpgaUse(chip, precision, BUILT_NEEDS)?.errors;
  if (own === undefined) return errors;
  const causes = new Map(Object.entries(FPGA_COUNTS).map(([kind, metric]) => [metric as string, own[kind as keyof FpgaErrors]]));
  return {
    get: (component) => causes.get(component) ?? errors.get(component),
    exactShare: (component) => (causes.has(component) ? 0 : errors.exactShare(component)),
  };
}

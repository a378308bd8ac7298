/** Errors of the laws for FPGA resources: one cause per law, shared by all chips of a device family. Pure. */
import { BUILT_NEEDS, type Chip, fpgaUse, type Precision } from "../arch/index.js";
import { sharedCause } from "./error-causes.js";
import type { LineErrors } from "./price-errors.js";

/**
 * Adds the causes of the FPGA lines, and of the metrics `fpga_luts` and `fpga_flip_flops` by their names. Routers err
 * more; their share is taken from a chip whose cells have gates.
 */
export function withFpgaErrors(errors: LineErrors, chip: Chip, precision: Precision): LineErrors {
  const use = fpgaUse(chip, precision, BUILT_NEEDS);
  if (use === null) return errors;
  const { family } = use.device;
  const own = new Map([
    ["fpga_luts", [sharedCause(`${family} tables of synthesised cores`, use.sigma.luts)]],
    ["fpga_flip_flops", [sharedCause(`${family} flip-flops of synthesised cores`, use.sigma.flipFlops)]],
  ]);
  return {
    get: (component) => own.get(component) ?? errors.get(component),
    exactShare: (component) => (own.has(component) ? 0 : errors.exactShare(component)),
  };
}

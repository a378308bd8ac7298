/** How far what a chip takes of its FPGA may be off: one cause per law, shared by all chips of a family. Pure. */
import { BUILT_NEEDS, type Chip, fpgaUse, type Precision } from "../arch/index.js";
import { sharedCause } from "./error-causes.js";
import type { LineErrors } from "./price-errors.js";

/**
 * The causes of a breakdown's lines, and of the metrics `fpga_luts` and `fpga_flip_flops` under their names. The share
 * of routers, which err more, is that of a chip with neurons of the gated cells.
 */
export function withFpgaErrors(errors: LineErrors, chip: Chip, precision: Precision): LineErrors {
  const use = fpgaUse(chip, precision, BUILT_NEEDS);
  if (use === null) return errors;
  const { family } = use.device;
  const own = new Map([
    ["fpga_luts", [sharedCause(`${family} tables of synthesised cores`, use.sigma.luts)]],
    ["fpga_flip_flops", [sharedCause(`${family} flip-flops of synthesised cores`, use.sigma.flipFlops)]],
  ]);
  return { get: (component) => own.get(component) ?? errors.get(component) };
}

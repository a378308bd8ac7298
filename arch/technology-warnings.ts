/** Warnings of a chip whose supply or cells lie where its prices are not sure. */
import type { Chip } from "./chip.js";
import { unmeasuredLeakageWarning } from "./silicon.js";
import { highSupplyWarning, sramSupplyWarning } from "./sram-supply.js";

export const technologyWarnings = (chip: Chip): readonly string[] =>
  [sramSupplyWarning(chip), highSupplyWarning(chip), unmeasuredLeakageWarning(chip)].filter((text) => text !== null);

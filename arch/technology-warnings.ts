/** Warnings of a chip whose supply or cells lie where its prices are not sure. */
import type { Chip } from "./chip.js";
import type { Precision } from "./precision.js";
import { hasPriced } from "./price-check.js";
import { PRICE_NAMES } from "./price-names.js";
import { unmeasuredLeakageWarning } from "./silicon.js";
import { highSupplyWarning, sramSupplyWarning } from "./sram-supply.js";

export const technologyWarnings = (chip: Chip, precision: Precision): readonly string[] =>
  [sramSupplyWarning(chip), highSupplyWarning(chip), leakageIsGiven(chip, precision) ? null : unmeasuredLeakageWarning(chip)].filter(
    (text) => text !== null,
  );

/** True if the description prices the leakage of every part that the chip has. */
const leakageIsGiven = (chip: Chip, precision: Precision): boolean =>
  PRICE_NAMES.filter((name) => name.endsWith("_leakage_mw")).every(
    (name) => Object.hasOwn(chip.priceOverrides, name) || !hasPriced(name, chip, precision),
  );

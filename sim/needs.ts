/** What a network needs of the cores of the chip that holds it. */
import { type Chip, type CoreNeeds, coreNeedsOf, type Precision, type Topology } from "../arch/index.js";
import { heldBy, partialSumBits } from "./mapping/index.js";

/** @param topology as trained. A matrix that the chip stores dense needs the same whether weights are zero or not. */
export function needsOn(chip: Chip, precision: Precision, topology: Topology): CoreNeeds {
  const held = heldBy(chip, precision, topology);
  return coreNeedsOf(held, partialSumBits(chip, precision, held));
}

/** What a network asks of the cores of a chip that holds it. */
import { type Chip, type CoreNeeds, coreNeedsOf, type Precision, type Topology } from "../arch/index.js";
import { heldBy } from "./mapping/index.js";

/** @param topology as trained: a matrix that the chip holds dense asks what a dense one does, zeros or not */
export function needsOn(chip: Chip, precision: Precision, topology: Topology): CoreNeeds {
  return coreNeedsOf(heldBy(chip, precision, topology));
}

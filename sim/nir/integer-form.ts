/** What a network's real numbers are in integers. */
import type { GraphCell, Requantiser } from "../functional/index.js";

export interface IntegerForm {
  /** By population, [neurons] real value of one weight step; 0: no weight leads there. */
  readonly steps: readonly Float64Array[];
  /** Of a population of neurons. */
  cell(population: number): GraphCell;
  /** Of sums that leave the network. */
  readout(population: number): Requantiser;
  /** Whether its sums become state words by a shift, without a product. */
  shifts(population: number): boolean;
}

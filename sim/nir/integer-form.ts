/** Integer numbers of a network: what each form computes from the real ones. */
import type { GraphCell, Requantiser } from "../functional/index.js";

export interface IntegerForm {
  /** By population, [neurons] real value of one weight step; 0 if no weight leads there. */
  readonly steps: readonly Float64Array[];
  /** The word of a real weight into a neuron of a population. */
  weight(real: number, population: number, neuron: number): number;
  /** The cell of a population of neurons. */
  cell(population: number): GraphCell;
  /** The requantiser of a readout. */
  readout(population: number): Requantiser;
  /** Whether a population's sums become state words by a shift, without a product. */
  shifts(population: number): boolean;
}

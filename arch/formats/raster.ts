/**
 * Spikes of other tools on a grid of steps: the content of spike files and the input of imported networks. Throws:
 * InputError for a grid that is too large.
 */

import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";

/** Most values of one grid: 512 MiB. A short file of events may name a very late step. */
export const LARGEST_GRID = powerOfTwo(26);

export interface Raster {
  readonly steps: number;
  readonly neurons: number;
  /** [steps][neurons], 0 where silent. */
  readonly data: Float64Array;
  /** True for a list of events, whose `neurons` are those up to the last that spikes. */
  readonly isOpen?: boolean;
}

/** Puts an event list on a grid; events of one neuron in one step add up. `file` is only named in errors. */
export function rasterOf(
  events: Iterable<{ readonly step: number; readonly neuron: number; readonly value: number }>,
  steps: number,
  neurons: number,
  file: string,
): Raster {
  if (!(steps * neurons <= LARGEST_GRID))
    throw inputError(file, `${steps} steps of ${neurons} neurons are more than ${LARGEST_GRID} values`, "cut the file");
  const data = new Float64Array(steps * neurons);
  for (const { step, neuron, value } of events) data[step * neurons + neuron] += value;
  return { steps, neurons, data };
}

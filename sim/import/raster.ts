/** Spikes of other tools on a grid of steps: what spike files hold and imported networks take. */

export interface Raster {
  readonly steps: number;
  readonly neurons: number;
  /** [steps][neurons], 0 where silent. */
  readonly data: Float64Array;
}

/** An event list on a grid; events of one neuron in one step add up. */
export function rasterOf(
  events: Iterable<{ readonly step: number; readonly neuron: number; readonly value: number }>,
  steps: number,
  neurons: number,
): Raster {
  const data = new Float64Array(steps * neurons);
  for (const { step, neuron, value } of events) data[step * neurons + neuron] += value;
  return { steps, neurons, data };
}

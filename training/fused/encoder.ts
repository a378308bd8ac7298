/**
 * Input encoder of the spiking systems: a = a + x, s = Q(a), a = a - s on every input, over a packed batch. No
 * parameters, no gradient.
 */
import type { Batch } from "../batch.js";
import { type Engine, padded } from "./kernels.js";
import { type Extremes, Firing, type SpikeRule } from "./spikes.js";

/** Address of the spikes [rows][padded(inputs)] of `features` [rows][inputs], and extremes of the membranes. */
export function encode(
  engine: Engine,
  batch: Batch,
  inputs: number,
  rule: SpikeRule,
): { readonly spikes: number; readonly extremes: Extremes } {
  const width = padded(inputs);
  const x = engine.putPadded(batch.features, batch.rows, inputs, batch.rows, width);
  const a = engine.allocate(batch.rows * width);
  const o = engine.allocate(batch.rows * width);
  const firing = new Firing(engine, rule);
  for (let t = 0; t < batch.steps; t++) {
    const here = batch.offset[t] * width * 4;
    const before = t === 0 ? 0 : batch.offset[t - 1] * width * 4;
    firing.step(batch.counts[t] * width, x + here, t === 0 ? 0 : a + before, t === 0 ? 0 : o + before, a + here, o + here);
  }
  return { spikes: o, extremes: firing.extremes() };
}

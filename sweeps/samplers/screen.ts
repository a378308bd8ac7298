/**
 * Screening: a pool of points priced by the analytical model is simulated in the order of its estimates, front after front, most spread first;
 * what the model calls infeasible comes last, by violation. Learns nothing from results: the model does the choosing.
 * Not modelled: correction of the model by what the simulation says.
 */

import type { Sampler, SamplerKind, SamplerSetup } from "./sampler.js";
import { bestOf } from "./tpe.js";

const BATCH = 16;

class Screen implements Sampler {
  readonly lag = Number.POSITIVE_INFINITY;
  private readonly order: readonly Float64Array[];
  private asked = 0;

  constructor(setup: SamplerSetup) {
    const pool = setup.screened.map((s) => ({ ...s, values: {} }));
    this.order = bestOf(pool, pool.length).map((s) => s.position);
  }

  ask(): Float64Array[] {
    const batch = this.order.slice(this.asked, this.asked + BATCH);
    this.asked += batch.length;
    return batch;
  }

  tell(): void {} // the model has spoken

  state() {
    return { asked: this.asked, screened: this.order.length };
  }
}

export const screen: SamplerKind = {
  about: "analytical model prices a pool, the promising points are simulated",
  options: { pool: { value: 2000, low: 2, high: 1_000_000, about: "points that the model prices; the whole grid where it is smaller" } },
  create: (setup) => new Screen(setup),
};

/** A description of twenty points that take little time: lanes and clocks of a small mesh on twenty digits. */
import type { Json } from "../../base/hash.js";

export const lanesAndClocks = (sampler: string, budget: number): { readonly [key: string]: Json } => ({
  version: 1,
  extends: "mesh-2x2",
  network: { model: "mnist-rows-lif.safetensors" },
  workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 },
  sweep: {
    parameters: [
      { path: "tile.core.lanes", values: [1, 2, 4, 8, 16] },
      { path: "chip.clock_mhz", values: [50, 100, 150, 200] },
    ],
    objectives: { energy_uj_per_inference: "min", latency_us: "min" },
    sampler: { name: sampler, budget },
  },
});

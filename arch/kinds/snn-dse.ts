/**
 * SNN-DSE's controller of a fully connected layer: compresses all steps' spikes, then iterates groups of neurons over
 * them. The RTL counts groups up to floor(neurons / lanes) with ceil(log2(neurons)) bits: one lane and a power of two
 * of neurons (but 1) would never end.
 */
import * as z from "zod";
import { count, coupledKind, HEAD, ONE_CORE } from "./coupled-kind.js";

export const snnDse = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("snn-dse"),
      layer_neurons: count(1, 1_000_000).describe("neurons of the layer"),
      lanes: count(1, 65536).describe("neurons that are computed in parallel; the layer takes floor(neurons / lanes) + 1 groups"),
      chunk_bits: count(1, 65536).describe("bits that the priority encoder examines at once"),
      spike_read_cycles: count(1, 64).describe("cycles to fetch a step's spikes; one read per cycle"),
      start_delay_cycles: count(1, 64).describe("cycles from the last compressed step to the first group of neurons"),
    }),
  limitCycles: 100_000,
  hasCases: true,
  ...ONE_CORE,
  wrong: ({ lanes, layer_neurons: neurons }) =>
    lanes > 1 || neurons === 1 || (neurons & (neurons - 1)) !== 0
      ? null
      : {
          path: "lanes",
          message: `1 lane (EC_SIZE) and ${neurons} neurons never end: the RTL's group counter has no ${neurons}; use 2 lanes or more`,
        },
});
export type SnnDseChip = z.infer<ReturnType<typeof snnDse.schema>>;

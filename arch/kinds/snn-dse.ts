/**
 * SNN-DSE's controller of a fully connected layer: compresses all steps' spikes, then iterates groups of neurons over
 * them.
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
});
export type SnnDseChip = z.infer<ReturnType<typeof snnDse.schema>>;

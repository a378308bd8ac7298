/** SNN-DSE's pipeline of fully connected layers with a single buffer between each two. */
import * as z from "zod";
import { count, coupledKind, HEAD, ONE_CORE } from "./coupled-kind.js";

export const snnDsePipeline = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("snn-dse-pipeline"),
      layers: z
        .array(
          z.strictObject({
            neurons: count(1, 1_000_000).describe("neurons of the layer"),
            neurons_per_unit: count(1, 65536).describe("neurons that share one memory and accumulator: the logical-to-hardware ratio"),
            hand_over_cycles: count(2, 16).describe(
              "cycles from the one in which the layer sees its output buffer free to the one in which it fills it",
            ),
          }),
        )
        .min(2)
        .max(64),
      cycles_per_weight: count(1, 64).describe("memory cycles per neuron of a unit and spike"),
      cycles_per_spike: count(1, 64).describe("cycles per spike for address generation and hand-shake"),
    }),
  limitCycles: 100_000,
  hasCases: false,
  ...ONE_CORE,
});
export type SnnDsePipelineChip = z.infer<ReturnType<typeof snnDsePipeline.schema>>;

/** SNE: clusters of neurons that compute convolutions in lock step, event by event; one slice of the chip. */
import * as z from "zod";
import { clockMhz, count, coupledKind, HEAD, ONE_CORE, price } from "./coupled-kind.js";

/** Published prices of the whole chip. */
const power = () =>
  z.strictObject({
    clock_mhz: clockMhz().describe("clock of the slice"),
    synaptic_operation_pj: price().describe("energy of the update of one neuron by one spike, with everything that it causes"),
    leakage_uw: price().nullable().default(null).describe("leakage of the slice; null: not known, and so no energy is known"),
    idle_uw_per_mhz: price()
      .nullable()
      .default(null)
      .describe("power of the slice's clock while it has no work; null: not known, and so no energy is known"),
  });

const neuron = () =>
  z.strictObject({
    rest: count(-128, 127).describe("potential at which the leak stops"),
    threshold: count(-128, 127).describe("a potential above the threshold and its rise fires"),
    refractory_steps: count(0, 255).describe("least steps between two spikes of a neuron"),
    threshold_rise: count(0, 255).describe("amount by which a spike raises the threshold"),
    time_scale: count(0, 15).describe("the leak counts each step as 2 to this power steps"),
  });

export const sne = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("sne"),
      clusters: z.union([z.literal(4), z.literal(8), z.literal(16)]).describe("clusters of neurons, in lock step"),
      cluster_side: z.union([z.literal(4), z.literal(8), z.literal(16)]).describe("neurons of a cluster: a square of this side"),
      mode: z
        .enum(["window", "sweep", "fully-connected"])
        .describe("neurons that a spike visits: the 3x3 neurons around it, all neurons of a cluster, or all neurons"),
      kernel_sharing: z.enum(["quarters", "halves", "all"]).describe("clusters that share a kernel"),
      kernel_channels: count(0, 511).describe("channels of a kernel packet"),
      neuron: neuron(),
      time_insertion: z.boolean().describe("whether steps that are missing in the input are inserted"),
      refresh_insertion: z.boolean().describe("whether a sweep over all states precedes every 256th step"),
      spike_filter: z.boolean().describe("whether words outside a box are dropped before they take time"),
      event_queue_depth: count(1, 1024).describe("words of the input's queue"),
      kernel_queue_depth: count(1, 1024).describe("words of the kernels' queue"),
      weight_queue_depth: count(1, 1024).describe("words of each of the two queues of fully connected weights"),
      output_queue_depth: count(1, 1024).describe("words of each cluster's queue; a full one stops all clusters"),
      crossing: z.strictObject({
        synchroniser_flops: count(1, 8).describe("flip-flops between the clock domains"),
        register_words: count(1, 16).describe("words of a queue's output register"),
      }),
      verify_cycles: count(1, 64).describe("cycles to verify the header of a packet"),
      close_cycles: count(1, 64).describe("cycles after a packet"),
      fetch_cycles: count(1, 64).describe("cycles of an event before its sequencer starts"),
      done_cycles: count(1, 64).describe("cycles of an event after its sequencer ended"),
      restart_cycles: count(1, 64).describe("cycles after a stall"),
      sink: z.strictObject({
        period_cycles: count(1, 65536).describe("period of the receiver, which takes words at the beginning of each period"),
        ready_cycles: count(0, 65536).describe("cycles of a period in which it takes words"),
      }),
      power: power().nullable().default(null),
    }),
  limitCycles: 100_000,
  hasCases: true,
  ...ONE_CORE,
  sized: ["clusters", "cluster_side", "event_queue_depth", "kernel_queue_depth", "weight_queue_depth", "output_queue_depth"],
});
export type SneChip = z.infer<ReturnType<typeof sne.schema>>;

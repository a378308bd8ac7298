/**
 * ODIN: 256 neurons with unsigned membrane potentials and plastic synapses, swept event by event; with measured prices
 * if known.
 */
import * as z from "zod";
import { clockMhz, count, coupledKind, HEAD, ONE_CORE, price } from "./coupled-kind.js";
import { eventDriven } from "./event-driven.js";

/** Measured prices of the whole chip; null without silicon. */
const power = () =>
  z.strictObject({
    clock_mhz: clockMhz().describe("clock of the chip"),
    highest_clock_mhz: clockMhz()
      .nullable()
      .default(null)
      .describe("highest clock at the supply for which the prices hold; higher ones are refused; null: not known"),
    synaptic_operation_pj: price().describe(
      "marginal energy of a synaptic operation of a sweep, with all accesses that it causes; also charged for a single-synapse event, and at most for each neuron of a virtual event or a time reference",
    ),
    leakage_uw: price().describe("leakage of the whole chip, at its voltage"),
    idle_uw_per_mhz: price().describe("power of the clock while the chip has no work"),
  });

export const odin = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("odin"),
      ...eventDriven(),
      membrane_bits: count(2, 16).describe("bits of a membrane potential, unsigned and saturating; its two thresholds are as wide"),
      update_unmapped: z.boolean().describe("whether synapses without mapping bit also learn"),
      propagate_unmapped: z.boolean().describe("whether synapses without mapping bit also carry spikes"),
      plasticity_on_synapse_event: z.boolean().describe("whether single-synapse events run the learning rule"),
      power: power().nullable().default(null),
    }),
  limitCycles: 100_000,
  hasCases: true,
  ...ONE_CORE,
  sized: ["neurons", "membrane_bits", "synapses_per_word", "event_queue.depth"],
  wrong: ({ power }) =>
    power === null || power.highest_clock_mhz === null || power.clock_mhz <= power.highest_clock_mhz
      ? null
      : { path: "power.clock_mhz", message: `got ${power.clock_mhz}, above power.highest_clock_mhz, ${power.highest_clock_mhz}` },
});
export type OdinChip = z.infer<ReturnType<typeof odin.schema>>;

/** tinyODIN: 256 neurons with signed membrane potentials, swept event by event. */
import * as z from "zod";
import { count, coupledKind, HEAD, ONE_CORE } from "./coupled-kind.js";
import { eventDriven } from "./event-driven.js";

export const tinyodin = coupledKind({
  schema: () =>
    z.strictObject({
      ...HEAD,
      model: z.literal("tinyodin"),
      ...eventDriven(),
      membrane_bits: count(4, 24).describe("bits of a membrane potential, signed and saturating; thresholds are unsigned and as wide"),
    }),
  limitCycles: 100_000,
  hasCases: true,
  ...ONE_CORE,
});
export type TinyOdinChip = z.infer<ReturnType<typeof tinyodin.schema>>;

/** Schema of the leakage between inferences, which replaces the defaults of `chip.idle`. */
import * as z from "zod";

const share = (of: string, standard: string) =>
  z.number().min(0).max(100).optional().describe(`share of the leakage of ${of} that remains between inferences; left out: ${standard}`);

export const restKeys = z
  .strictObject({
    logic_percent: share("logic and routers", "100, or 0 with chip.idle: power-gated"),
    memory_percent: share("memories and configuration registers", "100, or with chip.idle: power-gated 30 for used cores and 0 for others"),
  })
  .optional()
  .describe("with workload.period_ms");

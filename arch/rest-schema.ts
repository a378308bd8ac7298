/** What stays on between inferences, where `chip.idle` does not say it. */
import * as z from "zod";

const share = (of: string, standard: string) =>
  z.number().min(0).max(100).optional().describe(`leakage of ${of} that stays between inferences; left out: by chip.idle, ${standard}`);

export const restKeys = z
  .strictObject({
    logic_percent: share("logic and routers", "100, or 0 where power-gated"),
    memory_percent: share("memories", "100, or where power-gated 30 of used cores and 0 of others"),
  })
  .optional()
  .describe("with workload.period_ms");

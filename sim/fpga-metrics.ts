/** FPGA resources as metrics. Pure. */
import type { FpgaUse } from "../arch/index.js";
import type { FPGA_METRICS } from "./result.js";

type FpgaMetrics = { readonly [name in (typeof FPGA_METRICS)[number]]: number | null };

/** null: the chip is silicon. */
export const fpgaMetrics = (use: FpgaUse | null): FpgaMetrics => ({
  fpga_luts: use?.total.luts ?? null,
  fpga_flip_flops: use?.total.flipFlops ?? null,
  fpga_block_rams: use?.total.blockRams ?? null,
  fpga_dsps: use?.total.dsps ?? null,
  fpga_utilisation_percent: use?.utilisationPercent ?? null,
});

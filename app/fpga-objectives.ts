/**
 * Checks that a search uses only metrics that its chips have: an FPGA has no area, and energy only with prices; silicon
 * has no look-up tables.
 */
import type { Experiment, SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { FPGA_METRICS, type MetricName, PRICED_METRICS } from "../sim/index.js";

const AREA = "area_mm2";

/** @throws InputError if objectives or constraints name a metric that no point can have. */
export function checkPriced(sweep: SweepSpec, { chip }: Experiment, file: string): void {
  const asked = (metric: string): string | null => {
    if (sweep.objectives.some((objective) => objective.metric.split("@")[0] === metric)) return `sweep.objectives.${metric}`;
    return sweep.constraints.some((text) => text.match(/[A-Za-z_]\w*/g)?.includes(metric)) ? "sweep.constraints" : null;
  };
  const refuse = (metrics: readonly MetricName[], why: string, fix: string): void => {
    for (const metric of metrics) {
      const path = asked(metric);
      if (path !== null) throw inputError(file, `the search uses ${metric}, ${why}`, fix, path);
    }
  };
  const domain = sweep.parameters.find(({ path }) => path === "chip.fpga")?.domain;
  const isFpga = chip.fpga !== null || domain !== undefined;
  if (!isFpga) {
    refuse(FPGA_METRICS, "but the chip is no FPGA", "set chip.fpga, or ask for area_mm2");
    return;
  }
  const instead = "ask for latency_us, throughput_per_s, fpga_luts or fpga_utilisation_percent";
  refuse([AREA], "but an FPGA has none", instead);
  const isPriced = Object.keys(chip.priceOverrides).some((name) => !name.endsWith("_mm2"));
  if (!isPriced)
    refuse(PRICED_METRICS, "but the energy of an FPGA is unknown if the description has no price for it", `set prices.NAME, or ${instead}`);
}

/** The metrics that follow from the energy of an inference, its latency and the counters of the timing run. Pure. */
import type { Experiment } from "../arch/index.js";
import { type Counters, coreSum } from "./counters.js";
import { restOf } from "./rest.js";
import type { Result } from "./result.js";

type EnergyMetric = "energy_uj_per_inference" | "power_mw" | "edp_nj_s" | "energy_pj_per_synaptic_operation";

/** `energyPj`, `latencyUs`: means over the timed utterances; null: unknown. */
export function energyMetrics(
  { chip, workload }: Pick<Experiment, "chip" | "workload">,
  counters: Counters,
  energyPj: number | null,
  latencyUs: number | null,
): Pick<Result["metrics"], EnergyMetric> {
  if (energyPj === null) return { energy_uj_per_inference: null, power_mw: null, edp_nj_s: null, energy_pj_per_synaptic_operation: null };
  const energyUj = energyPj * 1e-6;
  const rest = restOf({ workload });
  const cycleUs = 1 / chip.technology.clockMhz;
  const operations = coreSum(counters, "synaptic_macs") + coreSum(counters, "synaptic_adds");
  return {
    energy_uj_per_inference: energyUj,
    power_mw: rest === null ? (energyUj * counters.utterances * 1e3) / (counters.cycles * cycleUs) : energyUj / rest.periodMs,
    edp_nj_s: latencyUs === null ? null : energyUj * latencyUs * 1e-3,
    energy_pj_per_synaptic_operation: operations === 0 ? null : (energyPj * counters.utterances) / operations,
  };
}

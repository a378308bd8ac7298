/**
 * The errors of means over the timed utterances, of energy also under other prices than those of the simulation.
 *
 * The mean step is the ratio of two means, cycles and waves. Cycles per utterance in steady state are latency less the
 * cycles in which one utterance fills the pipeline while another drains it, which are taken as equal for all.
 *
 * Energies of single utterances are stored under the old prices, counts only as totals. So each line of the breakdown
 * belongs to one of three parts. Lines that run over time (leakage; clocks if `chip.idle` is `clocked`) vary as latency
 * does. Lines between inferences vary the other way: the rest is the period minus the latency. All others share what
 * the old energy leaves over. The parts' shares under the new prices then give the new errors: exactly, if the prices
 * of the third part change by one factor. If the old energy is unknown, the third part varies as latency does. Pure.
 */
import type { Experiment } from "../../arch/index.js";
import { type BreakdownRow, REST, type Result } from "../../sim/index.js";
import type { UncertainPoint } from "./drawn-metrics.js";
import { normOf } from "./draws.js";

type MeanError = UncertainPoint["timed"]["energy"];
type Stored = Pick<Result, "provenance" | "metrics" | "breakdown">;

/** Below this share, the rounding of stored energies and cycles would decide what is left over for the third part. */
const LEAST_SHARE = 1e-4;

/** `point`: under the prices in question. */
export function utteranceErrors(
  experiment: Experiment,
  point: Pick<UncertainPoint, "metrics" | "breakdown">,
  { metrics, breakdown, provenance }: Stored,
): Omit<UncertainPoint["timed"], "count" | "key"> {
  const { timedEnergyPj, timedLatencyCycles, timedUtterances } = provenance;
  const count = timedUtterances.length;
  const { energy_uj_per_inference: old, energy_std_uj, latency_us, latency_std_us, throughput_per_s } = metrics;
  const relative = (mean: number | null, deviation: number | null): number =>
    mean === null || mean === 0 || deviation === null ? 0 : deviation / Math.sqrt(count) / mean;
  const energies = residualsOf(timedEnergyPj, count);
  const latencies = residualsOf(timedLatencyCycles, count);
  const latency = { relative: relative(latency_us, latency_std_us), residuals: moving(latencies) };
  // 1 / throughput is shorter than the latency, but varies by as many cycles
  const perTurn = ((latency_us ?? 0) * (throughput_per_s ?? 0)) / 1e6;
  const times = {
    latency,
    turn: { ...latency, relative: latency.relative * perTurn },
    step: stepError(latency, latencies, metrics, provenance),
  };
  const energy = { relative: relative(old, energy_std_uj), residuals: moving(energies) };
  if (point.metrics.energy_uj_per_inference === old || count < 2) return { energy, ...times };
  const after = partsOf(point.breakdown, experiment);
  const before = old === null ? null : partsOf(breakdown, experiment);
  const rest = restOver(experiment, latency_us);
  const overTime = ({ time, between }: Parts): number => time - between * rest;
  const moved = (ofEnergy: number, ofLatency: number): number => {
    const others = before === null || before.others < LEAST_SHARE ? ofLatency : (ofEnergy - overTime(before) * ofLatency) / before.others;
    return overTime(after) * ofLatency + after.others * others;
  };
  const known = before === null ? latencies : energies;
  if (known === null || latencies === null)
    return { energy: { relative: Math.abs(moved(energy.relative, latency.relative)), residuals: null }, ...times };
  const residuals = known.map((residual, i) => moved(residual, latencies[i]));
  return { energy: errorOf(residuals), ...times };
}

/** The error of a mean whose single values exceed it by `residuals`, relative to it. */
const errorOf = (residuals: Float64Array): MeanError => ({
  relative: normOf(residuals) / Math.sqrt(residuals.length * (residuals.length - 1)),
  residuals: moving(residuals),
});

/** Of cycles per wave. Utterances of one length have as many waves, so it is the latency's. */
function stepError(
  latency: MeanError,
  latencies: Float64Array | null,
  { step_latency_us, latency_us }: Stored["metrics"],
  { timedSteps: steps }: Stored["provenance"],
): MeanError {
  if (steps === undefined || latencies?.length !== steps.length || !step_latency_us || latency_us === null) return latency;
  const waves = latency_us / step_latency_us; // in the mean: as many more than the steps for each utterance
  const mean = steps.reduce((sum, each) => sum + each, 0) / steps.length;
  return errorOf(latencies.map((residual, i) => residual - (steps[i] - mean) / waves));
}

/** Shares of an energy: what varies as latency, what lies between inferences, and all else. */
interface Parts {
  readonly time: number;
  readonly between: number;
  readonly others: number;
}

function partsOf(breakdown: readonly BreakdownRow[], { chip }: Experiment): Parts {
  const parts = { time: 0, between: 0, others: 0 };
  const clocked = chip.technology.idle === "clocked";
  for (const { component, group, energyPj } of breakdown) {
    const runs = group === "leakage" || (group === "clock" && clocked);
    parts[component.endsWith(REST) ? "between" : runs ? "time" : "others"] += energyPj ?? 0;
  }
  const total = parts.time + parts.between + parts.others;
  if (total === 0) return parts;
  return { time: parts.time / total, between: parts.between / total, others: parts.others / total };
}

/** By how much the rest between inferences shrinks, relative to itself, as latency grows by its own length. */
function restOver({ workload: { periodMs } }: Experiment, latencyUs: number | null): number {
  const restUs = periodMs === undefined || latencyUs === null ? 0 : periodMs * 1000 - latencyUs;
  return restUs > 0 ? (latencyUs as number) / restUs : 0;
}

/** [utterances] by how much each value exceeds the mean, relative to the mean; null: not known. */
function residualsOf(values: readonly number[] | undefined, count: number): Float64Array | null {
  if (values?.length !== count) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const residuals = Float64Array.from(values, (value) => value / mean - 1);
  return residuals.every(Number.isFinite) ? residuals : null;
}

/** Null if the values do not differ. */
const moving = (residuals: Float64Array | null): Float64Array | null =>
  residuals?.some((residual) => residual !== 0) === true ? residuals : null;

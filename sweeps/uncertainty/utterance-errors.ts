/**
 * The errors of means over the timed utterances, of energy also under other prices than those of the simulation.
 *
 * Power is the ratio of two means, energy and time, in which an utterance takes as many cycles more than another as its
 * latency is longer; so it has no error where the two go together. With `workload.period_ms` the time is a constant.
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
import { type BreakdownRow, REST, type Result, restOf } from "../../sim/index.js";
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
  stored: Stored,
): Omit<UncertainPoint["timed"], "count" | "key"> {
  const { metrics, provenance } = stored;
  const count = provenance.timedUtterances.length;
  const latency = {
    relative: relativeError(metrics.latency_us, metrics.latency_std_us, count),
    residuals: residualsOf(provenance.timedLatencyCycles, count),
  };
  const energy = energyError(experiment, point, stored, latency);
  // 1 / throughput is shorter than the latency, but varies by as many cycles
  const perTurn = ((metrics.latency_us ?? 0) * (metrics.throughput_per_s ?? 0)) / 1e6;
  return {
    energy: moving(energy),
    latency: moving(latency),
    power: moving(restOf(experiment) === null ? powerError(energy, latency, point.metrics) : energy),
    turn: moving({ ...latency, relative: latency.relative * perTurn }),
    step: moving(stepError(latency, metrics, provenance)),
  };
}

const relativeError = (mean: number | null, deviation: number | null, count: number): number =>
  mean === null || mean === 0 || deviation === null ? 0 : deviation / Math.sqrt(count) / mean;

function energyError(
  experiment: Experiment,
  point: Pick<UncertainPoint, "metrics" | "breakdown">,
  { metrics, breakdown, provenance }: Stored,
  latency: MeanError,
): MeanError {
  const { energy_uj_per_inference: old, energy_std_uj, latency_us } = metrics;
  const count = provenance.timedUtterances.length;
  const energy = { relative: relativeError(old, energy_std_uj, count), residuals: residualsOf(provenance.timedEnergyPj, count) };
  if (point.metrics.energy_uj_per_inference === old || count < 2) return energy;
  const after = partsOf(point.breakdown, experiment);
  const before = old === null ? null : partsOf(breakdown, experiment);
  const rest = restOver(experiment, latency_us);
  const overTime = ({ time, between }: Parts): number => time - between * rest;
  const moved = (ofEnergy: number, ofLatency: number): number => {
    const others = before === null || before.others < LEAST_SHARE ? ofLatency : (ofEnergy - overTime(before) * ofLatency) / before.others;
    return overTime(after) * ofLatency + after.others * others;
  };
  const [known, latencies] = [before === null ? latency.residuals : energy.residuals, latency.residuals];
  const found =
    known === null || latencies === null
      ? { relative: Math.abs(moved(energy.relative, latency.relative)), residuals: null }
      : errorOf(known.map((residual, i) => moved(residual, latencies[i])));
  // as of any mean of positive values, whatever the rounding of a small third part makes of it
  return { ...found, relative: Math.min(1, found.relative) };
}

/** The error of a mean whose single values exceed it by `residuals`, relative to it. */
const errorOf = (residuals: Float64Array): MeanError => ({
  relative: normOf(residuals) / Math.sqrt(residuals.length * (residuals.length - 1)),
  residuals,
});

/** Of energy over time. Means without single values share one number, so their errors are subtracted. */
function powerError(energy: MeanError, latency: MeanError, metrics: UncertainPoint["metrics"]): MeanError {
  const [timeUs, powerMw, energyUj] = [metrics.latency_us, metrics.power_mw, metrics.energy_uj_per_inference].map(Number);
  // the run is up to a tenth longer than its utterances, each with what begins or ends it, but varies by as many cycles
  const perRun = energyUj > 0 ? (timeUs * powerMw) / 1e3 / energyUj : 1;
  const [energies, latencies] = [energy.residuals, latency.residuals];
  if (energies === null || latencies === null) return { relative: energy.relative - perRun * latency.relative, residuals: null };
  return errorOf(energies.map((residual, i) => residual - perRun * latencies[i]));
}

/** Of cycles per wave. Utterances of one length have as many waves, so it is the latency's. */
function stepError(
  latency: MeanError,
  { step_latency_us, latency_us }: Stored["metrics"],
  { timedSteps: steps }: Stored["provenance"],
): MeanError {
  const latencies = latency.residuals;
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

/** Values that do not differ have no residuals. */
const moving = ({ relative, residuals }: MeanError): MeanError => ({
  relative,
  residuals: residuals?.some((residual) => residual !== 0) === true ? residuals : null,
});

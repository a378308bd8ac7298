/**
 * Evaluates one design point: the functional run (once per precision), the timing run and prices (once per chip), and
 * the metrics.
 */

import {
  areaOf,
  type Chip,
  type CoreNeeds,
  checkFrame,
  type Experiment,
  type FpgaUse,
  feedsBack,
  flitCyclesOn,
  laneCounts,
  type ModelNetwork,
  multiplicationsPerFrame,
  portName,
  type SampleSet,
  type SpikeTrace,
  type Workload,
} from "../arch/index.js";
import { square } from "../base/math.js";
import { createRng } from "../base/rng.js";
import type { TimingRun } from "./board/index.js";
import { demandBuildable } from "./buildable.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn, coreSum } from "./counters.js";
import { pricesOf } from "./energy.js";
import { energyMetrics } from "./energy-metrics.js";
import { fpgaMetrics } from "./fpga-metrics.js";
import { demandSpikes, type Functional, independentSamples, type Runnable, runOn } from "./functional/index.js";
import { functionalKey } from "./functional-key.js";
import { checkedResult } from "./invariants.js";
import type { Placement } from "./mapping/index.js";
import { inputOf, runnableOf } from "./model.js";
import { needsOn } from "./needs.js";
import { type Replay, replay, sharedReplay } from "./replay.js";
import { demandRest, restOf } from "./rest.js";
import type { Result } from "./result.js";
import { runOnChip } from "./run-on-chip.js";

/**
 * Utterances that a workload uses: `samples` of them, drawn by seed without replacement, ascending. Also the positions
 * among them, ascending, of the `timingSamples` that are replayed on the chip.
 */
export function selectUtterances(workload: Workload, total: number): { readonly utterances: Uint32Array; readonly timed: Uint32Array } {
  const draw = (count: number, from: number, name: string): Uint32Array => {
    const order = createRng(workload.seed, name).shuffle(Array.from({ length: from }, (_, i) => i));
    return Uint32Array.from(order.slice(0, count)).sort();
  };
  const utterances = draw(Math.min(workload.samples, total), total, "workload/samples");
  return { utterances, timed: draw(Math.min(workload.timingSamples, utterances.length), utterances.length, "workload/timing") };
}

/** Fixed, because the placement decides what such a chip computes; `timing_samples` must not. */
const PLACING_UTTERANCES = 8;

/**
 * Spikes of the network without the chip, which place it on a chip whose time feeds back: of the first utterances that
 * are drawn to be timed, however many are.
 */
function placingTrace(experiment: Experiment, runnable: Runnable, samples: SampleSet): SpikeTrace {
  const workload = { ...experiment.workload, timingSamples: PLACING_UTTERANCES };
  const { utterances, timed } = selectUtterances(workload, samples.frameStart.length - 1);
  const options = { utterances: timed.map((position) => utterances[position]), traced: timed.map((_, at) => at) } as const;
  return runOn(runnable, samples, options, inputOf(experiment)).trace;
}

/**
 * Quantises the network and runs it in exact integers; on the chip itself if its time feeds back. `modelHash` is the
 * model file's content address; `runnable`: the network as quantised before; `onUtterance` is called after each one.
 * @throws InfeasibleError if states are too narrow for spikes, or the network has to run on the chip and does not fit.
 */
export function prepareFunctional(
  experiment: Experiment,
  network: ModelNetwork,
  modelHash: string,
  samples: SampleSet,
  runnable: Runnable = runnableOf(experiment, network, samples),
  onUtterance: (done: number, total: number) => void = () => {},
): Functional {
  demandSpikes(runnable);
  const { utterances, timed } = selectUtterances(experiment.workload, samples.frameStart.length - 1);
  const options = { utterances, traced: timed } as const;
  const told = (done: number): void => onUtterance(done, utterances.length);
  const placing = feedsBack(experiment.chip) ? placingTrace(experiment, runnable, samples) : null;
  const run =
    placing === null
      ? { ...runOn(runnable, samples, options, inputOf(experiment), told), lostMessages: null }
      : runOnChip(experiment, runnable, samples, options, placing, told);
  return {
    key: functionalKey(experiment, modelHash, samples.hash),
    correct: run.correct,
    scored: run.scored,
    errors: run.errors,
    operations: run.operations,
    lostMessages: run.lostMessages,
    multiplicationsPerFrame: multiplicationsPerFrame(run.operations, runnable, experiment.workload.encoding.stepsPerFrame),
    trace: run.trace,
    placedBy: placing ?? run.trace,
    timedUtterances: timed.map((position) => utterances[position]),
    modelHash,
    dataHash: samples.hash,
  };
}

/** A point's result, and the counts from which `reprice` computes it again. */
interface Evaluation extends Replay {
  readonly result: Result;
}

/**
 * Maps, checks, replays and prices one chip. `known`: a replay of the same key in the form that points share
 * (`sharedReplay`), if there is one already. `placed`: its placement, if it is known.
 * @throws InfeasibleError if the network does not fit or the clock is too fast, InvariantError if the result is
 * impossible.
 */
export function evaluatePoint(experiment: Experiment, functional: Functional, known: Replay | null = null, placed?: Placement): Evaluation {
  const { chip, precision } = experiment;
  const needs = needsOn(chip, precision, functional.trace.topology);
  checkFrame(chip, functional.trace.topology);
  const fpga = demandBuildable(chip, precision, needs);
  const area = areaOf(chip, precision, needs);
  const { placement, timing } =
    known === null ? replay(experiment, functional.trace, functional.placedBy, placed) : sharedReplay(chip, known);
  const result = checkedResult(fold(experiment, functional, placement, timing, { needs, area, fpga }), timing.total);
  return { result, placement, timing };
}

const microjoules = (pj: number | null): number | null => (pj === null ? null : pj * 1e-6);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n - 1), exactly 0 of equal values; null for a single value, whose spread is unknown. */
function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const offsets = values.map((value) => value - values[0]);
  const centre = mean(offsets);
  return Math.sqrt(offsets.reduce((sum, offset) => sum + square(offset - centre), 0) / (values.length - 1));
}

function fold(
  experiment: Experiment,
  functional: Functional,
  placement: Placement,
  timing: TimingRun,
  { needs, area, fpga }: { readonly needs: CoreNeeds; readonly area: ReturnType<typeof areaOf>; readonly fpga: FpgaUse | null },
): Result {
  const { chip, precision } = experiment;
  const { topology } = functional.trace;
  const independent = independentSamples(functional.errors);
  const rest = restOf(experiment);
  const priced = pricesOf(chip, precision, topology, rest);
  const { rows, totalPj } = priced(timing.total);
  const energies = timing.utterances.flatMap((counters) => microjoules(priced(counters).totalPj) ?? []);
  const cycleUs = 1 / chip.technology.clockMhz;
  const latencies = Array.from(timing.latencyCycles, (cycles) => cycles * cycleUs);
  const latencyUs = mean(latencies);
  demandRest(
    rest,
    latencies.reduce((longest, each) => Math.max(longest, each), 0),
  );
  const { operations, lostMessages } = functional;
  const synaptic = operations.layers.reduce((sum, layer) => sum + layer.macs + layer.acs, 0) / operations.utterances;
  const timed = timing.total;
  const energy = energyMetrics(experiment, timed, totalPj, latencyUs);
  const utilisation = utilisationOf(chip, placement, timing);
  const flitCycles = flitCyclesOn(chip);
  const used = utilisation.cores.filter((core) => core.neurons > 0);
  const energyStd = deviation(energies);
  const latencyStd = deviation(latencies);
  return {
    metrics: {
      accuracy_percent: functional.scored === 0 ? null : (100 * functional.correct) / functional.scored,
      energy_uj_per_inference: energy.energy_uj_per_inference,
      latency_us: latencyUs,
      latency_cycles: mean(Array.from(timing.latencyCycles)),
      step_latency_us: (timed.cycles / timing.waveCycles.length) * cycleUs,
      throughput_per_s: timing.cyclesPerUtterance === null ? null : (chip.technology.clockMhz * 1e6) / timing.cyclesPerUtterance,
      area_mm2: area.totalMm2,
      power_mw: energy.power_mw,
      edp_nj_s: energy.edp_nj_s,
      energy_std_uj: energyStd,
      latency_std_us: latencyStd,
      synaptic_operations_per_inference: synaptic,
      multiplications_per_frame: functional.multiplicationsPerFrame,
      energy_pj_per_synaptic_operation: energy.energy_pj_per_synaptic_operation,
      core_utilisation_percent: 100 * mean(used.map((core) => Math.max(core.synapseBusy, core.somaBusy))),
      peak_link_utilisation_percent:
        100 * utilisation.links.reduce((peak, link) => Math.max(peak, link.flitsPerCycle * flitCycles(link)), 0),
      events_processed: coreSum(timed, "spikes_received") / timed.utterances,
      events_dropped: lostMessages === null ? mean(Array.from(timing.droppedMessages)) : lostMessages / operations.utterances,
      spikes_fired: firedOn(placement, functional.trace) / timed.utterances,
      ...fpgaMetrics(fpga),
    },
    breakdown: [...rows, ...area.rows],
    operations,
    utilisation,
    provenance: {
      modelHash: functional.modelHash,
      dataHash: functional.dataHash,
      traceKey: functional.trace.key,
      utterances: operations.utterances,
      ...(independent === null || independent === operations.utterances ? {} : { independentSamples: independent }),
      timedUtterances: Array.from(functional.timedUtterances),
      ...timedValues(timing, energies),
      ...(fpga === null ? {} : { lawErrors: fpga.errors }),
      laneCounts: laneCounts(chip.cores, precision, needs),
    },
  };
}

/** Spikes of populations on cores. Helpers of a cut fan-in, which send sums, are not in the trace. */
function firedOn({ slices }: Placement, { topology, eventStart }: SpikeTrace): number {
  const onCores = new Set(slices.map(({ population }) => population));
  const groups = topology.populations.length;
  let fired = 0;
  for (let group = 0; group + 1 < eventStart.length; group++)
    if (onCores.has(group % groups)) fired += eventStart[group + 1] - eventStart[group];
  return fired;
}

/** Values of each timed utterance. `energies` in uJ: as many, or unknown. */
function timedValues({ latencyCycles, utterances }: TimingRun, energies: readonly number[]): Partial<Result["provenance"]> {
  if (latencyCycles.length < 2) return {};
  const steps = utterances.map((counters) => counters.steps);
  return {
    timedLatencyCycles: Array.from(latencyCycles),
    ...(energies.length !== latencyCycles.length ? {} : { timedEnergyPj: energies.map((uj) => Number((uj * 1e6).toPrecision(7))) }),
    ...(new Set(steps).size === 1 ? {} : { timedSteps: steps }),
  };
}

/** Busy shares of the two units of every core, and flits per cycle of every link that carried one. */
function utilisationOf(chip: Chip, placement: Placement, timing: TimingRun): Result["utilisation"] {
  const { total } = timing;
  const cores = chip.cores.map((core) => {
    const slices = placement.slices.filter((slice) => slice.core === core.id);
    const row = core.id * CORE_COUNTERS.length;
    const share = (name: CoreCounter): number => total.cores[row + coreColumn[name]] / total.cycles;
    return {
      core: core.id,
      populations: [...new Set(slices.map((slice) => placement.topology.populations[slice.population].name))],
      neurons: slices.reduce((sum, slice) => sum + slice.neurons, 0),
      synapseBusy: share("synapse_busy_cycles") + share("synapse_overhead_cycles"),
      somaBusy: share("soma_busy_cycles"),
    };
  });
  const links = Array.from(total.links, (flits, at) => {
    const router = Math.floor(at / total.portsPerRouter);
    return { router, port: at % total.portsPerRouter, flitsPerCycle: flits / total.cycles };
  }).filter((link) => link.flitsPerCycle > 0);
  return { cores, links: links.map((link) => ({ ...link, port: portName(chip, link.router, link.port) })) };
}

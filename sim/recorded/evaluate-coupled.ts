/**
 * Evaluates one design point of a coupled chip: function and time in one run, priced if the chip's description has
 * measured prices.
 *
 * Area, accuracy and throughput are null: such a chip is not a sum of library components, and its inputs have no
 * labels. A run with actions that nobody priced has neither energy nor power. A run that reaches its cycle limit has no
 * latency and no energy per inference; its power is that of the simulated cycles.
 */
import { type CoupledExperiment, floorPlanOf } from "../../arch/index.js";
import type { Counters } from "../counters.js";
import { fpgaMetrics } from "../fpga-metrics.js";
import { checkedResult } from "../invariants.js";
import type { Result } from "../result.js";
import type { CaseFiles } from "./case-files.js";
import type { CoupledFacts, CoupledInput } from "./coupled-model.js";
import { modelOf, runOnInput } from "./registry.js";

interface CoupledEvaluation {
  readonly result: Result;
  readonly counters: Counters;
}

/** Origin of a workload's data: hashes that identify it. */
interface CoupledProvenance {
  readonly modelHash: string;
  readonly dataHash: string;
}

/**
 * `files`: texts of the case folder; empty for synthetic inputs. @throws InputError if the case does not fit the chip.
 */
export function evaluateCoupled(experiment: CoupledExperiment, files: CaseFiles, provenance: CoupledProvenance): CoupledEvaluation {
  const { chip } = experiment;
  const { flitCycles } = floorPlanOf(experiment);
  const run = runOnInput(chip, coupledInput(experiment, files));
  const { facts } = run;
  const { costs } = modelOf(chip);
  const timeUs = costs.timeUs(chip, facts, facts.latencyCycles ?? facts.cycles);
  const rows = timeUs === null ? [] : costs.rows(chip, run, timeUs);
  const isDone = facts.latencyCycles !== null;
  const isPriced = rows.length > 0 && rows.every(({ energyPj }) => energyPj !== null);
  const totalPj = !isPriced ? null : rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
  const energyUj = totalPj === null || !isDone ? null : totalPj * 1e-6;
  const latencyUs = isDone ? timeUs : null;
  const operations = facts.synapticOperations;
  const shares = facts.cores.map(({ synapseBusy, somaBusy }) => synapseBusy + somaBusy);
  const result: Result = {
    metrics: {
      accuracy_percent: null,
      energy_uj_per_inference: energyUj,
      latency_us: latencyUs,
      latency_cycles: facts.latencyCycles,
      step_latency_us: null,
      throughput_per_s: null,
      area_mm2: null,
      power_mw: totalPj === null || timeUs === null || timeUs === 0 ? null : (totalPj / timeUs) * 1e-3,
      edp_nj_s: energyUj === null || latencyUs === null ? null : energyUj * latencyUs * 1e-3,
      energy_std_uj: null,
      latency_std_us: null,
      synaptic_operations_per_inference: isDone ? operations : null,
      multiplications_per_frame: null,
      energy_pj_per_synaptic_operation: totalPj === null || !operations ? null : totalPj / operations,
      core_utilisation_percent: shares.length === 0 ? null : (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length,
      peak_link_utilisation_percent:
        facts.links.length === 0
          ? null
          : 100 * facts.links.reduce((peak, link) => Math.max(peak, link.flitsPerCycle * flitCycles(link)), 0),
      events_processed: facts.eventsProcessed,
      events_dropped: facts.eventsDropped,
      spikes_fired: facts.spikes,
      ...fpgaMetrics(null),
    },
    breakdown: isDone ? rows : [],
    operations: { frames: 1, utterances: 1, layers: [], accumulatorOverflows: 0, stateSaturations: 0, neurobench: null },
    utilisation: { cores: facts.cores.map((core) => ({ ...core, populations: [] })), links: facts.links },
    provenance: { ...provenance, traceKey: provenance.dataHash, utterances: 1, timedUtterances: [0] },
  };
  const counters = countersOf(facts);
  return { result: checkedResult(result, counters), counters };
}

export function coupledInput({ workload }: CoupledExperiment, files: CaseFiles): CoupledInput {
  if (workload.kind === "case") return { kind: "case", files, limitCycles: workload.limitCycles };
  return { kind: "synthetic", request: workload };
}

/** The library's counters do not apply to these chips: all are empty except the cycles. */
function countersOf({ cycles }: CoupledFacts): Counters {
  const none = new Float64Array(0);
  const counts = { packets: 0, flits: 0, flitHops: 0, barrierCycles: 0, port: null };
  return { cycles, utterances: 1, steps: 1, cores: none, routers: none, links: none, portsPerRouter: 0, ...counts };
}

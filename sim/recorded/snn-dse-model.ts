/** SNN-DSE's layer controller as a core model. */
import type { SnnDseChip } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type CoupledFacts, type CoupledModel, flat, NANOSECOND, UNPRICED } from "./coupled-model.js";
import { eventRow } from "./signals.js";
import { runSnnDse, type SnnDseRun, type SnnDseStimulus, snnDseCase, snnDseOutputs, snnDseStimulus } from "./snn-dse.js";
import { LAYER_INPUTS, refuseBeyond, type WorkloadRequest } from "./workload.js";

/** Spikes that all groups meet, each a row of the trace, and steps without one; 2^21 took 3 s and 0.8 GB. */
const MOST_ROWS = powerOfTwo(22);

const groupsOf = (chip: SnnDseChip): number => Math.floor(chip.layer_neurons / chip.lanes) + 1;

function snnDseWorkload(chip: SnnDseChip, request: WorkloadRequest): SnnDseStimulus {
  const rows = groupsOf(chip) * request.events * (1 + Math.round(request.density * LAYER_INPUTS));
  refuseBeyond(MOST_ROWS, rows, "spikes and steps of all groups", "fewer steps (workload.synthetic.events), or more lanes");
  const rng = createRng(request.seed, "SNN-DSE workload");
  const inputs = Array.from({ length: LAYER_INPUTS }, (_, i) => i);
  const spikes = Array.from({ length: request.events }, () => inputs.filter(() => rng.float() < request.density));
  return { inputs: LAYER_INPUTS, spikes, countedSteps: spikes.length };
}

/**
 * Facts of a run. The controller issues a spike to one group of lanes at a time, and never issues the last spike of a
 * step. The groups hold each neuron once: lanes without a neuron, and the group too many, meet no weight.
 */
function snnDseFacts(chip: SnnDseChip, stimulus: SnnDseStimulus, run: SnnDseRun): CoupledFacts {
  const cycles = run.doneCycle + 1;
  const issued = Number(run.summary.accum_cycles);
  const groups = groupsOf(chip);
  const given = groups * stimulus.spikes.reduce((sum, step) => sum + step.length, 0);
  return {
    latencyCycles: cycles,
    cycles,
    spikes: null,
    eventsProcessed: issued,
    eventsDropped: given - issued,
    synapticOperations: (issued / groups) * chip.layer_neurons,
    ticks: null,
    cores: [{ core: 0, neurons: chip.layer_neurons, synapseBusy: issued / cycles, somaBusy: Number(run.summary.activ_cycles) / cycles }],
    links: [],
  };
}

export const snnDse: CoupledModel<SnnDseChip> = {
  run: (chip, input) => {
    const stimulus = input.kind === "case" ? snnDseStimulus(input.files) : snnDseWorkload(chip, input.request);
    const run = runSnnDse(chip, stimulus);
    return { metrics: flat(run.summary), facts: snnDseFacts(chip, stimulus, run), trace: run.trace };
  },
  cases: {
    inputs: ["case.json", "spikes.csv"],
    needed: ["trace.csv", "summary.json"],
    mark: "PENC_SIZE",
    names: ["snndse", "snndsefc"],
    withRegisters: (chip, files) => snnDseCase(chip, files).chip,
    outputs: snnDseOutputs,
  },
  costs: UNPRICED,
  periodPs: NANOSECOND,
  begin: () => {},
  row: (book, cycle, cells) => {
    const [, event, state] = cells;
    if (event === "PENC") book.enter("encoder", state, cycle);
    else if (event === "ITER") book.enter("iterator", state, cycle);
    else eventRow(book, cycle, cells);
  },
};

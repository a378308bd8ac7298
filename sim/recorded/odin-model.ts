/** ODIN as a core model. */
import type { OdinChip } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { aerFacts, aerSignals } from "./aer-model.js";
import { type CoupledModel, countedRow, flat, limited, NANOSECOND, standingRows, unpricedRow } from "./coupled-model.js";
import { type OdinStimulus, odinCase, odinOutputs, odinStimulus, runOdin } from "./odin.js";
import { arrivals, fields, NEURONS, sparse, type WorkloadRequest } from "./workload.js";

function odinWorkload(chip: OdinChip, request: WorkloadRequest): OdinStimulus {
  const rng = createRng(request.seed, "ODIN workload");
  const top = powerOfTwo(chip.membrane_bits) - 1;
  const constant = (value: number): Int32Array => new Int32Array(NEURONS).fill(value);
  return {
    synapses: sparse(rng, request.density, () => rng.int(8, 15)),
    inhibits: Uint8Array.from({ length: NEURONS }, () => (rng.float() < 0.2 ? 1 : 0)),
    neurons: {
      ...{
        disable: constant(0),
        leak_en: constant(1),
        leak: fields(rng, 0, 4),
        thr: fields(rng, 10, 40, top),
        ca_en: constant(1),
        thetamem: fields(rng, 5, 20, top),
      },
      ...{ ca_theta1: constant(1), ca_theta2: constant(4), ca_theta3: constant(6), ca_leak: constant(2) },
      ...{ core: fields(rng, 0, 8, top), calcium: constant(0), caleak_cnt: constant(0) },
    },
    // Four spike events per virtual event (excitatory, weight 7).
    events: arrivals(rng, request, () => (rng.int(0, chip.neurons - 1) << 8) | (rng.float() < 0.8 ? 0x07 : 0xe1)),
    limitCycles: request.limitCycles,
  };
}

export const odin: CoupledModel<OdinChip> = {
  run: (chip, input) => {
    const stimulus = input.kind === "case" ? limited(odinStimulus(chip, input.files), input) : odinWorkload(chip, input.request);
    const run = runOdin(chip, stimulus);
    return { metrics: flat(run.summary), facts: aerFacts(chip, run), trace: run.trace };
  },
  cases: {
    inputs: ["case.json", "case.txt", "syn.hex", "neur_init.csv", "input.csv", "sign.txt"],
    needed: ["trace.csv", "summary.json"],
    mark: "sdsp_on_syn_stim",
    names: ["odin"],
    withRegisters: (chip, files) => odinCase(chip, files).chip,
    outputs: odinOutputs,
  },
  costs: {
    timeUs: ({ power }, _facts, cycles) => (power === null ? null : cycles / power.clock_mhz),
    rows: ({ power, source }, { facts: { synapticOperations }, metrics }, timeUs) => {
      if (power === null || synapticOperations === null) return [];
      const { synaptic_operation_pj: operationPj } = power;
      // each operation writes its neuron once; so does each neuron of a virtual event or a time reference
      const bistable = metrics["state_cycles.BIST"];
      const others = metrics.neuron_sram_writes - synapticOperations;
      return [
        countedRow("synaptic operations", synapticOperations, operationPj, source),
        countedRow(
          "neuron updates without a synapse",
          others,
          operationPj,
          "at most that of a synaptic operation, which updates a neuron too",
        ),
        ...(bistable === undefined ? [] : [unpricedRow("cycles of bistability", bistable)]),
        ...standingRows(power, timeUs, source),
      ];
    },
  },
  periodPs: ({ power }) => (power === null ? NANOSECOND() : Math.round(1e6 / power.clock_mhz)),
  ...aerSignals,
};

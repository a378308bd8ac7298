/**
 * docs/one-core.md says enough to find the cycles and counters of a core: its program, which is all in the page, packs
 * words and steps through cycles without any code of this repository, and gives what the board gives.
 */
import { expect, test } from "vitest";
import { byKind, leaksOf, type Network } from "../../arch/index.js";
import { candidateOf, emit, obstaclesOf } from "../../rtl/index.js";
import { Counted } from "../counted.js";
import { hasNumpy, type ProgramCase, programLines } from "./page-program.js";
import { randomCore } from "./random-cores.js";

const CASES = 60;
const MET = [
  ...["system=lif", "system=alif", "system=rec-v1", "system=rec-v2", "ports=1rw", "ports=1r1w", "full=freeze", "judged=after-pop"],
  ...["leak=shift", "queue=1", "units=3", "interval=5", "task=frames", "barrier slack=0", "state word=16", "synapse word=17"],
];

/** A random core that takes the events of one utterance; null: it scans, runs more, or cannot be written. */
function drawn(seed: number): { readonly made: ProgramCase; readonly met: readonly string[] } | null {
  const point = randomCore(seed);
  const { experiment, model, choices } = point;
  const network = byKind<Network | null>(model, { own: (own) => own, nir: () => null });
  const [core] = experiment.chip.cores;
  const isOne = point.functional.trace.stepStart.length === 2;
  if (network === null || !isOne || core.scan.policy !== "event" || obstaclesOf(candidateOf(point)).length > 0) return null;
  const memory = ({ wordBits, banks, ports, readLatencyCycles }: typeof core.stateMemory) => ({
    ...{ word_bits: wordBits, banks, ports, read_latency_cycles: readLatencyCycles },
  });
  const { chip, precision } = experiment;
  const described = {
    lanes: core.lanes,
    accumulate_depth_cycles: core.accumulateDepthCycles,
    event_overhead_cycles: core.eventOverheadCycles,
    leaks: network.layers.map((layer) => leaksOf(network.system, layer)),
    synapse_memory: memory(core.synapseMemory),
    state_memory: memory(core.stateMemory),
    input_queue: {
      ...{ depth: core.inputQueue.depth, visibility_cycles: core.intake.visibilityCycles },
      ...{ full: core.intake.full, full_judged: core.intake.fullJudged },
    },
    neuron_update: {
      units: core.neuronUpdate.units,
      cycles_per_neuron: core.neuronUpdate.cyclesPerNeuron,
      pipeline_depth_cycles: core.neuronUpdate.pipelineDepthCycles,
    },
    // where the description has the shortest barrier, the program must find it
    barrier: { base_cycles: 0, per_core_cycles: choices.includes("barrier slack=0") ? 0 : chip.barrier.perCoreCycles },
    precision: {
      ...{ weight_bits: precision.weightBits, state_bits: precision.stateBits, accumulator_bits: precision.accumulatorBits },
      leak: precision.leak,
    },
  };
  const files = { ...emit(point).files, "core.json": JSON.stringify(described) };
  return { made: { network, files, words: ["core.json"] }, met: choices };
}

test.skipIf(!hasNumpy)(
  `the program of docs/one-core.md finds the cycles of each wave and 26 counters of ${CASES} random cores${hasNumpy ? "" : " (skipped: python3 has no numpy)"}`,
  () => {
    const cases = [];
    for (let seed = 0; cases.length < CASES; seed++) {
      const one = drawn(seed);
      if (one !== null) cases.push(one);
    }
    const seen = new Counted("docs/one-core.md");
    for (const { met } of cases) seen.see(...met);
    const lines = programLines(
      "one-core.md",
      "core.py",
      cases.map(({ made }) => made),
    );
    expect(lines.filter((line) => line.includes("NOT EQUAL"))).toEqual([]);
    expect(lines.filter((line) => /^cycles: \d+ waves, equal$/.test(line))).toHaveLength(CASES);
    expect(lines.filter((line) => line === "counters: 26, equal")).toHaveLength(CASES);
    seen.expectEach(MET);
  },
  300_000,
);

/** A random core under the names of docs/description.md, for the programs of the pages. */
import { byKind, leaksOf, type Memory, type Network } from "../../arch/index.js";
import type { RandomCore } from "./random-cores.js";

const memory = ({ wordBits, banks, ports, readLatencyCycles }: Memory) => ({
  ...{ word_bits: wordBits, banks, ports, read_latency_cycles: readLatencyCycles },
});

/** The network of a point that was trained here; null: it was imported. */
export const trainedHere = ({ model }: RandomCore): Network | null => byKind<Network | null>(model, { own: (own) => own, nir: () => null });

/** `network`: null if it was imported, whose leaks are described with its populations. */
export function describedCore({ experiment: { chip, precision } }: RandomCore, network: Network | null) {
  const [core] = chip.cores;
  const { clockMhz } = chip.technology;
  return {
    clock_mhz: clockMhz,
    ...(chip.tick === null ? {} : { tick: { period_us: chip.tick.periodCycles / clockMhz } }),
    lanes: core.lanes,
    max_neurons: core.maxNeurons,
    accumulate_depth_cycles: core.accumulateDepthCycles,
    event_overhead_cycles: core.eventOverheadCycles,
    leaks: network?.layers.map((layer) => leaksOf(network.system, layer)) ?? [],
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
    scan: {
      ...{ policy: core.scan.policy, chunk_bits: core.scan.chunkBits },
      ...{ cycles_per_chunk: core.scan.cyclesPerChunk, cycles_per_set_bit: core.scan.cyclesPerSetBit },
    },
    precision: {
      ...{ weight_bits: precision.weightBits, state_bits: precision.stateBits, accumulator_bits: precision.accumulatorBits },
      leak: precision.leak,
    },
  };
}

/**
 * SENECA's energy of a synaptic operation: the timing engine runs a layer on its core, and the energy of one more input spike is
 * divided by the synapses it meets. The prices an action are SENECA's; which actions an operation takes is the engine's answer.
 */
import type { Chip, Precision, SpikeTrace, Topology } from "../../../arch/index.js";
import { runTiming } from "../../board/index.js";
import { price } from "../../energy.js";
import { placement } from "../../mapping/index.js";
import { type PublishedRow, publishedValue } from "./row.js";

const NEURONS = 100;
const INPUTS = 2;

const precision: Precision = {
  ...{ weightBits: 16, stateBits: 16, stateFractionBits: 8, accumulatorBits: 16, accumulatorOverflow: "saturate", lutBits: 8, gateBits: 8 },
  ...{ leak: "multiplier", spikeBits: null },
};
const update = { multiplies: 0, additions: 0, lutReads: 0 };
const topology: Topology = {
  populations: [
    { name: "input", neurons: INPUTS, accumulators: 0, states: 0, depth: 0, payloadBits: 1, rests: true, update },
    { name: "layer", neurons: NEURONS, accumulators: 1, states: 1, depth: 1, payloadBits: 0, rests: true, update },
  ],
  projections: [{ source: 0, target: 1, recurrent: false, sparse: null }],
};

/** One step in which the first `spikes` inputs fire with payload 1. */
function traceOf(spikes: number): SpikeTrace {
  return {
    topology,
    stepStart: Uint32Array.of(0, 1),
    eventStart: Uint32Array.of(0, spikes, spikes),
    neuron: Uint16Array.from({ length: spikes }, (_, i) => i),
    payload: new Int16Array(spikes).fill(1),
    key: `${spikes} spikes`,
  };
}

/** Memory and datapath energy of an accumulated synapse, pJ: the difference that the second of two spikes makes. */
export function senecaSynapticOperationPj(chip: Chip): number {
  const slices = [
    { population: 0, firstNeuron: 0, neurons: INPUTS, core: 0 },
    { population: 1, firstNeuron: 0, neurons: NEURONS, core: 0 },
  ];
  const energyPj = (spikes: number): number => {
    const { total } = runTiming(chip, placement(topology, "manual", slices), precision, traceOf(spikes));
    const { rows } = price(chip, precision, topology, total);
    return rows.filter((row) => row.group === "memory" || row.group === "datapath").reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
  };
  return (energyPj(2) - energyPj(1)) / NEURONS;
}

export function senecaRows(chip: Chip): PublishedRow[] {
  const published = publishedValue("SENECA", "energy per synaptic op, one event, no reuse");
  return [
    {
      ...{ chip: "SENECA", quantity: `energy of a synaptic operation (${published.conditions})`, unit: published.unit },
      ...{ published: published.value, model: senecaSynapticOperationPj(chip) },
      ...{ tolerance: { percent: 1 }, basis: "predicted", source: published.source },
    },
  ];
}

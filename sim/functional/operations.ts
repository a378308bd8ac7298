/**
 * Operation counts of a run, exactly: every spike costs one synaptic operation for each weight it meets, its own layer's recurrent
 * weights included (also in the last step, whose recurrent spikes a chip sends like any other).
 * Rows: a population (its spikes and its element-wise work), then each projection out of it (its synaptic operations).
 */
import type { Topology } from "../../arch/index.js";
import type { OperationCounts } from "../result.js";
import type { IntegerNetwork } from "./integer-network.js";
import { equationMultiplies } from "./topology.js";
import type { UtteranceRun } from "./utterance.js";

type Row = OperationCounts["layers"][number];

/** Collects runs of one network; `counts` may be asked at any time. */
export class OperationCounter {
  private frames = 0;
  private utterances = 0;
  private overflows = 0;
  private saturations = 0;
  /** By population: spikes, spikes of payload +-1, and bits set in the payloads' magnitudes. */
  private readonly spikes: Float64Array;
  private readonly units: Float64Array;
  private readonly planes: Float64Array;
  /** By projection: synaptic operations whose weight is not zero. */
  private readonly effective: Float64Array;
  private readonly nonZero: readonly Uint32Array[];
  private readonly outOf: readonly (readonly number[])[];

  constructor(private readonly network: IntegerNetwork) {
    const { populations, projections } = network.topology;
    this.spikes = new Float64Array(populations.length);
    this.units = new Float64Array(populations.length);
    this.planes = new Float64Array(populations.length);
    this.effective = new Float64Array(projections.length);
    this.nonZero = nonZeroWeights(network);
    this.outOf = populations.map((_, p) => projections.flatMap((projection, j) => (projection.source === p ? [j] : [])));
  }

  add(run: UtteranceRun): void {
    this.frames += run.steps;
    this.utterances++;
    this.overflows += run.accumulatorOverflows;
    this.saturations += run.stateSaturations;
    const populations = this.spikes.length;
    for (let g = 0; g < run.eventStart.length - 1; g++) {
      const p = g % populations;
      const start = run.eventStart[g];
      const end = run.eventStart[g + 1];
      this.spikes[p] += end - start;
      for (let e = start; e < end; e++) {
        const bits = POPCOUNT[Math.abs(run.payload[e])];
        this.planes[p] += bits;
        if (run.payload[e] === 1 || run.payload[e] === -1) this.units[p]++;
      }
      for (const j of this.outOf[p]) {
        const weights = this.nonZero[j];
        let sum = 0;
        for (let e = start; e < end; e++) sum += weights[run.neuron[e]];
        this.effective[j] += sum;
      }
    }
  }

  counts(): OperationCounts {
    const { topology } = this.network;
    const rows = topology.populations.flatMap((_, p) => [
      this.populationRow(topology, p),
      ...this.outOf[p].map((j) => this.projectionRow(topology, j)),
    ]);
    return {
      frames: this.frames,
      utterances: this.utterances,
      layers: rows,
      accumulatorOverflows: this.overflows,
      stateSaturations: this.saturations,
    };
  }

  private populationRow(topology: Topology, p: number): Row {
    const { name, neurons, update } = topology.populations[p];
    const updates = neurons * this.frames;
    return {
      name,
      spikes: this.spikes[p],
      density: updates === 0 ? 0 : this.spikes[p] / updates,
      macs: 0,
      acs: 0,
      effective: 0,
      bitSerialAcs: 0,
      elementMultiplies: update.multiplies * updates,
      elementAdds: update.additions * updates,
      lutReads: update.lutReads * updates,
      denseEquivalent: 0,
    };
  }

  private projectionRow(topology: Topology, j: number): Row {
    const { source, target } = topology.projections[j];
    const from = topology.populations[source];
    const to = topology.populations[target];
    const fanOut = to.neurons * to.accumulators;
    const updates = from.neurons * this.frames;
    return {
      name: `${from.name} -> ${to.name}`,
      spikes: this.spikes[source],
      density: updates === 0 ? 0 : this.spikes[source] / updates,
      macs: (this.spikes[source] - this.units[source]) * fanOut,
      acs: this.units[source] * fanOut,
      effective: this.effective[j],
      bitSerialAcs: this.planes[source] * fanOut,
      elementMultiplies: 0,
      elementAdds: 0,
      lutReads: 0,
      denseEquivalent: updates * fanOut,
    };
  }
}

/** Bits set, for payload magnitudes up to 255. */
const POPCOUNT = Uint8Array.from({ length: 256 }, (_, i) => i.toString(2).replaceAll("0", "").length);

/** By projection, by source neuron: how many of the weights that its spike meets are not zero. */
export function nonZeroWeights(network: IntegerNetwork): Uint32Array[] {
  const count = (sources: number, blocks: readonly Int16Array[]): Uint32Array => {
    const out = new Uint32Array(sources);
    for (const block of blocks) {
      for (let i = 0; i < block.length; i++) if (block[i] !== 0) out[i % sources]++;
    }
    return out;
  };
  const last = network.layers[network.layers.length - 1].neurons;
  return [
    ...network.layers.flatMap((layer) => {
      const own = layer.gates.flatMap((gate) => (gate.recurrentWeights === null ? [] : [gate.recurrentWeights]));
      const input = count(
        layer.inputs,
        layer.gates.map((gate) => gate.inputWeights),
      );
      return own.length === 0 ? [input] : [input, count(layer.neurons, own)];
    }),
    count(last, [network.readout.weights]),
  ];
}

/**
 * Multiplications a frame as the field counts them: every spike times every weight it meets, and the equations' element-wise products
 * (rec 2, lif with a leak 1, gru and lstm 3 a neuron); requantisation, a product on the chip, counts as folded away.
 */
export function multiplicationsPerFrame(operations: OperationCounts, network: IntegerNetwork): number {
  const synaptic = operations.layers.reduce((sum, row) => sum + row.macs + row.acs, 0);
  const elementWise = network.layers.reduce(
    (sum, layer) => sum + layer.neurons * equationMultiplies(network.system, layer.tau !== null),
    0,
  );
  return operations.frames === 0 ? 0 : synaptic / operations.frames + elementWise;
}

/** Synaptic operations (MAC and AC) of a whole run. */
export function synapticOperations(operations: OperationCounts): number {
  return operations.layers.reduce((sum, row) => sum + row.macs + row.acs, 0);
}

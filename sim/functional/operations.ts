/**
 * Operation counts of a run, exactly: every spike costs one synaptic operation for each weight it meets, its own layer's recurrent
 * weights included (also in the last step, whose recurrent spikes a chip sends like any other).
 * Rows: a population (its spikes and its element-wise work), then each projection out of it (its synaptic operations).
 */
import { cellOf, type Topology } from "../../arch/index.js";
import type { OperationCounts } from "../result.js";
import type { IntegerNetwork } from "./integer-network.js";
import { POPCOUNT, type Tally } from "./tally.js";
import type { UtteranceRun } from "./utterance.js";

type Row = OperationCounts["layers"][number];

/** Collects runs of one network; `counts` may be asked at any time. */
export class OperationCounter {
  private frames = 0;
  private utterances = 0;
  private overflows = 0;
  private saturations = 0;
  /** By population. */
  private readonly spikes: Float64Array;
  /** By projection: synaptic operations, those of payload +-1, those of each bit of a payload, and those whose weight is not zero. */
  private readonly met: Float64Array;
  private readonly adds: Float64Array;
  private readonly bits: Float64Array;
  private readonly effective: Float64Array;
  private readonly outOf: readonly (readonly number[])[];
  /** By projection: weights that a spike meets, the same for all source neurons or by neuron. */
  private readonly fanOut: readonly (number | Uint32Array)[];

  /** `weightBits`: of the weights into each population. */
  constructor(
    private readonly topology: Topology,
    private readonly weightBits: (target: number) => number,
  ) {
    const { populations, projections } = topology;
    this.fanOut = projections.map(({ target, sparse }) =>
      sparse === null
        ? populations[target].neurons * populations[target].accumulators
        : sparse.rowStart.slice(1).map((end, n) => end - sparse.rowStart[n]),
    );
    this.spikes = new Float64Array(populations.length);
    this.met = new Float64Array(projections.length);
    this.adds = new Float64Array(projections.length);
    this.bits = new Float64Array(projections.length);
    this.effective = new Float64Array(projections.length);
    this.outOf = populations.map((_, p) => projections.flatMap((projection, j) => (projection.source === p ? [j] : [])));
  }

  add(run: Omit<UtteranceRun, "scores" | "membraneUpdates">, sums: Tally): void {
    this.frames += run.steps;
    this.utterances++;
    this.overflows += run.accumulatorOverflows;
    this.saturations += run.stateSaturations;
    const populations = this.spikes.length;
    for (let p = 0; p < populations; p++) {
      let [events, ones, bits] = [0, 0, 0];
      for (let g = p; g < run.eventStart.length - 1; g += populations) {
        events += run.eventStart[g + 1] - run.eventStart[g];
        ones += sums.ones[g];
        bits += sums.bits[g];
      }
      this.spikes[p] += events;
      for (const j of this.outOf[p]) {
        const fanOut = this.fanOut[j];
        if (typeof fanOut === "number") {
          this.met[j] += events * fanOut;
          this.adds[j] += ones * fanOut;
          this.bits[j] += bits * fanOut;
        } else this.meet(j, fanOut, run, p);
        for (const effective of sums.effective[j]) this.effective[j] += effective;
      }
    }
  }

  /** Events of population `p` over a projection whose fan-out differs by neuron. */
  private meet(
    j: number,
    fanOut: Uint32Array,
    { eventStart, neuron, payload }: Pick<UtteranceRun, "eventStart" | "neuron" | "payload">,
    p: number,
  ): void {
    let [met, adds, bits] = [0, 0, 0];
    for (let g = p; g < eventStart.length - 1; g += this.spikes.length) {
      for (let e = eventStart[g]; e < eventStart[g + 1]; e++) {
        const fan = fanOut[neuron[e]];
        const magnitude = Math.abs(payload[e]);
        met += fan;
        if (magnitude === 1) adds += fan;
        bits += POPCOUNT[magnitude] * fan;
      }
    }
    this.met[j] += met;
    this.adds[j] += adds;
    this.bits[j] += bits;
  }

  counts(): Omit<OperationCounts, "neurobench"> {
    const { topology } = this;
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
      payloadBits: 0,
      weightBits: 0,
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
    const { source, target, sparse } = topology.projections[j];
    const from = topology.populations[source];
    const to = topology.populations[target];
    const synapses = sparse === null ? from.neurons * to.neurons * to.accumulators : sparse.targets.length;
    const updates = from.neurons * this.frames;
    return {
      name: `${from.name} -> ${to.name}`,
      payloadBits: from.payloadBits,
      weightBits: this.weightBits(target),
      spikes: this.spikes[source],
      density: updates === 0 ? 0 : this.spikes[source] / updates,
      macs: this.met[j] - this.adds[j],
      acs: this.adds[j],
      effective: this.effective[j],
      bitSerialAcs: this.bits[j],
      elementMultiplies: 0,
      elementAdds: 0,
      lutReads: 0,
      denseEquivalent: this.frames * synapses,
    };
  }
}

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
 * Multiplications a frame as the field counts them: every spike times every weight it meets, and the element-wise products of the equations
 * (`elementMultiplies`); requantisation, a product on the chip, counts as folded away.
 */
export function multiplicationsPerFrame(operations: OperationCounts, network: { readonly elementMultiplies: number }): number {
  return operations.frames === 0 ? 0 : synapticOperations(operations) / operations.frames + network.elementMultiplies;
}

/** Element-wise products per frame of the cells' equations; a leak by shifts has none. */
export function elementMultiplies(network: IntegerNetwork): number {
  const products = network.precision.leak === "multiplier";
  const cell = cellOf(network.system);
  return network.layers.reduce((sum, layer) => sum + layer.neurons * cell.equation(layer.tau !== null && products).multiplies, 0);
}

/** Synaptic operations (MAC and AC) of a whole run. */
export function synapticOperations(operations: OperationCounts): number {
  return operations.layers.reduce((sum, row) => sum + row.macs + row.acs, 0);
}

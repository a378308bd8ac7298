/**
 * Exact operation counts of a run. Every spike costs one synaptic operation for each weight that it meets, recurrent
 * weights included, also in the last step (which a chip does not execute: docs/metrics.md). A product with a payload or
 * a weight of 0 or +-1 is an addition (AC), any other a multiplication (MAC).
 * Rows: a population (spikes and element-wise work), then each projection from it (synaptic operations).
 */
import type { Topology } from "../network.js";
import { areUnits } from "../precision.js";
import { synapsesIn } from "../rows.js";
import { fanOutsOf, type Tally } from "./tally.js";

/** Totals over a workload. */
export interface OperationTotals {
  readonly frames: number;
  readonly utterances: number;
  /** One row per population or projection, in network order. */
  readonly layers: readonly OperationRow[];
}

interface OperationRow {
  readonly name: string;
  /**
   * Operand widths of a projection's operations: of payloads and of weights; 0 for a population, which has no synaptic
   * operations.
   */
  readonly payloadBits: number;
  readonly weightBits: number;
  readonly spikes: number;
  /** Spikes / (neurons x steps). */
  readonly density: number;
  readonly macs: number;
  readonly acs: number;
  /** Synaptic operations whose weight is not zero. */
  readonly effective: number;
  readonly bitSerialAcs: number;
  /** Products of a population's updates on the chip, requantisation included. */
  readonly elementMultiplies: number;
  readonly elementAdds: number;
  readonly lutReads: number;
  readonly denseEquivalent: number;
}

/** Adds up runs of one network; `counts` can be read at any time. */
export class OperationCounter {
  /** Steps of the network: a frame of the data lasts `stepsPerFrame` of them. */
  private steps = 0;
  private utterances = 0;
  /** By population. */
  private readonly spikes: Float64Array;
  /**
   * By projection: synaptic operations; those with payload +-1; those per payload bit; those with a non-zero weight.
   */
  private readonly met: Float64Array;
  private readonly adds: Float64Array;
  private readonly bits: Float64Array;
  private readonly effective: Float64Array;
  private readonly outOf: readonly (readonly number[])[];
  private readonly fanOut: readonly (number | Uint32Array)[];

  /** `weightBits`: of the weights into each population. */
  constructor(
    private readonly topology: Topology,
    private readonly weightBits: (target: number) => number,
    private readonly stepsPerFrame: number,
  ) {
    const { populations, projections } = topology;
    this.fanOut = fanOutsOf(topology);
    this.spikes = new Float64Array(populations.length);
    this.met = new Float64Array(projections.length);
    this.adds = new Float64Array(projections.length);
    this.bits = new Float64Array(projections.length);
    this.effective = new Float64Array(projections.length);
    this.outOf = populations.map((_, p) => projections.flatMap((projection, j) => (projection.source === p ? [j] : [])));
  }

  /** One utterance. */
  add({ steps, events, ones, bits, effective, uneven }: Tally): void {
    this.steps += steps;
    this.utterances++;
    const populations = this.spikes.length;
    for (let p = 0; p < populations; p++) {
      let [spikes, single, set] = [0, 0, 0];
      for (let g = p; g < events.length; g += populations) {
        spikes += events[g];
        single += ones[g];
        set += bits[g];
      }
      this.spikes[p] += spikes;
      for (const j of this.outOf[p]) {
        const fanOut = this.fanOut[j];
        const met = uneven[j] ?? { all: spikes, ones: single, bits: set };
        const each = typeof fanOut === "number" ? fanOut : 1;
        this.met[j] += met.all * each;
        this.adds[j] += met.ones * each;
        this.bits[j] += met.bits * each;
        for (const sum of effective[j]) this.effective[j] += sum;
      }
    }
  }

  counts(): OperationTotals {
    const { topology } = this;
    const rows = topology.populations.flatMap((_, p) => [
      this.populationRow(topology, p),
      ...this.outOf[p].map((j) => this.projectionRow(topology, j)),
    ]);
    return { frames: this.steps / this.stepsPerFrame, utterances: this.utterances, layers: rows };
  }

  private populationRow(topology: Topology, p: number): OperationRow {
    const { name, neurons, update } = topology.populations[p];
    const updates = neurons * this.steps;
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

  private projectionRow(topology: Topology, j: number): OperationRow {
    const { source, target, sparse } = topology.projections[j];
    const from = topology.populations[source];
    const to = topology.populations[target];
    const synapses = sparse === null ? from.neurons * to.neurons * to.accumulators : synapsesIn(sparse);
    const updates = from.neurons * this.steps;
    const weightBits = this.weightBits(target);
    const adds = areUnits(weightBits) ? this.met[j] : this.adds[j];
    return {
      name: `${from.name} -> ${to.name}`,
      payloadBits: from.payloadBits,
      weightBits,
      spikes: this.spikes[source],
      density: updates === 0 ? 0 : this.spikes[source] / updates,
      macs: this.met[j] - adds,
      acs: adds,
      effective: this.effective[j],
      bitSerialAcs: this.bits[j],
      elementMultiplies: 0,
      elementAdds: 0,
      lutReads: 0,
      denseEquivalent: this.steps * synapses,
    };
  }
}

/** Synaptic operations (MAC and AC) of a whole run. */
function synapticOperations({ layers }: Pick<OperationTotals, "layers">): number {
  return layers.reduce((sum, row) => sum + row.macs + row.acs, 0);
}

/**
 * Multiplications per frame as Ponghiran and Roy count them: one per spike and weight that it meets, and the
 * element-wise products of the equations in each step (`elementMultiplies` of the network). Requantisation, a product
 * on the chip, is not counted.
 */
export function multiplicationsPerFrame(
  counts: OperationTotals,
  { elementMultiplies }: { readonly elementMultiplies: number },
  stepsPerFrame: number,
): number {
  return counts.frames === 0 ? 0 : synapticOperations(counts) / counts.frames + elementMultiplies * stepsPerFrame;
}

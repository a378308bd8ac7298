/**
 * Operation counts of a float network from its real activity, by the rules of arch/costs: the float spikes of a batch are counted per
 * utterance. Means per frame:
 *   multiplications  one per spike and weight, plus the element-wise products of the cells' equations
 *   macs / acs       products of spike and weight by payload: |q| > 1 is a multiply-accumulate, q = +-1 an accumulate
 *   bit-serial acs   set bits of |q| times number of weights
 * gru and lstm run dense: every product counts.
 * Shapes: layer outputs [rows][width] float32, payload q = value * scale; without a quantiser every value is real, and
 * no payload is 1.
 */

import {
  countedWeights,
  equationTopology,
  type Network,
  NetworkNeurobench,
  type NeurobenchMetrics,
  nonZeroWeights,
  OperationCounter,
  parameterCount,
  type Quantiser,
  scaleOf,
  setBits,
  statisticsCount,
  type Tally,
  type Topology,
} from "../arch/index.js";
import { existing } from "../base/entry.js";
import type { Batch } from "./batch.js";

/** Means per frame, exact over all counted frames. */
export interface Operations {
  /** Non-zero values per neuron and step: input, then each layer. */
  readonly density: readonly number[];
  readonly multiplications: number;
  /** The same without products with a weight of 0. */
  readonly effectiveMultiplications: number;
  readonly macs: number;
  readonly acs: number;
  readonly bitSerialAcs: number;
  readonly elementwise: { readonly multiplications: number; readonly additions: number; readonly lutReads: number };
  /** All products of this network if nothing were skipped. */
  readonly denseMultiplications: number;
  readonly neuroBench: NeurobenchMetrics;
}

/** Bits of a weight during training. */
const FLOAT_BITS = 32;

/** Adds up batches; `operations` ends the count. */
export class ActivityCounter {
  readonly #network: Network;
  readonly #topology: Topology;
  readonly #nonZero: readonly Uint32Array[];
  readonly #quantisers: readonly (Quantiser | null)[];
  readonly #counter: OperationCounter;
  readonly #stepsPerFrame: number;
  readonly #neurobench: NetworkNeurobench;
  /** Neurons of a row whose value is not 0. */
  readonly #active: Int32Array;
  /** Tallies of the present batch, by utterance. */
  #tallies: Tally[] = [];

  /** `stepsPerFrame`: steps of the network that a frame of the data lasts. */
  constructor(network: Network, stepsPerFrame: number) {
    this.#network = network;
    this.#stepsPerFrame = stepsPerFrame;
    this.#topology = equationTopology(network);
    this.#nonZero = nonZeroWeights(network);
    this.#quantisers = [network.encoder, ...network.layers.map((layer) => layer.quantiser)];
    this.#active = new Int32Array(Math.max(...this.#topology.populations.map(({ neurons }) => neurons)));
    this.#counter = new OperationCounter(this.#topology, () => FLOAT_BITS, stepsPerFrame);
    const [parameters, buffers] = [parameterCount(network), statisticsCount(network)];
    this.#neurobench = new NetworkNeurobench(
      this.#topology,
      countedWeights(this.#topology, this.#nonZero),
      { parameters, buffers, packedBits: FLOAT_BITS * (parameters + buffers) },
      network.layers.map((_, l) => ({ population: l + 1, price: null, membranes: false, sends: true })),
    );
  }

  /** Starts a batch. */
  open(batch: Batch): void {
    this.#close();
    const { populations, projections } = this.#topology;
    this.#tallies = Array.from(batch.lengths, (steps): Tally => {
      const groups = (): Uint32Array => new Uint32Array(steps * populations.length);
      const [events, ones, bits] = [groups(), groups(), groups()];
      return { steps, events, ones, bits, effective: projections.map(() => new Float64Array(steps)), uneven: projections.map(() => null) };
    });
  }

  /** Adds the outputs of one source (0: input, l: layer l), [rows][width]; `neurons` per row are not padding. */
  add(batch: Batch, source: number, outputs: Float32Array, width: number, neurons: number): void {
    const quantiser = this.#quantisers[source];
    const scale = quantiser && quantiser.bits < 32 ? scaleOf(quantiser.bits, quantiser.range) : 0;
    const own = this.#topology.projections.flatMap((projection, j) => (projection.source === source ? [j] : []));
    for (let t = 0; t < batch.steps; t++)
      for (let b = 0; b < batch.counts[t]; b++) {
        const start = (batch.offset[t] + b) * width;
        this.#addRow(this.#tallies[b], t, source, outputs, start, start + neurons, scale, own);
      }
  }

  #addRow(
    tally: Tally,
    step: number,
    source: number,
    outputs: Float32Array,
    start: number,
    end: number,
    scale: number,
    projections: readonly number[],
  ): void {
    const active = this.#active;
    let [count, ones, bits] = [0, 0, 0];
    for (let i = start; i < end; i++) {
      const value = outputs[i];
      if (value === 0) continue;
      active[count++] = i - start;
      const q = Math.round(Math.abs(value * scale));
      if (q === 1) ones++;
      bits += setBits(q);
    }
    const group = step * this.#topology.populations.length + source;
    tally.events[group] = count;
    tally.ones[group] = ones;
    tally.bits[group] = bits;
    for (const j of projections) {
      const nonZero = this.#nonZero[j];
      let met = 0;
      for (let k = 0; k < count; k++) met += nonZero[active[k]];
      tally.effective[j][step] = met;
    }
  }

  #close(): void {
    for (const tally of this.#tallies) {
      this.#counter.add(tally);
      this.#neurobench.add(tally, null);
    }
    this.#tallies = [];
  }

  /** Ends the count. */
  operations(): Operations {
    this.#close();
    const { frames, layers } = this.#counter.counts();
    const spiking = this.#network.encoder !== null;
    const mean = (of: (row: (typeof layers)[number]) => number): number => layers.reduce((sum, row) => sum + of(row), 0) / frames;
    const dense = mean((row) => row.denseEquivalent);
    const products = spiking ? mean((row) => row.macs + row.acs) : dense;
    const weights = this.#nonZero.reduce((sum, ofSource) => ofSource.reduce((all, count) => all + count, sum), 0);
    const effective = spiking ? mean((row) => row.effective) : weights * this.#stepsPerFrame;
    const acs = spiking ? mean((row) => row.acs) : 0;
    const elementwise = {
      multiplications: mean((row) => row.elementMultiplies),
      additions: mean((row) => row.elementAdds),
      lutReads: mean((row) => row.lutReads),
    };
    const sources = this.#topology.populations.slice(0, -1).map(({ name }) =>
      existing(
        layers.find((row) => row.name === name),
        `layer ${name}`,
      ),
    );
    return {
      density: sources.map(({ density }) => density),
      multiplications: products + elementwise.multiplications,
      effectiveMultiplications: effective + elementwise.multiplications,
      macs: products - acs,
      acs,
      bitSerialAcs: spiking ? mean((row) => row.bitSerialAcs) : 0,
      elementwise,
      denseMultiplications: dense + elementwise.multiplications,
      neuroBench: this.#neurobench.metrics(),
    };
  }
}

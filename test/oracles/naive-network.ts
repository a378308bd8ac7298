/**
 * lif, rec-v1 and rec-v2 message by message, from their equations: a message adds its weights to the sums of the wave
 * that it counts to, at once, in whatever order messages come. Its sums never overflow, so that the order cannot
 * matter. Shares no code with the engines.
 */
import type { IntegerNetwork, IntegerQuantiser, Requantiser } from "../../sim/functional/integer-network.js";
import type { Placement, Slice } from "../../sim/mapping/placement.js";
import type { Message, NaiveFunction } from "./naive-chip.js";

const nearest = (value: number): number => (value < 0 ? 0 - Math.floor(0.5 - value) : Math.floor(value + 0.5));
const scaled = (by: Requantiser, row: number, sum: number): number => nearest((sum * by.multiplier[row] + by.bias[row]) / 2 ** by.shift);
const clamped = (value: number, bits: number): number => Math.min(2 ** (bits - 1) - 1, Math.max(-(2 ** (bits - 1)), value));

export class NaiveNetwork implements NaiveFunction {
  /** [step][population] */
  readonly spikes: { neuron: number; payload: number }[][][] = [];
  readonly scores: number[];
  /** By slice and wave: gates x neurons of the population. */
  private readonly sums = new Map<string, number[][]>();
  private readonly membrane: number[][];
  private readonly hidden: number[][];

  constructor(
    private readonly network: IntegerNetwork,
    private readonly placement: Placement,
    private readonly inputs: Int32Array,
  ) {
    const sizes = [network.inputs, ...network.layers.map(({ neurons }) => neurons), network.classes];
    this.membrane = sizes.map((size) => new Array<number>(size).fill(0));
    this.hidden = sizes.map((size) => new Array<number>(size).fill(0));
    const steps = inputs.length / network.inputs;
    this.spikes = Array.from({ length: steps }, () => sizes.map(() => []));
    this.scores = new Array<number>(steps * network.classes).fill(0);
  }

  private sumsOf(slice: Slice, wave: number): number[][] {
    const key = `${slice.population}/${slice.firstNeuron}/${wave}`;
    const layer = this.network.layers[slice.population - 1];
    const made = this.sums.get(key) ?? Array.from({ length: layer?.gates.length ?? 1 }, () => new Array<number>(slice.neurons).fill(0));
    this.sums.set(key, made);
    return made;
  }

  took(core: number, { population, neuron, payload, last }: Message, wave: number): void {
    const { layers, readout } = this.network;
    for (const slice of this.placement.slices) {
      if (slice.core !== core) continue;
      const isNext = slice.population === population + 1;
      const layer = layers[slice.population - 1];
      const isOwn = slice.population === population && !last;
      if (!isNext && !isOwn) continue;
      this.sumsOf(slice, wave + 1).forEach((sums, g) => {
        const table = layer === undefined ? readout.weights : isNext ? layer.gates[g].inputWeights : layer.gates[g].recurrentWeights;
        if (table === null) return;
        const width = this.membrane[population].length;
        for (let n = 0; n < slice.neurons; n++) sums[n] += table[(slice.firstNeuron + n) * width + neuron] * payload;
      });
    }
  }

  spikesOf(slice: Slice, step: number, wave: number): { neuron: number; payload: number }[] {
    const { network } = this;
    const { population: p, firstNeuron, neurons } = slice;
    const sums = this.sumsOf(slice, wave);
    const fired: { neuron: number; payload: number }[] = [];
    for (let n = firstNeuron; n < firstNeuron + neurons; n++) {
      const sum = (gate: number): number => sums[gate][n - firstNeuron];
      if (p > network.layers.length) {
        this.scores[step * network.classes + n] = clamped(scaled(network.readout.requantiser, n, sum(0)), 16);
        continue;
      }
      const layer = network.layers[p - 1];
      const input = layer === undefined ? this.inputs[step * network.inputs + n] : this.current(p, n, sum);
      const payload = this.fire(layer === undefined ? network.encoder : layer.quantiser, p, n, input);
      if (payload !== 0) fired.push({ neuron: n, payload });
    }
    this.spikes[step][p].push(...fired);
    return fired;
  }

  /** What is added to the membrane. */
  private current(p: number, n: number, sum: (gate: number) => number): number {
    const { system, precision, layers } = this.network;
    const { gates, perNeuron, sigmoid, quantiser } = layers[p - 1];
    const [tau = null] = perNeuron;
    const pre = gates.map(({ requantiser }, g) => scaled(requantiser, n, sum(g)));
    const before = this.hidden[p][n];
    if (system === "lif") {
      const kept = tau === null ? before : nearest((tau[n] * before) / 2 ** precision.gateBits);
      this.hidden[p][n] = clamped(pre[0] + kept, quantiser.stateBits);
    } else {
      const z = sigmoid[Math.min(sigmoid.length - 1, Math.max(0, pre[0] + sigmoid.length / 2))];
      const c = clamped(Math.max(0, pre[1]), quantiser.stateBits);
      this.hidden[p][n] = c + nearest((z * (before - c)) / 2 ** precision.gateBits);
    }
    return this.hidden[p][n];
  }

  private fire({ shift, limit, theta, stateBits }: IntegerQuantiser, p: number, n: number, input: number): number {
    const a = clamped(this.membrane[p][n] + input, stateBits);
    const q = Math.min(limit, Math.max(-limit, Math.trunc(a / 2 ** shift)));
    const payload = Math.abs(q) <= theta ? 0 : q;
    this.membrane[p][n] = a - payload * 2 ** shift;
    return payload;
  }
}

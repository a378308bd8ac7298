/**
 * Neurons of lif, alif, rec-v1, rec-v2 and of plug-ins' cells in integers, slow and obvious: one neuron, one weight,
 * one addition after the other, in plain numbers. Order of additions into an accumulator: the step's input spikes,
 * neurons ascending, then the layer's own spikes of the step before, neurons ascending. Every addition keeps the
 * accumulator's range, as a register does.
 */
import { byStep, type CellKernel, kernelOf, SCORE_BITS } from "../../arch/index.js";
import { shiftRound, signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import { Accumulator } from "./accumulator.js";
import { type IntegerGate, type IntegerLayer, type IntegerNetwork, type IntegerQuantiser, requantise } from "./integer-network.js";
import { leaked } from "./leak-rules.js";
import { type PluginLayer, pluginLayer } from "./plugin-layer.js";

export interface Spike {
  readonly neuron: number;
  readonly payload: number;
}

/** States of a layer: `hidden` is h (rec), i (lif) or b (alif), `membrane` is a. */
interface KernelState {
  readonly layer: IntegerLayer;
  readonly membrane: number[];
  readonly hidden: number[];
}

/** State of a layer, which begins silent; the layer of a plug-in's cell keeps its states itself. */
export type LayerState = KernelState | { readonly layer: IntegerLayer; readonly own: PluginLayer };

export function silentLayer(network: IntegerNetwork, index: number): LayerState {
  const layer = network.layers[index];
  const words = (): number[] => new Array<number>(layer.neurons).fill(0);
  return byStep<LayerState>(network.system, {
    kernel: () => ({ layer, membrane: words(), hidden: words() }),
    plugin: (cell) => ({ layer, own: pluginLayer(network, index, cell) }),
  });
}

export class SpikingCells {
  readonly accumulator: Accumulator;
  saturations = 0;

  private readonly kernel: CellKernel | null;

  constructor(private readonly network: IntegerNetwork) {
    this.kernel = kernelOf(network.system);
    this.accumulator = new Accumulator(network.precision);
  }

  /** One step of encoder neuron `i`, whose membranes are in `encoder`; appends its spike, if any. */
  encode(encoder: number[], i: number, value: number, fired: Spike[]): void {
    encoder[i] = this.fire(this.network.encoder, i, encoder[i] + value, fired);
  }

  /**
   * One step of `neurons` neurons from `first` on, given the spikes of the layer before and the layer's own last ones;
   * appends their spikes. Returns how many of their membranes changed.
   */
  update(state: LayerState, first: number, neurons: number, spikes: readonly Spike[], last: readonly Spike[], fired: Spike[]): number {
    if ("own" in state) return this.updateOwn(state, first, neurons, spikes, last, fired);
    let moved = 0;
    for (let n = first; n < first + neurons; n++) {
      const before = state.membrane[n];
      this.updateOne(state, n, spikes, last, fired);
      if (state.membrane[n] !== before) moved++;
    }
    return moved;
  }

  private updateOwn(
    { layer, own }: Extract<LayerState, { readonly own: PluginLayer }>,
    first: number,
    neurons: number,
    spikes: readonly Spike[],
    last: readonly Spike[],
    fired: Spike[],
  ): number {
    for (let n = first; n < first + neurons; n++)
      for (const [g, gate] of layer.gates.entries()) own.feed(g, n, this.preActivation(layer, gate, n, spikes, last));
    const moved = own.step(first, neurons);
    this.saturations += own.takeSaturations();
    for (let n = first; n < first + neurons; n++) if (own.spikes[n] !== 0) fired.push({ neuron: n, payload: own.spikes[n] });
    return moved;
  }

  private updateOne(
    { layer, membrane, hidden }: KernelState,
    n: number,
    spikes: readonly Spike[],
    last: readonly Spike[],
    fired: Spike[],
  ): void {
    const pre = layer.gates.map((gate) => this.preActivation(layer, gate, n, spikes, last));
    switch (this.kernel) {
      case "lif":
        hidden[n] = this.clamp(pre[0] + this.leaked(hidden[n], layer.perNeuron[0]?.[n]), layer.quantiser.stateBits);
        break;
      case "rec":
        hidden[n] = this.gated(layer, pre[0], pre[1], hidden[n]);
        break;
      case "alif":
        this.adaptive({ layer, membrane, hidden }, n, pre[0], fired);
        return;
    }
    membrane[n] = this.fire(layer.quantiser, n, membrane[n] + hidden[n], fired);
  }

  /** Score of class `c` in a step. */
  score(c: number, spikes: readonly Spike[]): number {
    const { weights, requantiser, accumulatorBits } = this.network.readout;
    const width = weights.length / this.network.classes;
    let sum = 0;
    for (const spike of spikes) sum = this.accumulator.add(sum, weights[c * width + spike.neuron] * spike.payload, accumulatorBits);
    return this.clamp(requantise(requantiser, c, sum), SCORE_BITS);
  }

  private preActivation(layer: IntegerLayer, gate: IntegerGate, n: number, spikes: readonly Spike[], last: readonly Spike[]): number {
    const { accumulatorBits } = layer;
    let sum = 0;
    for (const spike of spikes)
      sum = this.accumulator.add(sum, gate.inputWeights[n * layer.inputs + spike.neuron] * spike.payload, accumulatorBits);
    if (gate.recurrentWeights !== null) {
      for (const spike of last)
        sum = this.accumulator.add(sum, gate.recurrentWeights[n * layer.neurons + spike.neuron] * spike.payload, accumulatorBits);
    }
    return requantise(gate.requantiser, n, sum);
  }

  /** h' = c + (z (h - c) >> gateBits), c = relu. */
  private gated({ sigmoid, quantiser }: IntegerLayer, preZ: number, preC: number, h: number): number {
    const index = Math.max(0, Math.min(sigmoid.length - 1, preZ + sigmoid.length / 2));
    const c = this.clamp(Math.max(0, preC), quantiser.stateBits);
    return c + shiftRound(sigmoid[index] * (h - c), this.network.precision.gateBits);
  }

  /** x after the leak; x itself if there is no leak. */
  private leaked(x: number, tau: number | undefined): number {
    return tau === undefined ? x : leaked(x, tau, this.network.precision);
  }

  /** The part of the membrane above the adaptation fires, and the spike raises the adaptation. */
  private adaptive({ layer, membrane, hidden }: KernelState, n: number, pre: number, fired: Spike[]): void {
    const [tau, rho, jump] = layer.perNeuron.map((values) => values?.[n]);
    const before = fired.length;
    membrane[n] = this.fire(layer.quantiser, n, this.leaked(membrane[n], tau) + pre, fired, hidden[n]);
    const size = fired.length > before ? Math.abs(fired[before].payload) : 0;
    hidden[n] = this.clamp(this.leaked(hidden[n], rho) + (jump ?? 0) * size, layer.quantiser.stateBits);
  }

  /**
   * Appends the spike of a membrane that has reached `sum`, if any; returns the membrane after it. `below`: the part of
   * its size that sends nothing.
   */
  private fire(quantiser: IntegerQuantiser, neuron: number, sum: number, spikes: Spike[], below = 0): number {
    const a = this.clamp(sum, quantiser.stateBits);
    const size = Math.min(quantiser.limit, Math.floor(Math.max(0, Math.abs(a) - below) / powerOfTwo(quantiser.shift)));
    if (size <= quantiser.theta) return a;
    const payload = a < 0 ? -size : size;
    spikes.push({ neuron, payload });
    return a - payload * powerOfTwo(quantiser.shift);
  }

  private clamp(value: number, bits: number): number {
    const most = signedMax(bits);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) this.saturations++;
    return kept;
  }
}

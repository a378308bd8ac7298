/**
 * The integer network, slow and obvious: one neuron after the other, one weight after the other, plain numbers.
 * Order of additions into an accumulator: the step's input spikes, neurons ascending, then the layer's own spikes of the step
 * before, neurons ascending; range is enforced at every addition, as an accumulator register does.
 */
import { Accumulator } from "./accumulator.js";
import type { IntegerGate, IntegerLayer, IntegerNetwork, IntegerQuantiser, Requantiser } from "./integer-network.js";
import { SCORE_BITS } from "./integer-network.js";
import { leakByShift, shiftRound, signedMax } from "./rounding.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

interface Spike {
  readonly neuron: number;
  readonly payload: number;
}

/** Reference engine for `network`. */
export function createReference(network: IntegerNetwork): UtteranceEngine {
  return { run: (inputs) => new ReferenceRun(network).run(inputs) };
}

class ReferenceRun {
  private readonly accumulator: Accumulator;
  private saturations = 0;

  constructor(private readonly network: IntegerNetwork) {
    this.accumulator = new Accumulator(network.precision);
  }

  run(inputs: Int32Array): UtteranceRun {
    const { network } = this;
    const steps = inputs.length / network.inputs;
    const encoder = new Array<number>(network.inputs).fill(0);
    const layers = network.layers.map((layer) => ({
      layer,
      membrane: new Array<number>(layer.neurons).fill(0),
      hidden: new Array<number>(layer.neurons).fill(0),
      last: [] as Spike[],
    }));
    const groups: Spike[][] = [];
    const moved = new Float64Array(layers.length + 2);
    const scores = new Int32Array(steps * network.classes);
    for (let step = 0; step < steps; step++) {
      let spikes: Spike[] = [];
      for (let i = 0; i < network.inputs; i++) {
        const before = encoder[i];
        encoder[i] = this.fire(network.encoder, i, encoder[i] + inputs[step * network.inputs + i], spikes);
        if (step === 0 || encoder[i] !== before) moved[0]++;
      }
      groups.push(spikes);
      for (const [l, { layer, membrane, hidden, last }] of layers.entries()) {
        const fired: Spike[] = [];
        for (let n = 0; n < layer.neurons; n++) {
          const pre = layer.gates.map((gate) => this.preActivation(layer, gate, n, spikes, last));
          hidden[n] = network.system === "lif" ? this.current(layer, n, pre[0], hidden[n]) : this.gated(layer, pre[0], pre[1], hidden[n]);
          const before = membrane[n];
          membrane[n] = this.fire(layer.quantiser, n, before + hidden[n], fired);
          if (step === 0 || membrane[n] !== before) moved[l + 1]++;
        }
        last.splice(0, last.length, ...fired);
        groups.push(fired);
        spikes = fired;
      }
      groups.push([]);
      for (let c = 0; c < network.classes; c++) {
        let sum = 0;
        const width = network.readout.weights.length / network.classes;
        for (const spike of spikes) sum = this.accumulator.add(sum, network.readout.weights[c * width + spike.neuron] * spike.payload);
        scores[step * network.classes + c] = this.clamp(requantise(network.readout.requantiser, c, sum), SCORE_BITS);
      }
    }
    const troubles = { accumulatorOverflows: this.accumulator.overflows, stateSaturations: this.saturations };
    return { ...flatten(groups), steps, scores, ...troubles, membraneUpdates: moved };
  }

  private preActivation(layer: IntegerLayer, gate: IntegerGate, n: number, spikes: readonly Spike[], last: readonly Spike[]): number {
    let sum = 0;
    for (const spike of spikes) sum = this.accumulator.add(sum, gate.inputWeights[n * layer.inputs + spike.neuron] * spike.payload);
    if (gate.recurrentWeights !== null) {
      for (const spike of last) sum = this.accumulator.add(sum, gate.recurrentWeights[n * layer.neurons + spike.neuron] * spike.payload);
    }
    return requantise(gate.requantiser, n, sum);
  }

  /** h' = c + (z (h - c) >> gateBits), c = relu. */
  private gated({ sigmoid, quantiser }: IntegerLayer, preZ: number, preC: number, h: number): number {
    const index = Math.max(0, Math.min(sigmoid.length - 1, preZ + sigmoid.length / 2));
    const c = this.clamp(Math.max(0, preC), quantiser.stateBits);
    return c + shiftRound(sigmoid[index] * (h - c), this.network.precision.gateBits);
  }

  /** i' = pre + (tau i >> gateBits), or pre + i - (i >> k). */
  private current(layer: IntegerLayer, n: number, pre: number, i: number): number {
    return this.clamp(pre + (layer.tau === null ? i : this.leaked(i, layer.tau[n])), layer.quantiser.stateBits);
  }

  private leaked(i: number, tau: number): number {
    const { leak, gateBits } = this.network.precision;
    return leak === "shift" ? leakByShift(i, tau) : shiftRound(tau * i, gateBits);
  }

  /** Appends the spike of a membrane that has come to `sum`, if any; gives back what is left of it. */
  private fire(quantiser: IntegerQuantiser, neuron: number, sum: number, spikes: Spike[]): number {
    const a = this.clamp(sum, quantiser.stateBits);
    const whole = Math.trunc(a / 2 ** quantiser.shift);
    const q = Math.max(-quantiser.limit, Math.min(quantiser.limit, whole));
    if (Math.abs(q) <= quantiser.theta) return a;
    spikes.push({ neuron, payload: q });
    return a - q * 2 ** quantiser.shift;
  }

  private clamp(value: number, bits: number): number {
    const most = signedMax(bits);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) this.saturations++;
    return kept;
  }
}

function requantise(requantiser: Requantiser, row: number, sum: number): number {
  return shiftRound(sum * requantiser.multiplier[row] + requantiser.bias[row], requantiser.shift);
}

function flatten(groups: readonly (readonly Spike[])[]): { eventStart: Uint32Array; neuron: Uint32Array; payload: Int16Array } {
  const eventStart = new Uint32Array(groups.length + 1);
  for (const [g, group] of groups.entries()) eventStart[g + 1] = eventStart[g] + group.length;
  const all = groups.flat();
  return {
    eventStart,
    neuron: Uint32Array.from(all, (spike) => spike.neuron),
    payload: Int16Array.from(all, (spike) => spike.payload),
  };
}

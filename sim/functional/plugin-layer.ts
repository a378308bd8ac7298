/**
 * A layer of a plug-in's cell: its states, the view that the step gets of them, and checks of what the step leaves. A
 * step must be a pure function of its view: each is called twice on the same states, and must give the same result.
 * Throws: `InputError` that names the plug-in.
 */
import type { CellLayer, PluginCell, Precision } from "../../arch/index.js";
import { shiftRound, signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import type { IntegerLayer, IntegerNetwork } from "./integer-network.js";
import { leaked } from "./leak-rules.js";

/** Requantised sums are clamped to ± this, as in the kernels, whose words have 31 bits. */
const MOST_PRE = powerOfTwo(30) - 1;

/** Layer `index` of a network whose cell comes from a plug-in. */
export function pluginLayer(network: IntegerNetwork, index: number, cell: PluginCell): PluginLayer {
  const { layers, precisions, topology } = network;
  return new PluginLayer(cell, layers[index], precisions[index + 1], topology.populations[index + 1].rests);
}

/** Index of the first value that is not a whole number in the range; -1: none. */
function strayOf(values: Float64Array, least: number, most: number): number {
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    if (!(value >= least && value <= most && Math.floor(value) === value)) return n;
  }
  return -1;
}

export class PluginLayer {
  /** State words clamped since the last `takeSaturations`. */
  private saturations = 0;
  private readonly pre: readonly Float64Array[];
  private readonly states: readonly Float64Array[];
  private readonly before: readonly Float64Array[];
  private readonly after: readonly Float64Array[];
  private readonly tables: CellLayer["tables"];
  private readonly views = new Map<string, CellLayer>();
  private readonly sent: Float64Array;

  /** `rests`: without input the layer's neurons stay silent, so chips may skip them. */
  constructor(
    private readonly cell: PluginCell,
    private readonly layer: IntegerLayer,
    private readonly precision: Precision,
    rests: boolean,
  ) {
    const { neurons, gates, quantiser, sigmoid } = layer;
    const words = (count: number): readonly Float64Array[] => Array.from({ length: count }, () => new Float64Array(neurons));
    this.pre = words(gates.length);
    [this.states, this.before, this.after] = [words(cell.states), words(cell.states), words(cell.states + 1)];
    this.sent = new Float64Array(neurons);
    const { lutBits, gateBits } = precision;
    this.tables = { ...cell.tables({ lutBits, gateBits, stateBits: quantiser.stateBits }), sigmoid };
    if (rests) this.checkRest();
  }

  /** [neurons] payloads of the last step, 0: none. */
  get spikes(): Float64Array {
    return this.sent;
  }

  get neurons(): number {
    return this.layer.neurons;
  }

  /** Resets the layer to silence. */
  reset(): void {
    for (const state of this.states) state.fill(0);
  }

  /** Sets a pre-activation of the next step. */
  feed(gate: number, neuron: number, value: number): void {
    this.pre[gate][neuron] = Math.max(-MOST_PRE, Math.min(MOST_PRE, value));
  }

  /** Sets the pre-activations of all neurons. `values`: [gates][neurons], clamped already. */
  feedAll(values: Int32Array): void {
    const { neurons } = this.layer;
    for (const [gate, pre] of this.pre.entries()) pre.set(values.subarray(gate * neurons, (gate + 1) * neurons));
  }

  takeSaturations(): number {
    const count = this.saturations;
    this.saturations = 0;
    return count;
  }

  /** One step of `neurons` neurons from `first` on; returns how many of their membranes changed. */
  step(first: number, neurons: number): number {
    const view = this.viewOf(first, neurons);
    const { states, spikes } = view;
    const { before, after } = this;
    for (let k = 0; k < states.length; k++) before[k].set(states[k]);
    const clamped = this.call(view);
    this.check(view, first);
    for (let k = 0; k < states.length; k++) {
      after[k].set(states[k]);
      states[k].set(neurons === before[k].length ? before[k] : before[k].subarray(0, neurons));
    }
    after[states.length].set(spikes);
    const again = this.call(view);
    for (let k = 0; k <= states.length; k++) this.checkSame(k, k === states.length ? spikes : states[k], first);
    if (again !== clamped) throw this.changed(`${clamped} clamped words, and then ${again}`);
    this.saturations += clamped;
    let moved = 0;
    for (let n = 0; n < neurons; n++) if (states[0][n] !== before[0][n]) moved++;
    return moved;
  }

  /** Calls the step; returns how many words it clamped. */
  private call(view: CellLayer): number {
    const before = this.saturations;
    view.spikes.fill(0);
    const said: unknown = this.cell.step(view);
    if (said instanceof Promise)
      throw this.cell.fault("has a step that is asynchronous", "a step changes states and spikes before it returns");
    const clamped = this.saturations - before;
    this.saturations = before;
    return clamped;
  }

  private checkSame(k: number, values: Float64Array, first: number): void {
    const before = this.after[k];
    for (let n = 0; n < values.length; n++)
      if (values[n] !== before[n]) throw this.changed(`${this.nameOf(k)} of neuron ${first + n} ${before[n]}, and then ${values[n]}`);
  }

  private changed(what: string): Error {
    return this.cell.fault(
      `is not a pure function: the same step gave ${what}`,
      "use no clock and no random numbers, keep nothing outside `states`, and do not change `pre`, `parameters` and `tables`",
    );
  }

  private nameOf(k: number): string {
    return k === 0 ? "the membrane" : k === this.cell.states ? "the spike" : `state ${k}`;
  }

  private check({ states, spikes }: CellLayer, first: number): void {
    const { stateBits, theta, limit } = this.layer.quantiser;
    const most = signedMax(stateBits);
    for (let k = 0; k < states.length; k++) {
      const n = strayOf(states[k], -most - 1, most);
      if (n >= 0)
        throw this.cell.fault(
          `leaves ${this.nameOf(k)} of neuron ${first + n} at ${states[k][n]}`,
          `expected a whole number from ${-most - 1} to ${most}, a word of ${stateBits} bits: layer.clamp(..) keeps it there`,
        );
    }
    const least = this.cell.payloadBits(1) === 1 ? 0 : -limit;
    let n = strayOf(spikes, least, limit);
    for (let i = 0; n < 0 && i < spikes.length; i++) if (spikes[i] !== 0 && Math.abs(spikes[i]) <= theta) n = i;
    if (n >= 0)
      throw this.cell.fault(
        `sends a spike of ${spikes[n]} from neuron ${first + n}`,
        `expected a whole number from ${least} to ${limit}, of a size above ${theta}, or 0 for none: layer.fire(..) gives one`,
      );
  }

  /** Checks that a silent layer stays silent without input. */
  private checkRest(): void {
    const view = this.viewOf(0, this.layer.neurons);
    this.call(view);
    const moved = [...view.states, view.spikes].some((values) => values.some((value) => value !== 0));
    this.reset();
    if (moved) throw this.cell.fault("says that it rests, but moves without input", "leave `rests` out");
  }

  private viewOf(first: number, neurons: number): CellLayer {
    const key = `${first} ${neurons}`;
    const known = this.views.get(key);
    if (known !== undefined) return known;
    const { cell, layer, precision, tables, sent } = this;
    const { stateBits, shift, theta, limit } = layer.quantiser;
    const most = signedMax(stateBits);
    const unit = powerOfTwo(shift);
    const of = <Words extends Float64Array | Int32Array>(words: Words): Words => words.subarray(first, first + neurons) as Words;
    const spikes = of(sent);
    const clamp = (value: number): number => {
      const kept = Math.max(-most - 1, Math.min(most, value));
      if (kept !== value) this.saturations++;
      return kept;
    };
    const view: CellLayer = {
      neurons,
      pre: Object.fromEntries(layer.gates.map(({ name }, gate) => [name, of(this.pre[gate])])),
      states: this.states.map(of),
      spikes,
      parameters: Object.fromEntries(
        cell.perNeuron.map(({ name }, k) => {
          const values = layer.perNeuron[k];
          return [name, values === null ? null : of(values)];
        }),
      ),
      ...{ tables, limit, theta, fractionBits: shift, stateBits, gateBits: precision.gateBits, leak: precision.leak },
      clamp,
      leaked: (value, keep) => leaked(value, keep, precision),
      shiftRound,
      fire: (n, sum, below = 0) => {
        const a = clamp(sum);
        const size = Math.min(limit, Math.floor(Math.max(0, Math.abs(a) - below) / unit));
        if (size <= theta) return a;
        spikes[n] = a < 0 ? -size : size;
        return a - spikes[n] * unit;
      },
    };
    this.views.set(key, view);
    return view;
  }
}

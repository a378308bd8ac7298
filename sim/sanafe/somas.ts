/**
 * States of all neurons of a SANA-FE network, and their step in that program's own order of operations.
 *
 * A neuron sees the buffered current of the last step (none differs from 0) and is idle, updated or fired. Arrays are
 * by neuron, numbers of a kind of neuron by kind: neurons that differ in their first potential alone are of one kind.
 * Poisson inputs and TrueNorth's random threshold use this product's own generator.
 */
import { createRng, type Rng } from "../../base/rng.js";
import type { BoundNetwork } from "./bind.js";
import { neuronName } from "./network.js";
import { RESET_MODES, type ResetMode, type SomaParameters } from "./soma.js";

export const IDLE = 0;
const UPDATED = 1;
export const FIRED = 2;
const [SOFT, HARD, SATURATE] = [1, 2, 3];
const [LIF, TRUENORTH, INPUT] = [0, 1, 2];

/** Neighbours of one kind in the order of cores. */
export interface Row {
  readonly neurons: Int32Array;
  readonly kind: number;
  /** Place of its first neuron in the order. */
  readonly from: number;
}

const codeOf = (mode: ResetMode): number => RESET_MODES.indexOf(mode);

/** Kinds of neurons, and which each is of. */
class Kinds {
  readonly list: SomaParameters[] = [];
  readonly of: Uint32Array;

  constructor({ somas, modelsOf }: BoundNetwork) {
    const byText = new Map<string, number>();
    const place = somas.map((soma) => {
      const text = JSON.stringify({ ...soma, potential: 0, spikes: Array.from(soma.spikes) });
      const known = byText.get(text) ?? this.list.push(soma) - 1;
      byText.set(text, known);
      return known;
    });
    this.of = Uint32Array.from(modelsOf, (models) => place[models]);
  }

  column(value: (soma: SomaParameters) => number): Float64Array {
    return Float64Array.from(this.list, value);
  }

  codes(value: (soma: SomaParameters) => number): Uint8Array {
    return Uint8Array.from(this.list, value);
  }
}

export class Somas {
  private readonly kindOf: Uint32Array;
  private readonly v: Float64Array;
  private readonly u: Float64Array;
  private readonly refractoryLeft: Float64Array;
  /** By neuron that draws. */
  private readonly rngs = new Map<number, Rng>();
  private readonly model: Uint8Array;
  private readonly threshold: Float64Array;
  private readonly reset: Float64Array;
  private readonly resetMode: Uint8Array;
  private readonly reverseThreshold: Float64Array;
  private readonly reverseReset: Float64Array;
  private readonly reverseMode: Uint8Array;
  private readonly bias: Float64Array;
  private readonly force: Uint8Array;
  private readonly leakDecay: Float64Array;
  private readonly inputDecay: Float64Array;
  private readonly refractoryDelay: Float64Array;
  private readonly kinds: readonly SomaParameters[];

  constructor(bound: BoundNetwork, seed: number) {
    const kinds = new Kinds(bound);
    const { somas, modelsOf, network } = bound;
    this.kinds = kinds.list;
    this.kindOf = kinds.of;
    this.v = Float64Array.from(modelsOf, (models) => somas[models].potential);
    this.u = new Float64Array(modelsOf.length);
    this.refractoryLeft = new Float64Array(modelsOf.length);
    this.model = kinds.codes(({ model }) => (model === "leaky_integrate_fire" ? LIF : model === "truenorth" ? TRUENORTH : INPUT));
    this.threshold = kinds.column((soma) => soma.threshold);
    this.reset = kinds.column((soma) => soma.reset);
    this.resetMode = kinds.codes((soma) => codeOf(soma.resetMode));
    this.reverseThreshold = kinds.column((soma) => soma.reverseThreshold);
    this.reverseReset = kinds.column((soma) => soma.reverseReset);
    this.reverseMode = kinds.codes((soma) => codeOf(soma.reverseMode));
    this.bias = kinds.column((soma) => soma.bias);
    this.force = kinds.codes((soma) => (soma.force ? 1 : 0));
    this.leakDecay = kinds.column((soma) => soma.leakDecay);
    this.inputDecay = kinds.column((soma) => soma.inputDecay);
    this.refractoryDelay = kinds.column((soma) => soma.refractoryDelay);
    for (let n = 0; n < modelsOf.length; n++) {
      const { poisson, randomMask } = somas[modelsOf[n]];
      if (poisson > 0 || randomMask !== 0) this.rngs.set(n, createRng(seed, neuronName(network, n)));
    }
  }

  /** Neighbours at places `start` up to `end` of an order whose steps are made together: those of one kind. */
  rowsOf(order: Int32Array, start: number, end: number): readonly Row[] {
    const rows: Row[] = [];
    for (let from = start, to = start + 1; from < end; to++) {
      if (to < end && this.kindOf[order[to]] === this.kindOf[order[from]]) continue;
      rows.push({ neurons: order.subarray(from, to), kind: this.kindOf[order[from]], from });
      from = to;
    }
    return rows;
  }

  /**
   * One step of a row; `step` counts from 1. `currents` and `isPresent` by neuron: what came, which counts only where
   * it is present, and is taken. `status` of the row's neurons, from its place on.
   */
  update(row: Row, step: number, currents: Float64Array, isPresent: Uint8Array, status: Uint8Array): void {
    const { neurons, kind, from } = row;
    const model = this.model[kind];
    if (model === LIF) {
      this.integrate(row, step, currents, isPresent, status);
      return;
    }
    for (let i = 0; i < neurons.length; i++) {
      const neuron = neurons[i];
      const hasCurrent = isPresent[neuron] === 1;
      status[from + i] = model === TRUENORTH ? this.trueNorth(neuron, kind, hasCurrent, currents[neuron]) : this.input(neuron, kind, step);
      currents[neuron] = 0;
      isPresent[neuron] = 0;
    }
  }

  private integrate({ neurons, kind, from }: Row, step: number, currents: Float64Array, isPresent: Uint8Array, status: Uint8Array): void {
    const { v: vs, u: us, refractoryLeft } = this;
    const bias = this.bias[kind];
    // Whether the unit works is decided before the leak.
    const isForced = bias !== 0 || this.force[kind] === 1;
    const inputDecay = step > 1 ? this.inputDecay[kind] : 1;
    const leakDecay = step > 1 ? this.leakDecay[kind] : 1;
    const threshold = this.threshold[kind];
    const low = this.reverseThreshold[kind];
    for (let i = 0; i < neurons.length; i++) {
      const neuron = neurons[i];
      const hasCurrent = isPresent[neuron] === 1;
      let v = vs[neuron];
      let u = us[neuron] * inputDecay;
      let left = refractoryLeft[neuron];
      let found = isForced || hasCurrent || v !== 0 ? UPDATED : IDLE;
      v = Math.trunc(v * leakDecay * 64) / 64;
      if (left <= 0) {
        v += bias;
        if (hasCurrent) u += currents[neuron];
        v += u;
        if (v > threshold) {
          found = FIRED;
          const mode = this.resetMode[kind];
          if (mode === HARD) v = this.reset[kind];
          else if (mode === SOFT) v -= threshold;
          left = this.refractoryDelay[kind];
        }
      }
      if (v < low) v = this.raised(kind, v);
      if (left > 0) left--;
      vs[neuron] = v;
      us[neuron] = u;
      refractoryLeft[neuron] = left;
      currents[neuron] = 0;
      isPresent[neuron] = 0;
      status[from + i] = found;
    }
  }

  /** A potential below the lower threshold. */
  private raised(kind: number, v: number): number {
    const mode = this.reverseMode[kind];
    if (mode === SOFT) return v - this.reverseThreshold[kind];
    if (mode === HARD) return this.reverseReset[kind];
    return mode === SATURATE ? this.reverseThreshold[kind] : v;
  }

  private trueNorth(neuron: number, kind: number, hasCurrent: boolean, current: number): number {
    const { leak, towardsZero, randomMask } = this.kinds[kind];
    let v = this.v[neuron];
    const bias = this.bias[kind];
    const isActive = v !== 0 || hasCurrent || bias !== 0 || this.force[kind] === 1;
    if (!towardsZero) v += leak;
    else if (v > 0) v -= leak;
    else if (v < 0) v += leak;
    v += bias;
    if (hasCurrent) v += current;
    // The masked random number is added to the potential for the comparison only.
    const jitter = randomMask === 0 ? 0 : (this.rngs.get(neuron) as Rng).int(0, 0x7fffffff) & randomMask;
    const threshold = this.threshold[kind];
    const hasFired = v + jitter >= threshold;
    const low = this.reverseThreshold[kind];
    if (hasFired) {
      const mode = this.resetMode[kind];
      if (mode === HARD) v = this.reset[kind];
      else if (mode === SOFT) v -= threshold;
      else if (mode === SATURATE) v = threshold;
    } else if (v <= low) {
      const mode = this.reverseMode[kind];
      // The sign of the soft case is that of the original program.
      if (mode === SOFT) v += low;
      else if (mode === HARD) v = this.reverseReset[kind];
      else if (mode === SATURATE) v = low;
    }
    this.v[neuron] = v;
    return hasFired ? FIRED : isActive ? UPDATED : IDLE;
  }

  private input(neuron: number, kind: number, step: number): number {
    const { spikes, period, poisson } = this.kinds[kind];
    const isListed = spikes[step - 1] === 1;
    const isPeriodic = period > 0 && step % period === 0;
    const isRandom = poisson > 0 && (this.rngs.get(neuron) as Rng).float() < poisson;
    return isListed || isPeriodic || isRandom ? FIRED : IDLE;
  }
}

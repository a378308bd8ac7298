/**
 * Synaptic events of all neurons of a SANA-FE network until their somas ask for them. Sums lie in slots: one per neuron for an accumulator, one
 * per delay for accumulator_with_delay.
 */
import type { BoundNetwork } from "./bind.js";
import { Taps } from "./dendrite.js";
import { MAX_DELAY_STEPS } from "./edges.js";

const DELAY_SLOTS = MAX_DELAY_STEPS + 1;

export class Dendrites {
  /** Sums by slot, and whether an event has reached the slot. */
  readonly sums: Float64Array;
  readonly isWritten: Uint8Array;
  /** Whether every neuron has one slot, whose number is the neuron's, and no compartments. */
  readonly isPlain: boolean;
  /** The sum that `take` has found. */
  current = 0;
  private readonly first: Int32Array;
  /** Slots of each neuron, and which of them is for the next step. */
  private readonly slots: Uint8Array;
  private readonly now: Uint8Array;
  private readonly taps: (Taps | null)[];

  constructor({ dendrites, modelsOf }: BoundNetwork) {
    const neurons = modelsOf.length;
    this.isPlain = dendrites.every(({ model }) => model === "accumulator");
    const kinds = this.isPlain ? 0 : neurons;
    this.first = new Int32Array(kinds);
    this.slots = new Uint8Array(kinds);
    this.now = new Uint8Array(kinds);
    this.taps = [];
    let total = this.isPlain ? neurons : 0;
    for (let n = 0; n < kinds; n++) {
      const { model, time, space } = dendrites[modelsOf[n]];
      this.first[n] = total;
      this.slots[n] = model === "accumulator_with_delay" ? DELAY_SLOTS : 1;
      total += this.slots[n];
      this.taps.push(model === "taps" ? new Taps(time, space) : null);
    }
    this.sums = new Float64Array(total);
    this.isWritten = new Uint8Array(total);
  }

  /** An event of this step, after the neuron's `take`. */
  add(neuron: number, weight: number, delaySteps: number, tap: number): void {
    const taps = this.isPlain ? null : this.taps[neuron];
    if (taps !== null) taps.add(weight, tap);
    else {
      const slots = this.isPlain ? 1 : this.slots[neuron];
      // `take` has moved `now` to the slot of the next step.
      const slot =
        slots === 1 ? (this.isPlain ? neuron : this.first[neuron]) : this.first[neuron] + ((this.now[neuron] + delaySteps) % slots);
      this.sums[slot] = this.sums[slot] + weight;
      this.isWritten[slot] = 1;
    }
  }

  /** Takes what the soma gets in this step into `current`; says whether anything came, which differs from 0. */
  take(neuron: number): boolean {
    let slot = neuron;
    if (!this.isPlain) {
      const taps = this.taps[neuron];
      if (taps !== null) {
        const charge = taps.take();
        this.current = charge ?? 0;
        return charge !== null;
      }
      slot = this.first[neuron] + this.now[neuron];
      this.now[neuron] = (this.now[neuron] + 1) % this.slots[neuron];
    }
    this.current = this.sums[slot];
    const isPresent = this.isWritten[slot] === 1;
    this.sums[slot] = 0;
    this.isWritten[slot] = 0;
    return isPresent;
  }
}

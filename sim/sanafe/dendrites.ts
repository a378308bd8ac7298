/**
 * Synaptic events of all neurons of a SANA-FE network until their somas ask for them. Sums lie in slots: one per neuron
 * for an accumulator, one per delay for accumulator_with_delay.
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
  /** By neuron, where a neuron is not its slot. */
  private readonly taken: { readonly sums: Float64Array; readonly isWritten: Uint8Array };
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
    this.taken = { sums: new Float64Array(kinds), isWritten: new Uint8Array(kinds) };
  }

  /** An event of this step, after the neuron's `take`; where neurons are plain, their slots get it as they are. */
  add(neuron: number, weight: number, delaySteps: number, tap: number): void {
    const taps = this.taps[neuron];
    if (taps !== null) taps.add(weight, tap);
    else {
      const slots = this.slots[neuron];
      // `take` has moved `now` to the slot of the next step.
      const slot = this.first[neuron] + (slots === 1 ? 0 : (this.now[neuron] + delaySteps) % slots);
      this.sums[slot] = this.sums[slot] + weight;
      this.isWritten[slot] = 1;
    }
  }

  /**
   * What the somas of some neurons get in this step lies in `sums` and `isWritten` of the result by neuron then, for
   * them to take.
   */
  take(neurons: Int32Array): { readonly sums: Float64Array; readonly isWritten: Uint8Array } {
    if (this.isPlain) return this;
    const { taken, taps, first, now, slots } = this;
    for (const neuron of neurons) {
      const charge = taps[neuron]?.take() ?? null;
      const slot = first[neuron] + now[neuron];
      const isTaps = taps[neuron] !== null;
      taken.sums[neuron] = isTaps ? (charge ?? 0) : this.sums[slot];
      taken.isWritten[neuron] = (isTaps ? charge !== null : this.isWritten[slot] === 1) ? 1 : 0;
      now[neuron] = (now[neuron] + 1) % slots[neuron];
      this.sums[slot] = 0;
      this.isWritten[slot] = 0;
    }
    return taken;
  }
}

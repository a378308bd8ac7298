/**
 * SANA-FE's dendrite models: what a neuron's synaptic events of earlier steps add up to when its soma asks.
 *
 * accumulator: the sum of the last step's weights. accumulator_with_delay: the sum of the weights due in this step (sent in step t
 * with delay d: due in t + 1 + d). taps: a line of compartments; each keeps `time_constants[i]` of its charge a step and passes
 * `space_constants[i]` of it to its neighbour towards the soma's compartment 0, whose charge is the current (our reading: no
 * recorded run covers taps). null: nothing came, which a soma can tell from 0.
 */

import type { DendriteUnit } from "./architecture.js";
import type { Attributes } from "./attributes.js";
import { MAX_DELAY_STEPS } from "./edges.js";

export interface DendriteModel {
  /** An event of this step. */
  add(weight: number, delaySteps: number, tap: number): void;
  /** The current for the soma in the next step; called once a step, before its events. */
  take(): number | null;
}

export function readDendrite(unit: DendriteUnit, attributes: Attributes): () => DendriteModel {
  if (unit.model === "accumulator") return () => new Accumulator(0);
  if (unit.model === "accumulator_with_delay") return () => new Accumulator(MAX_DELAY_STEPS);
  const taps = attributes.number(["taps"], 1);
  const time = attributes.numbers(["time_constants"]) ?? new Array<number>(taps).fill(1);
  const space = attributes.numbers(["space_constants"]) ?? new Array<number>(Math.max(taps - 1, 0)).fill(0);
  if (time.length !== taps || space.length !== taps - 1) {
    attributes.problem(
      `taps: ${taps} compartments need ${taps} time_constants and ${taps - 1} space_constants, got ${time.length} and ${space.length}`,
    );
  }
  return () => new Taps(time, space);
}

class Accumulator implements DendriteModel {
  private readonly sums: Float64Array;
  private readonly written: Uint8Array;
  private now = 0;

  constructor(private readonly maxDelay: number) {
    this.sums = new Float64Array(maxDelay + 1);
    this.written = new Uint8Array(maxDelay + 1);
  }

  add(weight: number, delaySteps: number): void {
    // `take` has moved `now` to the slot of the next step.
    const slot = (this.now + Math.min(delaySteps, this.maxDelay)) % this.sums.length;
    this.sums[slot] = (this.sums[slot] as number) + weight;
    this.written[slot] = 1;
  }

  take(): number | null {
    const current = this.written[this.now] === 1 ? (this.sums[this.now] as number) : null;
    this.sums[this.now] = 0;
    this.written[this.now] = 0;
    this.now = (this.now + 1) % this.sums.length;
    return current;
  }
}

class Taps implements DendriteModel {
  private charge: number[];
  private incoming: number[];
  private arrived = false;

  constructor(
    private readonly time: readonly number[],
    private readonly space: readonly number[],
  ) {
    this.charge = time.map(() => 0);
    this.incoming = time.map(() => 0);
  }

  add(weight: number, _delaySteps: number, tap: number): void {
    this.incoming[tap] = (this.incoming[tap] ?? 0) + weight;
    this.arrived = true;
  }

  take(): number | null {
    const next = this.charge.map((charge, i) => {
      const passed = i === 0 ? 0 : charge * (this.space[i - 1] as number);
      const received = i + 1 < this.charge.length ? (this.charge[i + 1] as number) * (this.space[i] as number) : 0;
      return charge * (this.time[i] as number) - passed + received + (this.incoming[i] as number);
    });
    const present = this.arrived || next.some((charge) => charge !== 0);
    this.charge = next;
    this.incoming = next.map(() => 0);
    this.arrived = false;
    return present ? (next[0] as number) : null;
  }
}

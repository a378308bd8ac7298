/** Spikes of a run, by step. Throws: InputError for more than are kept. */
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";

/** 512 MiB. */
const MOST_SPIKES = powerOfTwo(27);

export class Spikes {
  private neurons = new Int32Array(1024);
  private count = 0;
  /** First spike of each step. */
  private readonly starts: number[] = [];
  private readonly steps: number[] = [];
  private made: [number, number][] | null = null;

  begin(step: number): void {
    this.steps.push(step);
    this.starts.push(this.count);
  }

  add(neurons: Int32Array): void {
    const end = this.count + neurons.length;
    if (end > MOST_SPIKES) throw inputError("--steps", `more than ${MOST_SPIKES} spikes, of which each is kept`, "run fewer steps");
    if (end > this.neurons.length) {
      const larger = new Int32Array(Math.min(2 * end, MOST_SPIKES));
      larger.set(this.neurons);
      this.neurons = larger;
    }
    this.neurons.set(neurons, this.count);
    this.count = end;
  }

  /** [neuron, step], neurons ascending within a step. */
  pairs(): readonly (readonly [number, number])[] {
    if (this.made !== null) return this.made;
    const made: [number, number][] = [];
    this.steps.forEach((step, i) => {
      const own = this.neurons
        .subarray(this.starts[i], this.starts[i + 1] ?? this.count)
        .slice()
        .sort();
      for (const neuron of own) made.push([neuron, step]);
    });
    this.made = made;
    return made;
  }
}

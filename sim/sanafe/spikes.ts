/** Spikes of a run, by step. Throws: InputError for more than are kept. */
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";

/** 512 MiB. */
const MOST_SPIKES = powerOfTwo(27);
/** A list has 72 bytes per spike. */
const MOST_LISTED = powerOfTwo(24);

export class Spikes {
  private neurons = new Int32Array(1024);
  private count = 0;
  /** First spike of each step. */
  private readonly starts: number[] = [];
  private readonly steps: number[] = [];
  private made: readonly (readonly [number, number])[] | null = null;

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
  *each(): Generator<readonly [neuron: number, step: number], void, undefined> {
    for (const [i, step] of this.steps.entries()) {
      const own = this.neurons.slice(this.starts[i], this.starts[i + 1] ?? this.count).sort();
      for (const neuron of own) yield [neuron, step];
    }
  }

  /** The same as a list. */
  pairs(): readonly (readonly [number, number])[] {
    if (this.count > MOST_LISTED)
      throw inputError("spikes", `are ${this.count}, at most ${MOST_LISTED} make a list`, "read them by eachSpike(), or from a file");
    this.made ??= [...this.each()];
    return this.made;
  }
}

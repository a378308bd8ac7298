/**
 * Arrays that stay from step to step, in a memory of their own, with the kernels that change them. What a step brings
 * is copied beside them.
 */
import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import type { WasmMemory } from "../../base/wasm.js";
import { type Library, PAGE_BYTES, padded } from "./kernels.js";

type Kernels = Library<"addSquares" | "move" | "follow">;

/** How an array moves. */
interface AdamStep {
  /** Factor of the gradient. */
  readonly gain: number;
  /** With the first moment's correction. */
  readonly rate: number;
  /** Of the second moment. */
  readonly correction: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export class KeptArrays {
  /** Zeros at first; they are views, so that whoever writes to them changes what is kept. */
  readonly arrays: readonly Float32Array[];
  readonly #kernels: Kernels;
  readonly #memory: WasmMemory;
  readonly #places: readonly number[];
  /** Two copies of what a step brings. */
  readonly #brought: readonly [values: number, gradient: number];

  constructor(lengths: readonly number[]) {
    let next = PAGE_BYTES; // addresses below belong to the module
    const place = (length: number): number => {
      const at = next;
      next += padded(length) * 4;
      return at;
    };
    const most = Math.max(0, ...lengths);
    this.#places = lengths.map(place);
    this.#brought = [place(most), place(most)];
    this.#memory = createWasmMemory(Math.ceil(next / PAGE_BYTES));
    this.#kernels = instantiateKernel("optimiser", this.#memory) as Kernels;
    this.arrays = lengths.map((length, k) => this.#at(this.#places[k], length));
  }

  #at(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, length);
  }

  /** Euclidean norm over all arrays, none longer than the longest that is kept; summed in order in double precision. */
  norm(arrays: readonly Float32Array[]): number {
    const [copy] = this.#brought;
    let sum = 0;
    for (const values of arrays) {
      this.#at(copy, values.length).set(values);
      sum = this.#kernels.addSquares(sum, copy, values.length);
    }
    return Math.sqrt(sum);
  }

  /** One step of Adam of `values`, whose moments are the kept arrays `first` and `second`. */
  move(values: Float32Array, gradient: Float32Array, [first, second]: readonly [number, number], step: AdamStep): void {
    const { length } = values;
    const { gain, rate, correction, beta1, beta2, epsilon } = step;
    const [copy, ofGradient] = this.#brought;
    const moved = this.#at(copy, length);
    moved.set(values);
    this.#at(ofGradient, length).set(gradient);
    const moments = [this.#places[first], this.#places[second]];
    this.#kernels.move(length, copy, ofGradient, ...moments, gain, rate, correction, beta1, beta2, epsilon);
    values.set(moved);
  }

  /** The kept array `k` takes a share of its distance to `values`. */
  follow(k: number, values: Float32Array, share: number): void {
    const [copy] = this.#brought;
    this.#at(copy, values.length).set(values);
    this.#kernels.follow(values.length, this.#places[k], copy, share);
  }
}

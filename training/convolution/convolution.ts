/**
 * A convolution or a pool over images in an engine's memory: geometry, order of its weights, forward pass and gradients
 * (`convolutions.as.ts`). Images are [images][height][width][channels]; weights outside the memory are ordered as in
 * NIR and PyTorch, [targets][sources of a group][height][width].
 */
import { axesOf, type ConvolutionShape, type PoolShape, type Windows } from "../../arch/index.js";
import type { Engine } from "../fused/kernels.js";

const area = ([height, width]: readonly [number, number]): number => height * width;

/** Number of values of one image. */
export const sourcesOf = ({ sourceChannels, input }: ConvolutionShape): number => sourceChannels * area(input);
export const targetsOf = ({ targetChannels, output }: ConvolutionShape): number => targetChannels * area(output);

/** Number of weights of a convolution. */
export const weightsOf = ({ sourceChannels, targetChannels, groups, size }: ConvolutionShape): number =>
  (sourceChannels / groups) * targetChannels * area(size);

/** Writes the geometry in the layout of `Windowed` (convolutions.as.ts); returns its address. */
function placed(engine: Engine, windows: Windows, [groups, sources, targets]: readonly [number, number, number]): number {
  const place = (words: Int32Array): number => {
    const pointer = engine.allocate(words.length);
    engine.words(pointer, words.length).set(words);
    return pointer;
  };
  const axes = axesOf(windows, null).flatMap(({ start, tap, out }) => [start, tap, out].map(place));
  const { input, output, size } = windows;
  return place(Int32Array.from([...input, ...output, size[1], area(size), groups, sources, targets, ...axes]));
}

/**
 * Calls `meet` with the index of each weight outside the memory and in it, where weights are
 * [groups][taps][sources][targets], or, if transposed, [groups][taps][targets][sources].
 */
function eachWeight(
  { sourceChannels, targetChannels, groups, size }: ConvolutionShape,
  isTransposed: boolean,
  meet: (outside: number, inside: number) => void,
): void {
  const [sources, targets, taps] = [sourceChannels / groups, targetChannels / groups, area(size)];
  let outside = 0;
  for (let group = 0; group < groups; group++)
    for (let target = 0; target < targets; target++)
      for (let source = 0; source < sources; source++)
        for (let tap = 0; tap < taps; tap++, outside++) {
          const matrix = (group * taps + tap) * sources * targets;
          meet(outside, matrix + (isTransposed ? target * sources + source : source * targets + target));
        }
}

/** A convolution whose weights are in the engine's memory; valid until the engine is reset. */
export class Convolution {
  readonly #weights: Float32Array;
  readonly #pointers: { readonly shape: number; readonly weights: number; readonly bias: number };

  /** `bias`: [targets]. */
  constructor(
    private readonly engine: Engine,
    private readonly shape: ConvolutionShape,
    weights: Float32Array,
    bias: Float32Array,
  ) {
    this.#weights = weights;
    const { groups, sourceChannels, targetChannels } = shape;
    this.#pointers = {
      shape: placed(engine, shape, [groups, sourceChannels / groups, targetChannels / groups]),
      weights: this.#ordered(false),
      bias: engine.put(bias),
    };
  }

  #ordered(isTransposed: boolean): number {
    const ordered = new Float32Array(this.#weights.length);
    eachWeight(this.shape, isTransposed, (outside, inside) => {
      ordered[inside] = this.#weights[outside];
    });
    return this.engine.put(ordered);
  }

  /** Returns the address of the outputs for the images at `input`. */
  forward(images: number, input: number): number {
    const out = this.engine.allocate(images * targetsOf(this.shape));
    const { shape, weights, bias } = this.#pointers;
    this.engine.convolutions.convolve(shape, images, input, weights, bias, out);
    return out;
  }

  /** Gradients of weights and bias, from the gradient of the outputs. */
  parameterGradients(images: number, input: number, outGradient: number): { readonly weights: Float32Array; readonly bias: Float32Array } {
    const { engine, shape } = this;
    return engine.scratch(() => {
      const [weights, bias] = [engine.zeros(this.#weights.length), engine.zeros(shape.targetChannels)];
      engine.convolutions.weightGradients(this.#pointers.shape, images, input, outGradient, weights, bias);
      const inside = engine.floats(weights, this.#weights.length);
      const gradients = new Float32Array(this.#weights.length);
      eachWeight(shape, false, (outside, at) => {
        gradients[outside] = inside[at];
      });
      return { weights: gradients, bias: engine.floats(bias, shape.targetChannels).slice() };
    });
  }

  /** Returns the address of the input's gradient. */
  inputGradient(images: number, outGradient: number): number {
    const gradient = this.engine.allocate(images * sourcesOf(this.shape));
    this.engine.scratch(() =>
      this.engine.convolutions.inputGradients(this.#pointers.shape, images, outGradient, this.#ordered(true), gradient),
    );
    return gradient;
  }
}

/** A pool over images in the engine's memory. */
export class Pool {
  readonly #pointer: number;

  constructor(
    private readonly engine: Engine,
    private readonly shape: PoolShape,
  ) {
    this.#pointer = placed(engine, shape, [shape.channels, 1, 1]);
  }

  /** Returns the address of the outputs. */
  forward(images: number, input: number): number {
    const { channels, output, gain } = this.shape;
    const out = this.engine.allocate(images * channels * area(output));
    this.engine.convolutions.pool(this.#pointer, images, gain, input, out);
    return out;
  }

  /** Returns the address of the input's gradient. */
  inputGradient(images: number, outGradient: number): number {
    const { channels, input, gain } = this.shape;
    const gradient = this.engine.allocate(images * channels * area(input));
    this.engine.convolutions.poolGradients(this.#pointer, images, gain, outGradient, gradient);
    return gradient;
  }
}

/**
 * What the weights of hidden layers are worth, measured on a few utterances: the loss that a weight prevents, and the
 * products that it costs. A weight w adds w x to its target's sum; without it the loss grows by about w^2 E[x^2] E[d^2]
 * / 2, where d is the gradient of the loss by that sum, if x and d are independent. Its products per frame are the
 * share of frames in which its source is not 0, and 1 in gru and lstm, which run dense.
 * Sources: LeCun, Denker and Solla 1990 (Optimal Brain Damage): loss by squares on the diagonal; Martens and Grosse
 * 2015 (arXiv 1503.05671): curvature as the product of the sources' and the gradients' moments. Weights are those with
 * batch norm folded, as they reach the sum.
 */
import { cellOf } from "../arch/index.js";
import type { LayerWeights } from "./fused/layer.js";
import type { LearningState } from "./parameters.js";

/** Sums over the frames of one source, per neuron. */
interface SourceSums {
  /** Frames in which its weights cost a product: those in which it is not 0, or all of a dense cell. */
  readonly active: Float64Array;
  readonly squares: Float64Array;
}

/** Sums over the frames of squared gradients at the gates of one layer, [gates * neurons]. */
interface TargetSums {
  /** By what the input adds, and by what the layer's own spikes add. */
  readonly input: Float64Array;
  readonly recurrent: Float64Array;
}

/** A hidden matrix [sources][columns] with what its weights are worth. */
export interface RatedMatrix {
  readonly values: Float32Array;
  /** [sources] products per frame of each weight of a source. */
  readonly products: Float64Array;
  /** [sources] mean square of a source over the frames in which its weights cost a product; 0 if there are none. */
  readonly meanSquare: Float64Array;
  /** [columns] mean square of the gradient by what is added to a target's sum. */
  readonly curvature: Float64Array;
}

export class Saliency {
  frames = 0;
  /** Of the input, then of each layer. */
  readonly sources: readonly SourceSums[];
  readonly targets: readonly TargetSums[];
  readonly #layers: readonly LayerWeights[];
  readonly #isDense: boolean;

  /** Of a network with batch norm folded. */
  constructor({ inputs, shapes, layers }: LearningState) {
    this.#layers = layers;
    this.#isDense = !cellOf(shapes[0].system).spiking;
    const zeros = (count: number) => new Float64Array(count);
    this.sources = [inputs, ...shapes.map(({ neurons }) => neurons)].map((n) => ({ active: zeros(n), squares: zeros(n) }));
    this.targets = layers.map(({ gamma }) => ({ input: zeros(gamma.length), recurrent: zeros(gamma.length) }));
  }

  /** Adds the outputs [rows][width] of one source (0: input, l: layer l); what is behind its neurons is padding. */
  addSource(source: number, outputs: Float32Array, rows: number, width: number): void {
    const { active, squares } = this.sources[source];
    for (let r = 0; r < rows; r++)
      for (let i = 0; i < active.length; i++) {
        const value = outputs[r * width + i];
        if (value === 0 && !this.#isDense) continue;
        active[i]++;
        squares[i] += value * value;
      }
  }

  /**
   * Adds mean squares over `rows` of the gradients at the gates of layer `l`, of a loss that is a mean over
   * `decisions`.
   */
  addTarget(l: number, means: { readonly input: Float32Array; readonly recurrent: Float32Array }, rows: number, decisions: number): void {
    const scale = rows * decisions * decisions;
    for (const side of ["input", "recurrent"] as const) {
      const sums = this.targets[l][side];
      for (let j = 0; j < sums.length; j++) sums[j] += scale * means[side][j];
    }
  }

  /** Share of frames in which the weights of each neuron of a source cost a product. */
  activity(source: number): Float64Array {
    return this.sources[source].active.map((count) => count / this.frames);
  }

  /** The matrices of `hiddenMatrices`, in its order. */
  rated(): RatedMatrix[] {
    const matrix = (values: Float32Array, source: number, squares: Float64Array): RatedMatrix => {
      const { active, squares: sums } = this.sources[source];
      return {
        values,
        products: this.activity(source),
        meanSquare: sums.map((sum, i) => (active[i] === 0 ? 0 : sum / active[i])),
        curvature: squares.map((sum) => sum / this.frames),
      };
    };
    return this.#layers.flatMap(({ inputT, recurrentT }, l) => {
      const { input, recurrent } = this.targets[l];
      const own = recurrentT === null ? [] : [matrix(recurrentT, l + 1, recurrent)];
      return [matrix(inputT, l, input), ...own];
    });
  }
}

/**
 * Weights that are trained on the grid of a chip. Each row of the chip's weights (a neuron's gate, or a class) has
 * float masters, and the logarithm of one step for all its weights; the network uses the masters rounded to that grid.
 * Gradients pass through the rounding unchanged, and also reach the step (LSQ: Esser et al. 2020). Masters and steps
 * are in units of their row's standard deviation, so that one learning rate suits rows that folding made large or
 * small.
 * Shapes: matrices are source-major, [sources][rows of the chip].
 */
import { stepOf, weightStep } from "../../arch/index.js";
import { signedMax } from "../../base/math/rounding.js";
import { exp, log } from "../../base/math.js";
import { type Engine, padded } from "../fused/kernels.js";
import type { LearningState, QuantiserSettings } from "../parameters.js";
import { allPlaces, prune } from "../pruning.js";
import { rangeOf } from "../quantiser.js";

/** Matrices whose columns share a step, in the order of the network. */
interface Group {
  readonly bits: number;
  readonly columns: number;
  readonly masters: readonly Float32Array[];
  /** [columns] real value of the masters' unit, in weight times payload. */
  readonly unit: Float32Array;
  /** [columns]. */
  readonly logStep: Float32Array;
}

/** A group's matrices in the network: the arrays to write, and the real value of payload 1 of their sources. */
interface Place {
  readonly weights: readonly Float32Array[];
  readonly sources: readonly number[];
  readonly columns: number;
}

/** Margin by which a row's largest weight stays at the largest word: the file's largest weight gives the step. */
const STEP_MARGIN = 0.9999;

/** For signs, gradients pass up to this many steps: a weight beyond could hardly change its sign. */
const SIGN_INSIDE = 2;

/** First step of signs in a row without weights, because 0 has no sign. */
const SILENT_STEP = 1e-9;

/** Largest word of this many bits; a weight of one bit is a sign. */
const largestOf = (bits: number): number => (bits === 1 ? 1 : signedMax(bits));

function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}

/** The matrices of the layers, then the readout, which is transposed. */
function placesOf(state: LearningState, settings: QuantiserSettings): Place[] {
  const own = state.ranges.map((range) => stepOf({ ...settings, range: rangeOf(range) }));
  const input = stepOf({ bits: settings.inputBits, theta: settings.inputTheta, range: rangeOf(state.encoderRange) });
  const layers = state.layers.map(({ inputT, recurrentT, gamma }, l): Place => {
    const from = l === 0 ? input : own[l - 1];
    return recurrentT === null
      ? { weights: [inputT], sources: [from], columns: gamma.length }
      : { weights: [inputT, recurrentT], sources: [from, own[l]], columns: gamma.length };
  });
  return [...layers, { weights: [transposed(state.readout, state.classes)], sources: [own[own.length - 1]], columns: state.classes }];
}

/** The values of one column, one part per matrix. */
const columnOf = (matrices: readonly Float32Array[], columns: number, c: number): Float64Array[] =>
  matrices.map((matrix) => Float64Array.from({ length: matrix.length / columns }, (_, r) => matrix[r * columns + c]));

/** The step with the least squared error; for signs, the mean size. */
function firstStep(parts: readonly Float64Array[], bits: number): number {
  if (bits > 1) return weightStep(parts, signedMax(bits), "mse");
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  return parts.reduce((sum, part) => sum + part.reduce((all, value) => all + Math.abs(value), 0), 0) / count;
}

function groupOf({ weights, sources, columns }: Place, bits: number, zeroShare: number): Group {
  const unit = new Float32Array(columns);
  const logStep = new Float32Array(columns);
  const masters = weights.map((matrix) => new Float32Array(matrix.length));
  for (let c = 0; c < columns; c++) {
    const real = columnOf(weights, columns, c).map((part, k) => part.map((value) => value * sources[k]));
    const count = real.reduce((sum, { length }) => sum + length, 0);
    const squares = real.reduce((sum, part) => sum + part.reduce((all, value) => all + value * value, 0), 0);
    unit[c] = Math.sqrt(squares / count) || 1;
    const own = real.map((part) => part.map((value) => value / unit[c]));
    own.forEach((part, k) => {
      part.forEach((value, r) => {
        masters[k][r * columns + c] = value;
      });
    });
  }
  for (const values of masters) if (zeroShare > 0) prune(values, zeroShare, allPlaces(values));
  for (let c = 0; c < columns; c++) {
    const own = columnOf(masters, columns, c);
    logStep[c] = log(firstStep(own, bits) || (bits === 1 ? SILENT_STEP : 1));
  }
  return { bits, columns, masters, unit, logStep };
}

/** Gradients of a grid's arrays. */
interface GridGradients {
  readonly masters: readonly Float32Array[];
  readonly logSteps: readonly Float32Array[];
}

export class WeightGrid {
  readonly #engine: Engine;
  readonly #groups: readonly Group[];

  /**
   * Makes the grid for the folded weights of `state`. `bits`: of each layer, then of the readout; `zeroShare` of each
   * matrix is pruned.
   */
  constructor(engine: Engine, state: LearningState, settings: QuantiserSettings, bits: readonly number[], zeroShare = 0) {
    this.#engine = engine;
    this.#groups = placesOf(state, settings).map((place, g) => groupOf(place, bits[g], zeroShare));
  }

  /** Masters in the order of the layers, input weights before recurrent ones, then those of the readout. */
  get masters(): Float32Array[] {
    return this.#groups.flatMap(({ masters }) => masters);
  }

  get logSteps(): Float32Array[] {
    return this.#groups.map(({ logStep }) => logStep);
  }

  /** Units of the rows, constant during a run. */
  get units(): Float32Array[] {
    return this.#groups.map(({ unit }) => unit);
  }

  /** Writes the network's weights into `state`; first lowers steps whose largest word no weight reaches. */
  project(state: LearningState, settings: QuantiserSettings): void {
    const places = placesOf(state, settings);
    this.#groups.forEach((group, g) => {
      this.#lowerSteps(group);
      const { weights, sources } = places[g];
      weights.forEach((out, k) => {
        const gain = group.logStep.map((step, c) => (exp(step) * group.unit[c]) / sources[k]);
        out.set(this.#projected(group, k, gain));
      });
    });
    const [readout] = places[places.length - 1].weights;
    state.readout.set(transposed(readout, readout.length / state.classes));
  }

  /** The integers of each matrix, in the order of `masters`. */
  words(): Float32Array[] {
    return this.#groups.flatMap((group) => group.masters.map((_, k) => this.#projected(group, k, new Float32Array(group.columns).fill(1))));
  }

  /** Gradients of masters and steps, from the gradients of the weights in the order of `masters`. */
  gradients(state: LearningState, settings: QuantiserSettings, weights: readonly Float32Array[]): GridGradients {
    const { projection } = this.#engine;
    const places = placesOf(state, settings);
    const masters: Float32Array[] = [];
    const logSteps = this.#groups.map((group, g) => {
      const { bits, columns } = group;
      const wide = padded(columns);
      return this.#engine.scratch(() => {
        const dStep = this.#engine.zeros(wide);
        const inverse = this.#vector(this.#inverse(group));
        group.masters.forEach((values, k) => {
          const rows = values.length / columns;
          const given = weights[masters.length];
          const gradient = this.#matrix(g === this.#groups.length - 1 ? transposed(given, columns) : given, rows, columns);
          const scale = this.#vector(group.unit.map((unit) => unit / places[g].sources[k]));
          const inside = bits === 1 ? SIGN_INSIDE : largestOf(bits) + 0.5;
          const from = this.#matrix(values, rows, columns);
          const rule = [largestOf(bits), bits === 1 ? 1 : 0, inside] as const;
          projection.projectBackward(gradient, from, rows, wide, inverse, scale, ...rule, dStep);
          masters.push(this.#engine.takePadded(gradient, rows, columns, wide));
        });
        const steps = this.#engine.takePadded(dStep, 1, columns, wide);
        return steps.map((value, c) => value * exp(group.logStep[c]));
      });
    });
    return { masters, logSteps };
  }

  #matrix(values: Float32Array, rows: number, columns: number): number {
    return this.#engine.putPadded(values, rows, columns, rows, padded(columns));
  }

  #vector(values: Float32Array): number {
    return this.#matrix(values, 1, values.length);
  }

  #peaks({ masters, columns }: Group): Float32Array {
    const engine = this.#engine;
    const wide = padded(columns);
    return engine.scratch(() => {
      const peaks = engine.zeros(wide);
      for (const values of masters) {
        const rows = values.length / columns;
        engine.projection.columnPeaks(this.#matrix(values, rows, columns), rows, wide, peaks);
      }
      return engine.takePadded(peaks, 1, columns, wide);
    });
  }

  #lowerSteps(group: Group): void {
    const { bits, logStep } = group;
    if (bits === 1) return;
    const least = largestOf(bits) - 0.5;
    this.#peaks(group).forEach((peak, c) => {
      if (peak > 0) logStep[c] = Math.min(logStep[c], log((STEP_MARGIN * peak) / least));
    });
  }

  #inverse({ logStep }: Group): Float32Array {
    return logStep.map((step) => exp(-step));
  }

  #projected(group: Group, k: number, gain: Float32Array): Float32Array {
    const { bits, columns, masters } = group;
    const wide = padded(columns);
    const rows = masters[k].length / columns;
    return this.#engine.scratch(() => {
      const out = this.#engine.allocate(rows * wide);
      const [inverse, by] = [this.#vector(this.#inverse(group)), this.#vector(gain)];
      const from = this.#matrix(masters[k], rows, columns);
      this.#engine.projection.project(from, rows, wide, inverse, by, largestOf(bits), bits === 1 ? 1 : 0, out);
      return this.#engine.takePadded(out, rows, columns, wide);
    });
  }
}

/**
 * A mixture of product kernels around positions, and a uniform component with the weight of one kernel. Densities are
 * relative to the uniform density. Positions are drawn from the density: on axes with levels, both read one table. An
 * ordered axis has normal kernels around the middles of levels, truncated to the cube and summed up over each level; an
 * unordered one stays on a level or goes to one of the others, each as likely.
 * Source: Bergstra et al. 2011; Watanabe 2023 (joint kernels, kernels over levels); Aitchison and Aitken, Biometrika
 * 63, 1976 (unordered levels).
 */
import { exp, log, pow, powerOfTwo, square } from "../../base/math.js";
import type { Rng } from "../../base/rng.js";
import type { Dimension } from "../space.js";
import { normalCdf } from "./normal.js";

const EDGE = 1 - powerOfTwo(-30);
/**
 * Half of the squared distance in kernel widths beyond which a kernel adds nothing to a sum of at least 1: exp(-80) is
 * below 2^-115.
 */
const FAR = 80;

/** Kernels that are summed before the sum is compared with `enough` again. */
const CHUNK = 64;

/**
 * Most levels of an ordered axis that are told apart. A kernel of a finer axis has the same density over a level as at
 * one point of it: over 0.008 kernel widths it changes by less than 1 % within 1 width, and candidates lie anywhere in
 * their levels.
 */
const FINEST = 4096;

/** What a kernel uses of a dimension. */
export type Axis = Pick<Dimension, "levels" | "ordered">;

const hasLevels = ({ levels, ordered }: Axis): boolean => levels !== null && (!ordered || levels <= FINEST);

const levelOf = (coordinate: number, levels: number): number => Math.min(levels - 1, Math.floor(coordinate * levels));

export class Mixture {
  private readonly bandwidth: number;
  /** Indices of dimensions with levels that are told apart, and of the others. */
  private readonly discrete: readonly number[];
  private readonly continuous: readonly number[];
  /** Factors of a kernel by the steps from centre to level, one axis after the other. */
  private readonly shares: Float64Array;
  /** [shares + 1] sums of all shares before each. */
  private readonly below: Float64Array;
  /** [discrete] */
  private readonly levels: readonly number[];
  /** [discrete x centres] index of level 0 in `shares`. */
  private readonly zeros: Int32Array;
  /** [centres x continuous] coordinates in kernel widths. */
  private readonly places: Float64Array;
  /** [centres] product over all axes of 1 / (the kernel's mass inside the unit cube). */
  private readonly weights: Float64Array;
  /**
   * [CHUNK] products of the present kernels; and of the position in question, the levels [discrete] and the coordinates
   * in kernel widths [continuous].
   */
  private readonly products = new Float64Array(CHUNK);
  private readonly at: Int32Array;
  private readonly near: Float64Array;

  /** `widest`: kernel width on the unit cube before Scott's rule. */
  constructor(
    readonly centres: readonly Float64Array[],
    private readonly dimensions: readonly Axis[],
    widest: number,
  ) {
    // Scott's rule on the unit cube, but no narrower than a cell of a 30-level axis.
    this.bandwidth = Math.max(0.03, widest * pow(Math.max(1, centres.length), -1 / (dimensions.length + 4)));
    const all = dimensions.map((_, d) => d);
    this.discrete = all.filter((d) => hasLevels(dimensions[d]));
    this.continuous = all.filter((d) => !hasLevels(dimensions[d]));
    const axes = this.discrete.map((d) => this.axis(dimensions[d]));
    this.shares = new Float64Array(axes.reduce((sum, { shares }) => sum + shares.length, 0));
    this.zeros = new Int32Array(centres.length * axes.length);
    this.weights = new Float64Array(centres.length).fill(1);
    this.below = new Float64Array(this.shares.length + 1);
    let begin = 0;
    for (const [j, { levels, shares }] of axes.entries()) {
      this.shares.set(shares, begin);
      for (let i = begin; i < begin + shares.length; i++) this.below[i + 1] = this.below[i] + this.shares[i];
      for (let c = 0; c < centres.length; c++) {
        const zero = begin + levels - 1 - levelOf(centres[c][this.discrete[j]], levels);
        this.zeros[j * centres.length + c] = zero;
        this.weights[c] *= levels / (this.below[zero + levels] - this.below[zero]);
      }
      begin += shares.length;
    }
    this.levels = axes.map(({ levels }) => levels);
    this.at = new Int32Array(this.discrete.length);
    this.near = new Float64Array(this.continuous.length);
    this.places = new Float64Array(centres.length * this.continuous.length);
    const h = this.bandwidth;
    const normal = 1 / (h * Math.sqrt(2 * Math.PI));
    for (const [j, d] of this.continuous.entries())
      for (let c = 0; c < centres.length; c++) {
        const at = centres[c][d];
        this.places[c * this.continuous.length + j] = at / h;
        this.weights[c] *= normal / (normalCdf((1 - at) / h) - normalCdf(-at / h));
      }
  }

  /**
   * Logarithm of the density at a position; infinite as soon as it is surely above `enough`, which avoids most of a
   * search's work.
   */
  logDensity(x: Float64Array, enough = Number.POSITIVE_INFINITY): number {
    const count = this.weights.length;
    const limit = exp(enough) * (count + 1) * (1 + 1e-9);
    this.place(x);
    let sum = 1; // the uniform component
    for (let from = 0; from < count; from += CHUNK) {
      sum = this.sumOver(from, Math.min(count, from + CHUNK), sum);
      if (sum > limit) return Number.POSITIVE_INFINITY;
    }
    return log(sum / (count + 1));
  }

  /** Stores the position in the form that `sumOver` reads. */
  private place(x: Float64Array): void {
    for (let j = 0; j < this.discrete.length; j++) this.at[j] = levelOf(x[this.discrete[j]], this.levels[j]);
    for (let j = 0; j < this.continuous.length; j++) this.near[j] = x[this.continuous[j]] / this.bandwidth;
  }

  /** Adds the kernels `from` to `to` to a sum. It goes four axes at a time, so that no product waits for another. */
  private sumOver(from: number, to: number, begin: number): number {
    const { shares, zeros, places, weights, products, at, near } = this;
    const count = weights.length;
    for (let c = from; c < to; c++) products[c - from] = weights[c];
    let j = 0;
    for (; j + 4 <= at.length; j += 4) {
      const [first, second, third, fourth] = [at[j], at[j + 1], at[j + 2], at[j + 3]];
      for (let i = 0, z = j * count + from; i < to - from; i++, z++) {
        const both = products[i] * shares[zeros[z] + first] * shares[zeros[z + count] + second];
        products[i] = both * shares[zeros[z + 2 * count] + third] * shares[zeros[z + 3 * count] + fourth];
      }
    }
    for (; j < at.length; j++) {
      const level = at[j];
      for (let i = 0, z = j * count + from; i < to - from; i++, z++) products[i] *= shares[zeros[z] + level];
    }
    let sum = begin;
    for (let c = from, p = from * near.length; c < to; c++) {
      let distance = 0;
      for (let j = 0; j < near.length; j++) distance += square(near[j] - places[p++]);
      if (distance === 0) sum += products[c - from];
      else if (distance < 2 * FAR) sum += products[c - from] * exp(-0.5 * distance);
    }
    return sum;
  }

  /** Factors of a kernel for the levels of an axis, by the steps from its own level, [2 levels - 1]. */
  private axis({ levels: given, ordered }: Axis): { readonly levels: number; readonly shares: Float64Array } {
    const levels = given as number;
    const h = levels * Math.max(this.bandwidth, 0.35 / levels); // kernel width in levels
    const stay = levels === 1 ? 1 : Math.max(1 / levels, 1 - 2 * this.bandwidth);
    const shares = Float64Array.from({ length: 2 * levels - 1 }, (_, i) => {
      const steps = i - (levels - 1);
      if (ordered) return levels * (normalCdf((steps + 0.5) / h) - normalCdf((steps - 0.5) / h));
      return levels * (steps === 0 ? stay : (1 - stay) / (levels - 1));
    });
    return { levels, shares };
  }

  /** Draws a position from the mixture. Where it lies within a level means nothing. */
  draw(rng: Rng): Float64Array {
    const pick = rng.int(0, this.centres.length);
    if (pick === this.centres.length) return Float64Array.from(this.dimensions, () => rng.float());
    const centre = this.centres[pick];
    const x = new Float64Array(this.dimensions.length);
    for (const [j, d] of this.discrete.entries()) x[d] = (this.drawLevel(pick, j, rng) + 0.5) / this.levels[j];
    for (const d of this.continuous) {
      do x[d] = centre[d] + this.bandwidth * rng.normal();
      while (x[d] < 0 || x[d] >= EDGE);
    }
    return x;
  }

  /** A level of a kernel on axis `j` of those with levels, as likely as the kernel's factors say. */
  private drawLevel(centre: number, j: number, rng: Rng): number {
    const { below } = this;
    const zero = this.zeros[j * this.centres.length + centre];
    let [low, high] = [0, this.levels[j] - 1];
    const sum = below[zero] + rng.float() * (below[zero + high + 1] - below[zero]);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (below[zero + middle + 1] > sum) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

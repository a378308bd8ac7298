/**
 * Random numbers by the name of their cause: the same name gives the same numbers, wherever it is used. Pure; numbers
 * depend only on the seed and the name.
 */
import { exp, square } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import type { ErrorCause } from "../../sim/index.js";
import type { ScoredRun } from "../store/packed-errors.js";
import { KeptNumbers } from "./kept-numbers.js";
import { PairedErrors } from "./paired-errors.js";
import { boundedStudent, NORMAL_FROM } from "./student-bounds.js";

export const normOf = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + square(value), 0));

/** [draws] numbers by name, made on first use. */
export class Draws {
  private readonly normals = new Map<string, Float64Array>();
  private readonly factors = new Map<string, Float64Array>();
  private readonly deviations = new Map<string, Float64Array>();
  private readonly paired = new Map<string, Float64Array>();
  private readonly kept: KeptNumbers;
  private readonly pairs: PairedErrors;
  constructor(
    readonly count: number,
    private readonly seed: number,
  ) {
    this.kept = new KeptNumbers((name) => this.drawn(name));
    this.pairs = new PairedErrors(count, this.kept);
  }

  /** As many draws that are independent of these. */
  others(): Draws {
    return new Draws(this.count, this.seed + 1);
  }

  /** Standard normal numbers. */
  normal(name: string): Float64Array {
    return known(this.normals, name, () => this.drawn(name));
  }

  /**
   * Student's t of a mean over utterances: its error divided by its estimated standard error. Each utterance has one
   * number g, and the error is the sum of r g divided by the root of the sum of r^2, where r is by how much the
   * utterance's value exceeds the mean. So two means over the same utterances correlate as the values do, and their
   * difference has the distribution of a paired t test. Source: Student, Biometrika 6, 1908.
   *
   * @param residuals [utterances] r in any unit; null: not known. All such means then share one t.
   */
  meanError(name: string, freedom: number, residuals: Float64Array | null): Float64Array {
    const z = residuals === null ? this.normal(name) : this.sumOf(name, residuals);
    if (freedom >= NORMAL_FROM) return z;
    const scales = this.deviationsOf(name, freedom);
    return z.map((each, d) => boundedStudent(each / scales[d]));
  }

  private sumOf(name: string, residuals: Float64Array): Float64Array {
    const norm = normOf(residuals);
    const sum = new Float64Array(this.count);
    for (const [i, residual] of residuals.entries()) {
      const numbers = this.kept.of(`${name}, number ${i}`);
      for (let d = 0; d < sum.length; d++) sum[d] += (residual / norm) * numbers[d];
    }
    return sum;
  }

  /** Estimated deviations of so many degrees of freedom over the true one. */
  private deviationsOf(name: string, freedom: number): Float64Array {
    return known(this.deviations, `${name}/${freedom}`, () => {
      const squares = new Float64Array(this.count);
      for (let k = 0; k < freedom; k++) for (const [d, z] of this.drawn(`${name}, deviation ${k}`).entries()) squares[d] += square(z);
      return squares.map((sum) => Math.sqrt(sum / freedom));
    });
  }

  /**
   * Standard normal errors of an accuracy, correlated with those of other runs on the same utterances. `run`: null if
   * what it got wrong is not known; its numbers are then those of `name` alone.
   */
  accuracyError(name: string, run: ScoredRun | null): Float64Array {
    return run === null ? this.normal(name) : known(this.paired, run.key, () => this.pairs.of(run, this.normal(name)));
  }

  /** exp of the sum over causes; each adds its normal number times the error on the number's side. */
  factor(causes: readonly ErrorCause[]): Float64Array {
    const key = causes.map(({ name, down, up }) => `${name}*${down}*${up}`).join("|");
    return known(this.factors, key, () => {
      const ln = new Float64Array(this.count);
      for (const { name, down, up } of causes) {
        const z = this.normal(name);
        for (let d = 0; d < ln.length; d++) ln[d] += z[d] * (z[d] < 0 ? down : up);
      }
      return ln.map(exp);
    });
  }

  protected drawn(name: string): Float64Array {
    const rng = createRng(this.seed, `confidence ${name}`);
    const numbers = new Float64Array(this.count); // its `from` takes half as long again
    for (let d = 0; d < numbers.length; d++) numbers[d] = rng.normal();
    return numbers;
  }
}

function known(map: Map<string, Float64Array>, key: string, make: () => Float64Array): Float64Array {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

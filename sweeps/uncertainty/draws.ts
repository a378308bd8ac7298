/**
 * Random numbers by the name of their cause: the same name gives the same numbers, wherever it is used. Pure; numbers
 * depend only on the seed and the name.
 */
import { exp, square } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import type { ErrorCause } from "../../sim/index.js";
import type { ScoredRun } from "../store/packed-errors.js";
import { NORMAL_FROM } from "./distribution-quantiles.js";
import { PairedErrors, pairedRuns } from "./paired-errors.js";

/** The functional runs of two points, whose accuracies are drawn without a number per utterance. */
export interface DrawnPair {
  /** Key of the run whose errors are drawn first. */
  readonly firstKey: string;
  /** Of the errors of both accuracies, -1 to 1. */
  readonly correlation: number;
}

/** For `Draws`; null: what a run got wrong is not known. The order of the two runs does not matter. */
export function drawnPair(a: ScoredRun | null, b: ScoredRun | null): DrawnPair {
  if (a === null || b === null) return { firstKey: (a ?? b)?.key ?? "", correlation: 0 };
  const [first, second] = a.key < b.key ? [a, b] : [b, a];
  return { firstKey: first.key, correlation: pairedRuns(first, second)?.correlation ?? 0 };
}

/** [draws] numbers by name, made on first use. */
export class Draws {
  private readonly normals = new Map<string, Float64Array>();
  private readonly factors = new Map<string, Float64Array>();
  private readonly students = new Map<string, Float64Array>();
  private readonly paired = new Map<string, Float64Array>();
  private readonly pairs: PairedErrors;
  /**
   * @param pair the only runs whose accuracies are drawn: the second error is the correlation times the first one, and
   * a number of its own. That is the same distribution as by a number per utterance (a test compares them), and makes
   * `compare` four times as fast (583 ms to 135 ms, with the factors that `Swapped` shares). null: any runs.
   */
  constructor(
    readonly count: number,
    private readonly seed: number,
    private readonly pair: DrawnPair | null = null,
  ) {
    this.pairs = new PairedErrors(count, (name) => this.drawn(name));
  }

  /** Standard normal numbers. */
  normal(name: string): Float64Array {
    return known(this.normals, name, () => this.drawn(name));
  }

  /** Student's t: error of a mean divided by its estimated standard error. */
  student(name: string, freedom: number): Float64Array {
    if (freedom >= NORMAL_FROM) return this.normal(name);
    return known(this.students, `${name}/${freedom}`, () => {
      const squares = new Float64Array(this.count);
      for (let k = 0; k < freedom; k++) for (const [d, z] of this.drawn(`${name}, deviation ${k}`).entries()) squares[d] += square(z);
      return this.normal(name).map((z, d) => z / Math.sqrt(squares[d] / freedom));
    });
  }

  /**
   * Standard normal errors of an accuracy, correlated with those of other runs on the same utterances. `run`: null if
   * what it got wrong is not known; its numbers are then those of `name` alone.
   */
  accuracyError(name: string, run: ScoredRun | null): Float64Array {
    if (run === null) return this.normal(name);
    const { pair } = this;
    if (pair === null) return known(this.paired, run.key, () => this.pairs.of(run) ?? this.normal(name));
    return known(this.paired, run.key, () => this.ofPair(name, run.key, pair));
  }

  private ofPair(name: string, key: string, { firstKey, correlation }: DrawnPair): Float64Array {
    const shared = this.normal(`errors of ${firstKey}`);
    if (key === firstKey) return shared;
    const own = Math.sqrt(1 - square(correlation));
    return this.normal(name).map((z, d) => correlation * shared[d] + own * z);
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
    return Float64Array.from({ length: this.count }, () => rng.normal());
  }
}

function known(map: Map<string, Float64Array>, key: string, make: () => Float64Array): Float64Array {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

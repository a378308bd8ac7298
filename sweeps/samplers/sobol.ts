/**
 * Sobol sequence with a random linear matrix scramble and a digital shift (Matousek), seeded; its points fill the cube
 * evenly.
 * Source: Bratley and Fox, ACM TOMS 659, 1988 (Gray-code order); Matousek, J. Complexity 14, 1998 (scramble); Joe and
 * Kuo, SIAM J. Sci. Comput. 30, 2008 (direction numbers).
 * Throws: `InputError` for more than 64 parameters.
 */

import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { JOE_KUO } from "./joe-kuo.js";
import type { Sampler, SamplerKind, SamplerSetup } from "./sampler.js";
import { SHARD_OPTIONS, sharded } from "./shard.js";

const BITS = 30;
const BATCH = 64;

/** Direction numbers of dimension `d`, [BITS] integers below 2^30, most significant first. */
function directions(d: number): Int32Array {
  const v = new Int32Array(BITS);
  if (d === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 1 << (BITS - 1 - i);
    return v;
  }
  const [polynomial, ...m] = JOE_KUO[d - 1];
  const degree = 31 - Math.clz32(polynomial);
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      v[i] = m[i] << (BITS - 1 - i);
      continue;
    }
    v[i] = v[i - degree] ^ (v[i - degree] >> degree);
    for (let k = 1; k < degree; k++) if ((polynomial >> (degree - k)) & 1) v[i] ^= v[i - k];
  }
  return v;
}

function parity(x: number): number {
  let y = x;
  y ^= y >> 16;
  y ^= y >> 8;
  y ^= y >> 4;
  return (0x6996 >> (y & 15)) & 1;
}

/** Points of the sequence from the first one on, [dimensions] numbers in [0, 1) each. `seed` null: unscrambled. */
export class SobolSequence {
  private readonly v: Int32Array[];
  private readonly x: Int32Array;
  private count = 0;

  constructor(
    readonly dimensions: number,
    seed: number | null,
    file = "sweep",
  ) {
    if (dimensions > JOE_KUO.length + 1) {
      throw inputError(
        file,
        `a Sobol sequence has at most ${JOE_KUO.length + 1} parameters here, got ${dimensions}`,
        "take sampler: random",
        "sweep.sampler",
      );
    }
    this.v = Array.from({ length: dimensions }, (_, d) => directions(d));
    this.x = new Int32Array(dimensions);
    if (seed === null) return;
    for (let d = 0; d < dimensions; d++) {
      const rng = createRng(seed, `sobol/${d}`);
      // A lower triangular matrix of bits with ones on the diagonal; row r acts on the bits at and above r.
      const rows = Array.from({ length: BITS }, (_, r) => {
        const above = r === 0 ? 0 : rng.int(0, powerOfTwo(r) - 1) << (BITS - r);
        return above | (1 << (BITS - 1 - r));
      });
      this.v[d] = this.v[d].map((word) => rows.reduce((bits, row, r) => bits | (parity(row & word) << (BITS - 1 - r)), 0));
      this.x[d] = rng.int(0, powerOfTwo(BITS) - 1);
    }
  }

  next(): Float64Array {
    const point = Float64Array.from(this.x, (bits) => bits / powerOfTwo(BITS));
    const bit = 31 - Math.clz32(~this.count & (this.count + 1)); // lowest zero bit of the index: Gray code
    for (let d = 0; d < this.dimensions; d++) this.x[d] ^= this.v[d][bit];
    this.count++;
    return point;
  }
}

class Sobol implements Sampler {
  readonly fidelity = 1;
  readonly lag = Number.POSITIVE_INFINITY;
  private readonly sequence: SobolSequence;
  private asked = 0;

  constructor(setup: SamplerSetup) {
    this.sequence = new SobolSequence(setup.space.dimensions.length, setup.seed, setup.file);
  }

  ask(): Float64Array[] {
    this.asked += BATCH;
    return Array.from({ length: BATCH }, () => this.sequence.next());
  }

  tell(): void {} // the sequence does not depend on results

  state() {
    return { asked: this.asked };
  }
}

export const sobol: SamplerKind = {
  about: "scrambled Sobol sequence: covers the space evenly",
  learns: false,
  screens: false,
  size: () => null,
  options: SHARD_OPTIONS,
  create: sharded((setup) => new Sobol(setup)),
};

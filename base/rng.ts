/**
 * Seeded random numbers of the whole product. A stream is derived from a name, whatever the order in which streams are
 * used.
 */

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { sha256 } from "./hash.js";
import { cos, log } from "./math.js";

/** A stream of random numbers. Source of the generator: pure-rand, xoroshiro128+. */
export interface Rng {
  /** Uniform in [0, 1) with 53 bits. */
  float(): number;
  /** Uniform integer, both ends included. */
  int(low: number, high: number): number;
  /** Standard normal (Box-Muller, one value per call). */
  normal(): number;
  /** Fisher-Yates in place; returns its argument. */
  shuffle<T>(items: T[]): T[];
}

/** A 32-bit seed from a base seed and a name: same pair, same seed, on every machine. */
function deriveSeed(seed: number | string, name: string): number {
  return Number.parseInt(sha256(`${seed}/${name}`).slice(0, 8), 16) | 0;
}

/** A new stream for `seed` and the purpose `name` (e.g. `dropout`). */
export function createRng(seed: number | string, name: string): Rng {
  const source = xoroshiro128plus(deriveSeed(seed, name));
  const float = (): number => uniformFloat64(source);
  const int = (low: number, high: number): number => uniformInt(source, low, high);
  return {
    float,
    int,
    normal: () => Math.sqrt(-2 * log(1 - float())) * cos(2 * Math.PI * float()),
    shuffle<T>(items: T[]): T[] {
      for (let i = items.length - 1; i > 0; i--) {
        const j = int(0, i);
        const swap = items[i];
        items[i] = items[j];
        items[j] = swap;
      }
      return items;
    },
  };
}

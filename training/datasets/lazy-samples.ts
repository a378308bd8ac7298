/**
 * Samples whose features are made and hashed on first use, so that a caller who wants only a set's size waits for
 * neither.
 */

import type { Samples } from "../../arch/index.js";
import { once } from "../../base/once.js";

interface Makers {
  readonly features: () => Float32Array;
  /** Hash of the samples; it makes their features only if it uses them. */
  readonly hash: (samples: Samples) => string;
}

export function lazySamples(set: Omit<Samples, "features" | "hash">, { features: makeFeatures, hash: makeHash }: Makers): Samples {
  const features = once(makeFeatures);
  const hash = once(() => makeHash(samples));
  const samples: Samples = {
    ...set,
    get features() {
      return features();
    },
    get hash() {
      return hash();
    },
  };
  return samples;
}

/**
 * Samples whose features are made and hashed on first use, so that a caller who wants only a set's size waits for
 * neither.
 */

import type { SampleSet } from "../../arch/index.js";
import { once } from "../../base/once.js";

type Lazy<Features> = Omit<SampleSet, "features"> & { readonly features: Features };

interface Makers<Features> {
  readonly features: () => Features;
  /** Hash of the samples; it makes their features only if it uses them. */
  readonly hash: (samples: Lazy<Features>) => string;
}

export function lazySamples<Features extends SampleSet["features"]>(
  set: Omit<SampleSet, "features" | "hash">,
  { features: makeFeatures, hash: makeHash }: Makers<Features>,
): Lazy<Features> {
  const features = once(makeFeatures);
  const hash = once(() => makeHash(samples));
  const samples: Lazy<Features> = {
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

/**
 * Samples whose features are made and hashed on first use, so that a caller who wants only a set's size waits for
 * neither.
 */

import type { Moments, SampleSet } from "../../arch/index.js";
import { once } from "../../base/once.js";

type Lazy<Features> = Omit<SampleSet, "features"> & { readonly features: Features };

interface Makers<Features> {
  readonly features: () => Features;
  /** Hash of the samples; it makes their features only if it uses them. */
  readonly hash: (samples: Lazy<Features>) => string;
  /** Of features that are normalised over a training set. */
  readonly moments?: () => Moments | undefined;
}

export function lazySamples<Features extends SampleSet["features"]>(
  set: Omit<SampleSet, "features" | "hash" | "moments">,
  { features: makeFeatures, hash: makeHash, moments: makeMoments }: Makers<Features>,
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
    get moments() {
      return makeMoments?.();
    },
  };
  return samples;
}

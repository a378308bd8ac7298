/**
 * What decides the functional run of an experiment, as a content address: small, and asked where nothing is simulated.
 * Pure.
 */
import { addressedLava, addressedPrecision, type Experiment, feedsBack } from "../arch/index.js";
import { hashJson } from "../base/hash.js";
import { unpriced } from "./unpriced.js";

/** Content address of what decides a network's function on such a chip: all of it but names and prices. */
export function functionOf({ chip, mapping }: Experiment): string {
  return hashJson({ chip: unpriced(chip), mapping });
}

/**
 * Content address of a functional run: model, precision, data and which utterances; the chip is in it only where its
 * time feeds back.
 */
export function functionalKey(experiment: Experiment, modelHash: string, dataHash: string): string {
  const { samples, timingSamples, seed, split, dataset, encoding } = experiment.workload;
  const workload = { dataset, split, samples, timingSamples, seed, encoding };
  const { network } = experiment;
  const precision = addressedPrecision(experiment.precision);
  const chip = feedsBack(experiment.chip) ? { chip: functionOf(experiment) } : {};
  return hashJson({ ...chip, modelHash, dataHash, precision, nir: network.nir, ...addressedLava(network), workload });
}

/**
 * Whether a value at this path is in the key of a functional run on a chip whose time does not feed back: all of model,
 * its training, precision and workload, but for what only the timing run asks.
 */
export const decidesFunction = (path: string): boolean =>
  /^(precision|network|training|workload)[.]/.test(path) && !/^workload[.](steady_state|period_ms|rest[.].*)$/.test(path);

/**
 * Content address of what decides an experiment's functional run. It is cheap, because callers that simulate nothing
 * ask for it too. Pure.
 */
import { addressedLava, addressedPrecision, type Experiment, feedsBack } from "../arch/index.js";
import { hashJson } from "../base/hash.js";
import { pricesInPlacement, unpriced } from "./unpriced.js";

/**
 * Content address of the part of a chip that decides a network's function on it: all but names, and prices that place
 * nothing.
 */
export function functionOf({ chip, mapping }: Experiment): string {
  return hashJson({ chip: unpriced(chip), mapping, ...pricesInPlacement({ chip, mapping }) });
}

/**
 * Content address of a functional run: model, precision, data and the choice of utterances; also the chip if its time
 * feeds back.
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
 * Whether the value at this path is in the key of a functional run on a chip whose time does not feed back: model,
 * training, precision and workload, except for keys that only the timing run uses.
 */
export const decidesFunction = (path: string): boolean =>
  /^(precision|network|training|workload)[.]/.test(path) && !/^workload[.](steady_state|period_ms|rest[.].*)$/.test(path);

/**
 * Address of a data set while a study runs: everything in a description that decides what is read. The model decides
 * too, by its features and its number of inputs. Networks that the search makes from one base read the same data.
 */
import type { Experiment } from "../arch/index.js";

export function dataAddress({ workload, network }: Experiment): string {
  const { dataset, path, labels, split, events, inputs } = workload;
  const reader = network.training?.base ?? network.model;
  return JSON.stringify([dataset, path, labels, split, reader, network.nir.stepSeconds, events, inputs]);
}

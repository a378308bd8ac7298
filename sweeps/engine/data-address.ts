/**
 * What a data set is known by while a study runs: everything of a description that decides what is read. The model
 * does: its features, its inputs. Of networks that the search makes, those of one base read the same.
 */
import type { Experiment } from "../../arch/index.js";

export function dataAddress({ workload, network }: Experiment): string {
  const { dataset, path, labels, split, events } = workload;
  return JSON.stringify([dataset, path, labels, split, network.training?.base ?? network.model, network.nir.stepSeconds, events]);
}

/**
 * Warnings of a search before its first point, for everybody who begins one. Effects: reads models, and samples of
 * one's own.
 */
import { ofKind, type SweepSpec } from "../arch/index.js";
import { isLabelled } from "../sim/functional/index.js";
import { hasOwnClasses, loadSamples } from "./inputs.js";
import { searchedModelWarnings } from "./model-warnings.js";
import type { Description } from "./open.js";
import { unjudgedAccuracy } from "./unjudged-accuracy.js";

/** @throws InputError if a model or the samples cannot be read */
export async function searchWarnings({ file, experiment, plugins }: Description, spec: SweepSpec): Promise<readonly string[]> {
  return ofKind(experiment, {
    board: async (board) => {
      const models = await searchedModelWarnings(file, board, spec);
      const unjudged = unjudgedAccuracy(spec);
      if (unjudged.length === 0 || hasOwnClasses(board)) return [...models, ...unjudged];
      return isLabelled(await loadSamples(board, file, plugins)) ? [...models, ...unjudged] : models;
    },
    coupled: async (coupled) => (await import("./coupled-prices.js")).coupledPriceWarnings(coupled, spec),
  });
}

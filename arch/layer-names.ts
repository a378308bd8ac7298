/** Names of populations that a description gives widths of their own. */
import { inputError } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { Topology } from "./network.js";
import type { Precision } from "./precision.js";

/** Throws: InputError for a population with widths of its own that no weights of the network lead into. */
export function checkLayers({ layers }: Precision, topology: Topology, network: string): void {
  checkLayerNames(Object.keys(layers), topology, network);
}

/** Throws: InputError for a name that is of no population into which weights of the network lead. */
export function checkLayerNames(layers: readonly string[], { populations, projections }: Topology, network: string): void {
  if (layers.length === 0) return;
  const names = populations.filter((_, p) => projections.some(({ target }) => target === p)).map(({ name }) => name);
  const stray = layers.find((name) => !names.includes(name));
  if (stray === undefined) return;
  const fix = didYouMean(stray, names) || `weights lead into ${names.join(", ")}`;
  throw inputError("precision", `${network} has no weights into a population of that name`, fix, `precision.layers.${stray}`);
}

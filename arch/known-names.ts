/** Checks names in a description that refer to things outside of it: data sets, models, entries of plug-ins. */
import type { Problem } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { PluginFile } from "../base/plugin-file.js";
import type { LocatedMap } from "./located.js";
import { unknownMemoryKind } from "./memories/memory-kinds.js";
import { checkNamed } from "./named-values.js";
import { unknownPriceModel } from "./price-models.js";
import type { SamplerNames } from "./sampler-option.js";
import type { WrittenParameter } from "./sweep-section.js";
import { unknownTopology } from "./topologies/registry.js";

/** Names from other folders; a missing list is not checked. */
export interface KnownNames {
  readonly metrics?: readonly string[];
  /** Metrics that have quantiles. */
  readonly quantiles?: readonly string[];
  readonly samplers?: SamplerNames;
  readonly datasets?: readonly string[];
  readonly priceModels?: readonly string[];
  readonly topologies?: readonly string[];
  readonly memoryKinds?: readonly string[];
  /** Model files, those of a search's list included, must exist. */
  readonly models?: boolean;
  readonly plugins?: readonly PluginFile[];
}

export function checkNames(document: LocatedMap, written: readonly WrittenParameter[], known: KnownNames, problems: Problem[]): void {
  const { datasets, priceModels, topologies, memoryKinds } = known;
  if (memoryKinds !== undefined) {
    const unknown = (name: string) => (memoryKinds.includes(name) ? null : unknownMemoryKind(name));
    for (const keys of memoryKindKeys(document, written)) checkNamed(document, keys, written, unknown, problems);
  }
  if (topologies !== undefined) {
    const unknown = (name: string) => (topologies.includes(name) ? null : unknownTopology(name));
    checkNamed(document, ["noc", "topology"], written, unknown, problems);
  }
  if (priceModels !== undefined) {
    const unknown = (name: string) => (priceModels.includes(name) ? null : unknownPriceModel(name));
    checkNamed(document, ["chip", "price_model"], written, unknown, problems);
  }
  if (datasets !== undefined) {
    const unknown = (name: string) =>
      datasets.includes(name)
        ? null
        : { message: `no such data set: ${name}`, fix: didYouMean(name, datasets) || `known: ${datasets.join(", ")}` };
    checkNamed(document, ["workload", "dataset"], written, unknown, problems);
  }
}

/** Keys of memory kinds, in all selections of tiles and cores of the document. */
function memoryKindKeys(document: LocatedMap, written: readonly WrittenParameter[]): readonly (readonly string[])[] {
  const below = (map: LocatedMap, stem: string): [string, LocatedMap][] =>
    [...map.entries].flatMap(([key, { value }]): [string, LocatedMap][] =>
      key.startsWith(stem) && value.kind === "map" ? [[key, value]] : [],
    );
  const cores = below(document, "tile").flatMap(([tile, map]) => below(map, "core").map(([core]) => [tile, core]));
  const described = cores.flatMap((core) => ["synapse_memory", "state_memory"].map((memory) => [...core, memory, "kind"]));
  const searched = written
    .map(({ path }) => path.split("."))
    .filter((keys) => /^(synapse|state)_memory kind$/.test(keys.slice(-2).join(" ")));
  return [...new Map([...described, ...searched].map((keys) => [keys.join("."), keys])).values()];
}

/** Makes the network of a description runnable, from its file and from the description's further options. */
import { type Experiment, isLavaFile, type NirNetwork, nirFileOf, withLavaRules } from "../../arch/index.js";
import { type ImportedNir, prepareNir } from "./import.js";
import { nirOptionsOf } from "./options.js";

export function describedNir(experiment: Experiment, network: NirNetwork): ImportedNir {
  const { model, lava } = experiment.network;
  const found = nirFileOf(network);
  const file = isLavaFile(model) ? withLavaRules(found, lava, network.name) : found;
  return prepareNir(file, network.name, nirOptionsOf(experiment));
}

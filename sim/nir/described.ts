/** The network of a description made runnable: what the file holds and what the description says beyond it. */
import { type Experiment, type NirNetwork, nirFileOf, restarting } from "../../arch/index.js";
import { type ImportedNir, prepareNir } from "./import.js";
import { nirOptionsOf } from "./options.js";

export function describedNir(experiment: Experiment, network: NirNetwork): ImportedNir {
  const file = restarting(nirFileOf(network), experiment.network.lava.restartSteps);
  return prepareNir(file, network.name, nirOptionsOf(experiment));
}

/** What the network of an experiment needs of its cores. */
import { type CoreNeeds, coreNeedsOf, type Experiment, type ModelNetwork, type Samples } from "../../arch/index.js";
import { modelTopology } from "../../sim/index.js";

/** Each network is asked once per precision: the shape of a NIR file takes its integer form. */
export class NetworkNeeds {
  private readonly known = new Map<string, CoreNeeds>();

  of(experiment: Experiment, network: ModelNetwork, samples: Samples): CoreNeeds {
    const key = JSON.stringify([experiment.network, experiment.precision, experiment.workload.encoding]);
    let needs = this.known.get(key);
    if (needs === undefined) {
      needs = coreNeedsOf(modelTopology(experiment, network, samples));
      this.known.set(key, needs);
    }
    return needs;
  }
}

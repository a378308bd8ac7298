/** What the network of an experiment needs of its cores. */
import type { CoreNeeds, Experiment, ModelNetwork, SampleSet, Topology } from "../../arch/index.js";
import { modelTopology, needsOn } from "../../sim/index.js";

/** Each network is shaped once per precision: the shape of a NIR file takes its integer form. */
export class NetworkNeeds {
  private readonly shapes = new Map<string, Topology>();

  of(experiment: Experiment, network: ModelNetwork, samples: SampleSet): CoreNeeds {
    const key = JSON.stringify([experiment.network, experiment.precision, experiment.workload.encoding]);
    const topology = this.shapes.get(key) ?? modelTopology(experiment, network, samples);
    this.shapes.set(key, topology);
    return needsOn(experiment.chip, experiment.precision, topology);
  }
}

/** Shapes of the networks of experiments. */
import type { Experiment, ModelNetwork, SampleSet, Topology } from "../../arch/index.js";
import { modelTopology } from "../../sim/index.js";

/** Each network is shaped once per precision: the shape of a NIR file takes its integer form. */
export class NetworkShapes {
  private readonly shapes = new Map<string, Topology>();

  of(experiment: Experiment, network: ModelNetwork, samples: SampleSet): Topology {
    const key = JSON.stringify([experiment.network, experiment.precision, experiment.workload.encoding]);
    const topology = this.shapes.get(key) ?? modelTopology(experiment, network, samples);
    this.shapes.set(key, topology);
    return topology;
  }
}

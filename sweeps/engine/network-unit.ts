/** The update unit that the network of an experiment needs. */
import { type Experiment, type ModelNetwork, type Samples, type UpdateUnit, updateUnitOf } from "../../arch/index.js";
import { modelTopology } from "../../sim/index.js";

/** Each network is asked once per precision: the shape of a NIR file takes its integer form. */
export class NetworkUnits {
  private readonly known = new Map<string, UpdateUnit>();

  of(experiment: Experiment, network: ModelNetwork, samples: Samples): UpdateUnit {
    const key = JSON.stringify([experiment.network, experiment.precision, experiment.workload.encoding]);
    let unit = this.known.get(key);
    if (unit === undefined) {
      unit = updateUnitOf(modelTopology(experiment, network, samples));
      this.known.set(key, unit);
    }
    return unit;
  }
}

/** Points of the shipped example's space, put on one core. */
import { join } from "node:path";
import { openChip } from "../../app/open.js";
import { byKind, patchExperiment, readModel, topologyOf } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { type Obstacle, obstaclesOf } from "../../rtl/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { Space } from "../../sweeps/index.js";

const file = join(packageRoot(), "arch/examples/edge.yaml");
const { document, sweep } = openChip(file);
const { network } = readModel(join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors"));

export const edgeSpace = new Space(sweep?.parameters ?? []);

/** Obstacles to emitting the point at a position of the space, on a mesh of one core; null: it is infeasible. */
export function edgeObstacles(position: ArrayLike<number>): readonly Obstacle[] | null {
  const drawn = edgeSpace.byPath(edgeSpace.decode(position));
  const experiment = patchExperiment({ document, file }, { ...drawn, "noc.width": 1, "noc.height": 1 });
  if (!("precision" in experiment)) throw new Error("the example is no study of a recorded chip");
  const { chip, precision, mapping } = experiment;
  try {
    const topology = byKind(network, { own: (cells) => topologyOf(cells, precision), nir: () => ({ populations: [], projections: [] }) });
    return obstaclesOf({
      experiment,
      model: network,
      placement: mapNetwork(topology, chip, precision, mapping, null),
      samples: null,
    });
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

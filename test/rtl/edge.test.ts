/** Of the shipped example's one-core points that are feasible, nearly all can be emitted. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openChip } from "../../app/open.js";
import { byKind, patchExperiment, readModel, topologyOf } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { obstaclesOf } from "../../rtl/index.js";
import { mapNetwork, type Placement } from "../../sim/mapping/index.js";
import { Space } from "../../sweeps/index.js";

const POINTS = 300;

test(`of ${POINTS} one-core points of the example's space, 95 % of the feasible ones or more are emitted`, () => {
  const file = join(packageRoot(), "arch/examples/edge.yaml");
  const { document, sweep } = openChip(file);
  const { network } = readModel(join(packageRoot(), "training/models/mnist-rows-rec-v2.safetensors"));
  const space = new Space(sweep?.parameters ?? []);
  const rng = createRng(265, "edge");
  const tried = { feasible: 0, emitted: 0 };
  const refused = new Set<string>();
  for (let i = 0; i < POINTS; i++) {
    const drawn = space.byPath(space.decode(space.dimensions.map(() => rng.float())));
    const experiment = patchExperiment({ document, file }, { ...drawn, "noc.width": 1, "noc.height": 1 });
    if (!("precision" in experiment)) throw new Error("the example is no study of a recorded chip");
    const { chip, precision, mapping } = experiment;
    let placement: Placement;
    try {
      const topology = byKind(network, { own: (cells) => topologyOf(cells, precision), nir: () => ({ populations: [], projections: [] }) });
      placement = mapNetwork(topology, chip, precision, mapping, null);
    } catch (error) {
      if (error instanceof InfeasibleError) continue;
      throw error;
    }
    const obstacles = obstaclesOf({ experiment, model: network, placement });
    tried.feasible++;
    if (obstacles.length === 0) tried.emitted++;
    for (const { key } of obstacles) refused.add(key);
  }
  process.stdout.write(
    `edge: ${tried.emitted} of ${tried.feasible} feasible one-core points emitted; refused by: ${[...refused].join(", ") || "none"}\n`,
  );
  expect(tried.feasible).toBeGreaterThan(POINTS / 5);
  expect(tried.emitted).toBeGreaterThanOrEqual(0.95 * tried.feasible);
});

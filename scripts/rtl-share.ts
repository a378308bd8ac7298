/**
 * `npx tsx scripts/rtl-share.ts [--points 400] [--seed 1] [FILE.yaml ...]`: the share of the shipped examples' feasible
 * points that can be SystemVerilog, and the rules that refuse the others. Takes all points of a small space, and this
 * many drawn points of a larger one. Exit code 1 below 90 %.
 */
import { parseArgs } from "node:util";
import { examples } from "../app/examples.js";
import { loadModel, samplesFor } from "../app/inputs.js";
import { open } from "../app/open.js";
import {
  byKind,
  type Experiment,
  type ModelNetwork,
  type ParsedArch,
  patchExperiment,
  type SampleSet,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { createRng } from "../base/rng.js";
import { obstaclesOf } from "../rtl/index.js";
import { modelTopology } from "../sim/index.js";
import { mapNetwork } from "../sim/mapping/index.js";
import { Space } from "../sweeps/index.js";

const LEAST_SHARE = 0.9;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { points: { type: "string", default: "400" }, seed: { type: "string", default: "1" } },
});

interface Share {
  feasible: number;
  emitted: number;
  infeasible: number;
  readonly refused: Map<string, number>;
}

/** Experiments of a description: those of its points, or its own. */
function* experimentsOf({ document, sweep, experiment }: ParsedArch, file: string): Generator<Experiment> {
  if (sweep === null) return yield experiment;
  const space = new Space(sweep.parameters);
  const rng = createRng(options.seed, "rtl share");
  const size = space.gridSize ?? Number.POSITIVE_INFINITY;
  const most = Number(options.points);
  for (let i = 0; i < Math.min(size, most); i++) {
    const position = size <= most ? space.gridPosition(i) : space.dimensions.map(() => rng.float());
    const found = patchExperiment({ document, file }, space.byPath(space.decode(position)));
    if ("precision" in found) yield found;
  }
}

const networks = new Map<string, ReturnType<typeof loadModel>>();

interface Mapped {
  readonly model: ModelNetwork;
  readonly topology: Topology;
  /** null: the numbers do not depend on the input. */
  readonly samples: SampleSet | null;
}

async function topologyIn(experiment: Experiment, file: string): Promise<Mapped> {
  const name = experiment.network.model;
  const loaded = networks.get(name) ?? loadModel(experiment, file);
  networks.set(name, loaded);
  const { network } = await loaded;
  const samples = await byKind<Promise<SampleSet | null>>(network, {
    own: async () => null,
    nir: async () => samplesFor(await loaded, experiment, file),
  });
  return { model: network, topology: modelTopology(experiment, network, samples), samples };
}

async function shareOf(description: ParsedArch, file: string): Promise<Share> {
  const share: Share = { feasible: 0, emitted: 0, infeasible: 0, refused: new Map() };
  for (const experiment of experimentsOf(description, file)) {
    const { model, topology, samples } = await topologyIn(experiment, file);
    try {
      const { chip, precision, mapping } = experiment;
      const obstacles = obstaclesOf({ experiment, model, placement: mapNetwork(topology, chip, precision, mapping, null), samples });
      share.feasible++;
      if (obstacles.length === 0) share.emitted++;
      for (const { key, reason } of obstacles) {
        const rule = `${key}: ${reason.replaceAll(/\d+/g, "N")}`;
        share.refused.set(rule, (share.refused.get(rule) ?? 0) + 1);
      }
    } catch (error) {
      if (!(error instanceof InfeasibleError)) throw error;
      share.infeasible++;
    }
  }
  return share;
}

let [feasible, emitted] = [0, 0];
const files = positionals.length > 0 ? positionals : examples("example").map(({ path }) => path);
for (const file of files) {
  const name = file.replace(/^.*\//, "");
  const description = open(file);
  if (!("experiment" in description) || !("precision" in description.experiment)) {
    console.log(`${name}: a recorded chip, which is SystemVerilog of others`);
    continue;
  }
  if (description.experiment.network.training !== null) {
    console.log(`${name}: makes its networks in the search`);
    continue;
  }
  const share = await shareOf(description as ParsedArch, file);
  feasible += share.feasible;
  emitted += share.emitted;
  console.log(`${name}: ${share.emitted} of ${share.feasible} feasible points (${share.infeasible} are infeasible)`);
  for (const [rule, count] of [...share.refused].sort((a, b) => b[1] - a[1])) console.log(`  ${count} refused by ${rule}`);
}
console.log(`${emitted} of ${feasible} feasible points: ${((100 * emitted) / Math.max(1, feasible)).toFixed(1)} %`);
process.exitCode = emitted >= LEAST_SHARE * feasible && feasible > 0 ? 0 : 1;

/**
 * Random chips of several cores on meshes of up to 3 x 3 routers, with tiny networks cut over them; drawn to reach full
 * buffers, blocked links and ties.
 */
import type { Chip, Experiment, Noc } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { prepareFunctional, replay } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { chip, noc } from "../sim/board/fixtures.js";
import { randomSamples, type SpikingSystem } from "../sim/functional/random-network.js";
import { coreOf, Draw, experimentOf, leaking, least, networkOf, precisionOf, type RandomCore } from "./random-cores.js";

const SYSTEMS = ["lif", "alif", "rec-v1", "rec-v2"] as const;
export const STRATEGIES = ["sequential", "balanced", "min-traffic"] as const;

export function nocOf(draw: Draw): Noc {
  const [width, height] = draw.of("mesh", [2, 1], [1, 2], [2, 2], [2, 2], [3, 1], [3, 2], [2, 3], [3, 3]);
  return {
    ...noc,
    width,
    height,
    routing: draw.of("routing", "xy", "yx"),
    multicast: draw.of("multicast", "unicast", "unicast", "tree"),
    flitWidthBits: draw.of("flit width", 9, 12, 16, 32),
    virtualChannels: draw.of("virtual channels", 1, 1, 1, 2, 3),
    vcBufferFlits: draw.of("buffer", 1, 2, 4),
    allocator: draw.of("allocator", "islip", "separable-input-first"),
    routingDelayCycles: draw.of("routing cycles", 0, 1, 1, 2, 3),
    vcAllocationDelayCycles: draw.of("VC allocation cycles", 1, 1, 2, 3),
    switchAllocationDelayCycles: draw.of("switch allocation cycles", 1, 2, 3),
    switchTraversalDelayCycles: draw.of("switch traversal cycles", 1, 2),
    creditDelayCycles: draw.of("credit delay", 0, 1, 3),
    linkCycles: draw.of("link cycles", 1, 2),
    headerBits: draw.of("header", 20, 24, 40),
  };
}

/**
 * The chip with cores of all sizes that fit: a balanced network gets, for two seeds in three, no more slots than it has
 * neurons, rounded up per core. Cores that are nearly full take several slices of one population.
 */
export function sized(seed: number, made: Chip, neurons: number, strategy: Experiment["mapping"]["strategy"]): Chip {
  if (strategy === "sequential" || createRng(seed, "rtl slots").int(0, 2) === 0) return made;
  const maxNeurons = Math.ceil(neurons / made.cores.length);
  return { ...made, cores: made.cores.map((one) => ({ ...one, maxNeurons })) };
}

/** The point of a seed; null: the network does not fit the chip, or fits on one core of it. */
export function randomChip(seed: number): RandomCore | null {
  const draw = new Draw(createRng(seed, "rtl chip"));
  const system = draw.of<SpikingSystem>("system", ...SYSTEMS);
  const model = networkOf(draw, seed, system);
  const drawn = leaking(precisionOf(draw, system), model);
  // sums that overflow depend on the order of arrival, which several cores do not keep, so they are rare here
  const precision = draw.of("wide sums", true, true, true, false) ? { ...drawn, accumulatorBits: 32 } : drawn;
  const network = nocOf(draw);
  const routers = network.width * network.height;
  const local = draw.of("cores of a tile", 1, 1, 1, 2);
  const core = { ...coreOf(draw), outputQueue: { depth: draw.of("output queue", 1, 2, 8) } };
  const tiles = Array.from({ length: routers }, (_, tile) => (tile % 2 === 0 ? local : 1));
  const empty = chip(tiles, { core, noc: network, weightFormat: "dense", barrier: { baseCycles: 0, perCoreCycles: 1 } });
  const neurons = model.inputs + model.classes + model.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const mapping = {
    strategy: draw.of("strategy", ...STRATEGIES),
    maxNeuronsPerCore: Math.ceil(neurons / draw.int(2, Math.min(8, empty.cores.length))) + draw.int(0, 1),
  };
  const made = sized(seed, empty, neurons, mapping.strategy);
  const slack = draw.of("barrier slack", 0, 0, 1, 9);
  const utterances = draw.of("utterances", 1, 1, 2);
  const samples = randomSamples(seed, { ...model, task: draw.of("task", "sequence", "frames") }, utterances, 5);
  const whole = { ...model, task: samples.task };
  const experiment = experimentOf(made, precision, utterances, mapping);
  try {
    const functional = prepareFunctional(experiment, whole, `random-${seed}`, samples);
    if (mapNetwork(functional.trace.topology, made, precision, experiment.mapping, functional.trace).usedCores.length === 1) return null;
    const barrier = { baseCycles: least(experiment, functional) + slack, perCoreCycles: 0 };
    const drained = { ...experiment, chip: { ...made, barrier } };
    return { experiment: drained, model: whole, samples, functional, run: replay(drained, functional.trace), seed, choices: draw.choices };
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

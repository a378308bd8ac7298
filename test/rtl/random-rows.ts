/**
 * Random one-core chips with imported networks: convolutions of every geometry, pruned and dense layers, IF, LIF and
 * CubaLIF neurons.
 */
import { type Chip, type Core, nirNetwork, type Precision, RESET_RULES, type Samples, takesResetValue } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import type { Functional } from "../../sim/functional/index.js";
import { prepareFunctional, replay } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { chip } from "../sim/board/fixtures.js";
import { randomNet } from "../sim/nir/random-net.js";
import { haloSpikes } from "./halo.js";
import { nocOf, STRATEGIES, sized } from "./random-chips.js";
import { coreOf, Draw, experimentOf, least, type RandomCore } from "./random-cores.js";
import { variedNeurons } from "./varied-neurons.js";

const STEP_SECONDS = 1e-4;
const LEAKY: readonly string[] = ["LI", "LIF", "CubaLI", "CubaLIF"];

function rowPrecision(draw: Draw): Precision {
  return {
    ...{ integers: "quantised", layers: {}, weightScale: "max" },
    weightBits: draw.of("weight bits", 2, 3, 4, 5, 8),
    stateBits: draw.of("state bits", 10, 12, 16, 24),
    stateFractionBits: draw.int(3, 6),
    accumulatorBits: draw.of("accumulator bits", 16, 16, 20),
    accumulatorOverflow: draw.of("overflow", "saturate", "wrap"),
    ...{ lutBits: 8, gateBits: draw.of("gate bits", 4, 8, 12), leak: "multiplier", spikeBits: null },
  };
}

/** Inputs of spikes of size 1, or of whole numbers. */
function samplesOf(seed: number, draw: Draw, inputs: number, classes: number, utterances: number): Samples {
  const rng = createRng(seed, "row samples");
  const most = draw.of("input", 1, 1, 1, 5);
  const rate = draw.of("rate", 0.1, 0.3, 0.6);
  const frameStart = new Uint32Array(utterances + 1);
  for (let u = 0; u < utterances; u++) frameStart[u + 1] = frameStart[u] + rng.int(2, 5);
  const count = frameStart[utterances] * inputs;
  return {
    ...{ name: `rows-${seed}`, hash: `rows-${seed}`, task: "sequence", inputs, classes, frameStart },
    features: Float32Array.from({ length: count }, () => (rng.float() < rate ? rng.int(1, most) : 0)),
    labels: new Int32Array(utterances),
  };
}

/** The point of a seed, on one core; `isVaried`: with neurons of their own, and leaks by shift. */
export const randomRows = (seed: number, isVaried = false): RandomCore => {
  const draw = new Draw(createRng(seed, "rtl rows"));
  const alone = (core: Partial<Core>): Chip => chip([1], { core, barrier: { baseCycles: 0, perCoreCycles: 1 } });
  const { experiment, ...parts } = rowPoint(seed, draw, alone, isVaried);
  return timed(draw, experiment, parts);
};

/**
 * The point of a seed, cut over the cores of a mesh; null: it does not fit, or fits on one core. For three seeds in
 * four, spikes meet a kernel on both sides of a border inside a channel, if some cut allows it.
 */
export function severalRows(seed: number, isVaried = false): RandomCore | null {
  const draw = new Draw(createRng(seed, "rtl rows of several cores"));
  const network = { ...nocOf(draw), headerBits: 40 };
  const meshed = (core: Partial<Core>): Chip =>
    chip(new Array<number>(network.width * network.height).fill(1), {
      ...{ core: { ...core, outputQueue: { depth: draw.of("output queue", 1, 2, 8) } }, noc: network },
      barrier: { baseCycles: 0, perCoreCycles: 1 },
    });
  try {
    const parts = draw.int(2, 5);
    const { experiment, ...made } = rowPoint(seed, draw, meshed, isVaried);
    const cut = cutOver(seed, experiment, made.functional, parts);
    const point = timed(draw, cut, made);
    return point.run.placement.usedCores.length === 1 ? null : point;
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

/**
 * Cuts a network over cores into this many parts; if steered, into the largest parts that make a halo, unless it fills
 * its cores.
 */
function cutOver(seed: number, experiment: RandomCore["experiment"], { trace }: Functional, parts: number): RandomCore["experiment"] {
  const neurons = trace.topology.populations.reduce((sum, population) => sum + population.neurons, 0);
  const strategy = STRATEGIES[createRng(seed, "rtl rows strategy").int(0, STRATEGIES.length - 1)];
  const filled = sized(seed, experiment.chip, neurons, strategy);
  const cut = (count: number) => ({
    ...experiment,
    chip: filled,
    mapping: { ...experiment.mapping, strategy, maxNeuronsPerCore: Math.ceil(neurons / count) },
  });
  const isSteered = createRng(seed, "rtl rows halo").int(0, 3) > 0;
  if (!isSteered || filled !== experiment.chip) return cut(parts);
  // halves, and all smaller parts down to fifths
  const counts = Array.from({ length: 13 }, (_, i) => 2 + i / 4);
  const found = counts.find((count) => {
    const { chip: cores, precision, mapping } = cut(count);
    return haloSpikes(mapNetwork(trace.topology, cores, precision, mapping, trace), trace) > 0;
  });
  return cut(found ?? parts);
}

type Made = Omit<RandomCore, "run" | "experiment" | "functional"> & { readonly functional: Functional; readonly said: readonly string[] };

/** The experiment with the shortest possible barrier, or a longer one. */
function timed(draw: Draw, experiment: RandomCore["experiment"], { said, ...made }: Made): RandomCore {
  const perCoreCycles = 0;
  const baseCycles = least(experiment, made.functional) + draw.of("barrier slack", 0, 1, 9) + draw.of("barrier", 2, 12, 40);
  const drained = { ...experiment, chip: { ...experiment.chip, barrier: { baseCycles, perCoreCycles } } };
  return {
    ...made,
    experiment: drained,
    run: replay(drained, made.functional.trace),
    choices: [...draw.choices.filter((choice) => !/^(scan|chunk|chunk cycles|bit cycles)=/.test(choice)), ...said],
  };
}

/** A point whose chip has no barrier yet. */
function rowPoint(seed: number, draw: Draw, chipOf: (core: Partial<Core>) => Chip, isVaried: boolean) {
  const net = randomNet(createRng(seed, "rtl rows net"), STEP_SECONDS, false, createRng(seed, "pools in front"));
  const precision = rowPrecision(draw);
  const drawn = coreOf(draw);
  const { scan, synapseMemory, stateMemory } = drawn as Core;
  const core: Partial<Core> = {
    ...drawn,
    maxNeurons: 4096,
    scan: { ...scan, policy: "event" },
    synapseMemory: { ...synapseMemory, sizeBits: 2 ** 24 },
    stateMemory: { ...stateMemory, sizeBits: 2 ** 24, wordBits: Math.max(stateMemory.wordBits, precision.accumulatorBits) },
  };
  const made: Chip = {
    ...chipOf(core),
    convolution: draw.of("convolution", "shared", "shared", "shared", "unrolled"),
    weightFormat: draw.of("format", "auto", "rows"),
  };
  const utterances = draw.of("utterances", 1, 1, 2);
  const widthOf = (type: string): number => {
    const shape = [...net.file.graph.nodes.values()].find((node) => node.type === type)?.fields.get("shape");
    if (shape === undefined || typeof shape === "string") throw new Error(`no ${type} with a shape`);
    return shape.data.reduce((product, size) => product * size, 1);
  };
  const samples = samplesOf(seed, draw, widthOf("Input"), widthOf("Output"), utterances);
  const base = experimentOf(made, precision, utterances, {});
  const reset = draw.of("reset", ...RESET_RULES);
  const file = isVaried ? variedNeurons(seed, STEP_SECONDS, draw, net.file, takesResetValue(reset)) : net.file;
  const model = nirNetwork(file, `rows ${seed}`);
  const leak: Precision["leak"] =
    isVaried && [...file.graph.nodes.values()].some(({ type }) => LEAKY.includes(type))
      ? draw.of("leak", "multiplier", "shift")
      : "multiplier";
  const experiment = {
    ...base,
    precision: { ...precision, leak },
    network: { ...base.network, nir: { ...base.network.nir, stepSeconds: STEP_SECONDS, reset } },
  };
  const functional = prepareFunctional(experiment, model, `rows-${seed}`, samples);
  return { experiment, model, samples, functional, seed, choices: draw.choices, said: net.said };
}

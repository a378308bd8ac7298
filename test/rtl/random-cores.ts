/**
 * Random one-core chips with tiny networks; drawn to reach full queues, ties of banks, saturating and overflowing sums.
 */
import type { Chip, Core, Experiment, Network, Precision } from "../../arch/index.js";
import { createRng, type Rng } from "../../base/rng.js";
import type { PointParts } from "../../rtl/index.js";
import type { Functional } from "../../sim/functional/index.js";
import { prepareFunctional, replay } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { buildProgram } from "../../sim/program/index.js";
import { chip, core } from "../sim/board/fixtures.js";
import { randomNetwork, randomSamples, type SpikingSystem } from "../sim/functional/random-network.js";

export interface RandomCore extends PointParts {
  readonly seed: number;
  /** `choice=value` of every choice. */
  readonly choices: readonly string[];
}

const SYSTEMS = ["lif", "alif", "rec-v1", "rec-v2"] as const;

/** Draws values and records them by name. */
export class Draw {
  readonly choices: string[] = [];
  constructor(private readonly rng: Rng) {}
  of<Value>(name: string, ...values: readonly Value[]): Value {
    const value = values[this.rng.int(0, values.length - 1)] as Value;
    this.choices.push(`${name}=${String(value)}`);
    return value;
  }
  int(low: number, high: number): number {
    return this.rng.int(low, high);
  }
  /** 0 to 1. */
  share(): number {
    return this.rng.float();
  }
}

/** A random core. */
export function coreOf(draw: Draw): Partial<Core> {
  const policy = draw.of("scan", "event", "event", "event", "compressed", "dense");
  return {
    lanes: draw.of("lanes", 1, 2, 3, 4, 5, 8, 16, 32),
    accumulateDepthCycles: draw.of("accumulate depth", 1, 2, 3, 6),
    eventOverheadCycles: draw.of("overhead", 1, 2, 5),
    scan: {
      policy,
      chunkBits: draw.of("chunk", 1, 4, 64),
      cyclesPerChunk: draw.of("chunk cycles", 1, 3),
      cyclesPerSetBit: draw.of("bit cycles", 1, 2),
    },
    synapseMemory: {
      ...core.synapseMemory,
      sizeBits: 2 ** 22,
      wordBits: draw.of("synapse word", 16, 17, 24, 32, 64, 128),
      banks: draw.of("synapse banks", 1, 1, 2, 4),
      readLatencyCycles: draw.of("synapse latency", 1, 2, 4),
    },
    stateMemory: {
      ...core.stateMemory,
      sizeBits: 2 ** 20,
      wordBits: draw.of("state word", 16, 32, 36, 48, 64, 128),
      banks: draw.of("state banks", 1, 2, 3, 4),
      ports: draw.of("ports", "1rw", "1r1w"),
      readLatencyCycles: draw.of("state latency", 1, 2, 3),
    },
    inputQueue: { depth: draw.of("queue", 1, 2, 3, 8, 32) },
    intake: {
      full: draw.of("full", "stall", "stall", "freeze"),
      visibilityCycles: draw.of("visibility", 1, 1, 2, 5),
      fullJudged: draw.of("judged", "before-pop", "after-pop"),
    },
    neuronUpdate: {
      policy: "dense",
      units: draw.of("units", 1, 1, 2, 3, 4),
      cyclesPerNeuron: draw.of("interval", 1, 1, 2, 5),
      pipelineDepthCycles: draw.of("soma depth", 1, 2, 3, 4, 7),
    },
  };
}

export function precisionOf(draw: Draw, system: SpikingSystem): Precision {
  const stateBits = draw.of("state bits", 8, 10, 12, 16, 21, 24);
  return {
    integers: "quantised",
    layers: {},
    weightScale: "max",
    weightBits: draw.of("weight bits", 2, 3, 5, 8, 11, 16),
    stateBits,
    stateFractionBits: draw.int(0, Math.min(12, stateBits - 4)),
    accumulatorBits: draw.of("accumulator bits", 12, 13, 16, 24, 32),
    accumulatorOverflow: draw.of("overflow", "saturate", "wrap"),
    lutBits: draw.of("table bits", 2, 5, 8),
    gateBits: draw.of("gate bits", 2, 6, 8, 15),
    leak: system === "lif" || system === "alif" ? draw.of("leak", "multiplier", "shift") : "multiplier",
    spikeBits: null,
  };
}

export function networkOf(draw: Draw, seed: number, system: SpikingSystem): Network {
  const layers = draw.of("layers", 1, 1, 2);
  return randomNetwork(seed, {
    system,
    inputs: draw.int(3, 10),
    neurons: Array.from({ length: layers }, () => draw.int(3, 13)),
    classes: draw.int(2, 5),
    bits: draw.of("spike bits", 1, 3, 6, 8),
    theta: draw.of("theta", 0, 0, 1, 2),
    fill: 0.8,
    gain: draw.of("gain", 0.5, 1.5, 6),
  });
}

/** Keeps leaks by shift only for networks with leaks. */
export function leaking(precision: Precision, network: Network): Precision {
  const leaks = network.layers.some(({ perNeuron }) => perNeuron.tau !== undefined || perNeuron.rho !== undefined);
  return leaks ? precision : { ...precision, leak: "multiplier" };
}

/** Cycles of the shortest barrier. */
export function least({ chip, precision, mapping }: Experiment, { trace }: Pick<Functional, "trace">): number {
  return buildProgram(chip, mapNetwork(trace.topology, chip, precision, mapping, trace), precision).leastBarrierCycles;
}

/** The experiment of a chip that runs a network on this many utterances. */
export function experimentOf(made: Chip, precision: Precision, utterances: number, mapping: Partial<Experiment["mapping"]>): Experiment {
  return {
    chip: made,
    network: {
      model: "random",
      nir: { stepSeconds: null, reset: null, scheme: "euler", integratorGain: "unit", refractorySeconds: 0 },
      lava: { restartSteps: 0, remainder: "lost" },
      training: null,
    },
    workload: {
      dataset: "random",
      path: null,
      labels: null,
      inputs: [],
      events: null,
      encoding: { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.1 },
      split: "test",
      samples: utterances,
      timingSamples: utterances,
      seed: 1,
      steadyState: "composed",
    },
    precision,
    mapping: { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1, ...mapping },
  };
}

/** The point of a seed. */
export function randomCore(seed: number): RandomCore {
  const draw = new Draw(createRng(seed, "rtl"));
  const system = draw.of<SpikingSystem>("system", ...SYSTEMS);
  const model = networkOf(draw, seed, system);
  const precision = leaking(precisionOf(draw, system), model);
  const made: Chip = chip([1], { core: coreOf(draw), weightFormat: "dense", barrier: { baseCycles: 0, perCoreCycles: 1 } });
  const slack = draw.of("barrier slack", 0, 0, 1, 9);
  const utterances = draw.of("utterances", 1, 1, 2);
  const samples = randomSamples(seed, { ...model, task: draw.of("task", "sequence", "frames") }, utterances, 5);
  const network = { ...model, task: samples.task };
  const experiment = experimentOf(made, precision, utterances, {});
  const functional = prepareFunctional(experiment, network, `random-${seed}`, samples);
  const drained = { ...experiment, chip: { ...made, barrier: { baseCycles: 0, perCoreCycles: least(experiment, functional) + slack } } };
  return { experiment: drained, model: network, samples, functional, run: replay(drained, functional.trace), seed, choices: draw.choices };
}

/**
 * An imported network is refused if the library does not support its cells, its rows or their memories, with the key
 * and the nearest change.
 */
import { expect, test } from "vitest";
import type { Core, Experiment, Precision } from "../../arch/index.js";
import { graphObstacle } from "../../rtl/graph-rules.js";
import { candidateOf, obstaclesOf, type PointParts } from "../../rtl/index.js";
import type { GraphCell, GraphPopulation, IntegerGraph } from "../../sim/functional/index.js";
import { integerGraphOf, replay } from "../../sim/index.js";
import { randomRows } from "./random-rows.js";

/** The first point whose core stores a kernel. */
const base: PointParts = (function find(seed: number): PointParts {
  const parts = randomRows(seed);
  const hasKernel = parts.run.placement.topology.projections.some(({ kernel }) => kernel !== undefined);
  return hasKernel && obstaclesOf(candidateOf(parts)).length === 0 ? parts : find(seed + 1);
})(1);
const { chip, precision } = base.experiment;

function again(experiment: Experiment): PointParts {
  return { ...base, experiment, run: replay(experiment, base.functional.trace) };
}
const withCore = (change: Partial<Core>): PointParts =>
  again({ ...base.experiment, chip: { ...chip, cores: chip.cores.map((core) => ({ ...core, ...change })) } });
const withPrecision = (change: Partial<Precision>): PointParts => again({ ...base.experiment, precision: { ...precision, ...change } });

function placed(change: Partial<PointParts["run"]["placement"]>): PointParts {
  return { ...base, run: { ...base.run, placement: { ...base.run.placement, ...change } } };
}
const topology = base.run.placement.topology;
/** A projection that skips a layer: the last layer is two waves behind. */
const skipping = placed({
  topology: {
    ...topology,
    populations: topology.populations.map((one, p, all) => (p === all.length - 1 ? { ...one, depth: one.depth + 1 } : one)),
  },
});
const withWindows = placed({
  topology: {
    ...topology,
    projections: topology.projections.map((one) => ({
      ...one,
      kernel: one.kernel && { ...one.kernel, windowTaps: [new Int32Array(9_999), new Int32Array(9_999)] as const },
    })),
  },
});
const disordered = placed({ slices: base.run.placement.slices.toReversed() });
const [{ scan, synapseMemory, stateMemory }] = chip.cores;

/** One word per sum, all in one bank, with the shortest barrier. */
const crowded = again({
  ...base.experiment,
  chip: {
    ...chip,
    barrier: { baseCycles: 0, perCoreCycles: 0 },
    cores: chip.cores.map((core) => ({
      ...core,
      ...{ lanes: 32, accumulateDepthCycles: 3, neuronUpdate: { ...core.neuronUpdate, units: 1, pipelineDepthCycles: 3 } },
      synapseMemory: { ...core.synapseMemory, wordBits: 256, banks: 4 },
      stateMemory: { ...core.stateMemory, banks: 1, wordBits: Math.max(precision.accumulatorBits, 2 * precision.stateBits) },
    })),
  },
});

const refusals: readonly (readonly [key: string, reason: RegExp, parts: PointParts])[] = [
  ["tile.core.scan.policy", /dense rows only/, withCore({ scan: { ...scan, policy: "compressed" } })],
  ["network.model", /skips layers/, skipping],
  ["network.model", /taps of their own at the border/, withWindows],
  ["mapping.manual", /order of their depths/, disordered],
  [
    "tile.core.synapse_memory.word_bits",
    /wider than a word/,
    withCore({ synapseMemory: { ...synapseMemory, wordBits: precision.weightBits - 1 } }),
  ],
  [
    "tile.core.state_memory.word_bits",
    /wider than a word/,
    withCore({ stateMemory: { ...stateMemory, wordBits: precision.accumulatorBits - 1 } }),
  ],
  [
    "precision.accumulator_bits",
    /layers are connected/,
    withPrecision({ weightBits: 16, accumulatorBits: 12, accumulatorOverflow: "saturate" }),
  ],
  ["barrier.base_cycles", /written after the wave's end/, crowded],
  ["workload", /depend on its input/, { ...base, samples: null as never }],
];

test("the network itself is emitted", () => {
  expect(obstaclesOf(candidateOf(base))).toEqual([]);
});

test.each(refusals)("%s is refused: %s", (key, reason, parts) => {
  const found = obstaclesOf(candidateOf(parts));
  const one = found.find((obstacle) => obstacle.key === key && reason.test(obstacle.reason));
  expect(one, JSON.stringify(found)).toBeDefined();
  expect(one?.change).not.toBe("");
});

const graph = integerGraphOf(base.experiment, base.model as never, base.samples);
const withCells = (change: Partial<GraphCell>): IntegerGraph => ({
  ...graph,
  populations: graph.populations.map(
    (one): GraphPopulation => (one.kind === "neurons" ? { ...one, cell: { ...one.cell, ...change } } : one),
  ),
});
const { projections } = graph.topology;
const twice: IntegerGraph = {
  ...graph,
  topology: { ...graph.topology, projections: [...projections, ...projections] },
  projections: [...graph.projections, ...graph.projections.map((one) => ({ ...one, projection: one.projection + projections.length }))],
};
const far = Int32Array.from({ length: 2048 }, () => 2 ** 30);

test.each<readonly [string, RegExp, IntegerGraph]>([
  [
    "network.model",
    /sends changes/,
    withCells({ delta: { integrates: true, rectifies: true, shift: 6, keepsRemainder: false, most: 127 } }),
  ],
  ["network.lava.restart_steps", /start again/, withCells({ restart: { period: 3, phase: 0 } })],
  ["network.nir.refractory_seconds", /pause/, withCells({ refractorySteps: 2 })],
  ["precision.integers", /least voltage/, withCells({ lowest: -3 })],
  ["precision.integers", /several times/, withCells({ mostSpikes: 3 })],
  ["network.model", /more than a state's word/, withCells({ resetTo: far })],
  ["precision.integers", /scaled numbers/, { ...graph, precision: { ...graph.precision, integers: "speck" } }],
  ["network.model", /several outputs/, { ...graph, scored: null }],
  ["network.model", /two rows/, twice],
  ["network.model", /delayed/, { ...graph, projections: graph.projections.map((one) => ({ ...one, steps: one.steps + 1 })) }],
])("neurons of an imported network: %s is refused: %s", (key, reason, changed) => {
  const found = graphObstacle(changed);
  expect(found?.key).toBe(key);
  expect(found?.reason).toMatch(reason);
  expect(found?.change).not.toBe("");
});

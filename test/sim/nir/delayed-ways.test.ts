/** What a chip stores and does for ways of several delays between two populations: that of all ways together. */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { PLAIN_INTAKE, type Precision, type Samples, synapsesIn, writtenTargets } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { ChipEngine } from "../../../sim/board/chip-engine.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { coreColumn } from "../../../sim/counters.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { type IntegerGraph, widthOf } from "../../../sim/functional/integer-graph.js";
import { runOn } from "../../../sim/functional/run.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { lowerGraph } from "../../../sim/nir/lowered-graph.js";
import { nirTopology } from "../../../sim/nir/topology.js";
import { cases } from "../../cases.js";
import { Counted } from "../../counted.js";
import { node, whole } from "../../nir-nodes.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { Draw } from "../../rtl/random-cores.js";
import { chip } from "../board/fixtures.js";
import { USUAL, WIDE } from "../functional/random-network.js";
import { DT, drawnNet } from "./drawn-net.js";
import { EULER } from "./fixtures.js";

const NETWORKS = cases(60);
const STEPS = 12;
const SEQUENTIAL = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
const FINE: Precision = { ...WIDE, integers: "quantised", stateFractionBits: 15 };

function samplesOf(features: readonly number[], inputs: number, classes: number): Samples {
  const steps = features.length / inputs;
  return {
    ...{ name: "drawn", hash: "drawn", task: "sequence", inputs, classes: Math.max(1, classes) },
    ...{ features: Float32Array.from(features), frameStart: Uint32Array.of(0, steps), labels: Int32Array.of(-1) },
  };
}

const runOf = (graph: IntegerGraph, samples: Samples) =>
  runOn(runnableGraph(graph), samples, { utterances: Uint32Array.of(0), traced: Uint32Array.of(0) }, FEATURES_AS_THEY_ARE);

/** A chip with room for everything, whose queues would drop messages, but are deep enough. */
function roomy(cores: number) {
  const on = chip(new Array<number>(cores).fill(1), { core: { intake: { ...PLAIN_INTAKE, full: "drop" }, inputQueue: { depth: 65_536 } } });
  return {
    ...on,
    cores: on.cores.map((one) => ({
      ...one,
      stateMemory: { ...one.stateMemory, sizeBits: 2 ** 22 },
      synapseMemory: { ...one.synapseMemory, sizeBits: 2 ** 22 },
    })),
  };
}

test(`in ${NETWORKS} drawn networks every synapse of every way is in one projection, once; effective operations never exceed AC + MAC; and the chip computes from its messages what the reference does`, {
  tags: ["long"],
}, () => {
  const met = new Counted("ways of several delays");
  for (let seed = 0; seed < NETWORKS; seed++) {
    const draw = new Draw(createRng(seed, "delayed ways"));
    const { file } = drawnNet(draw, FINE, false);
    const imported = prepareNir(file, "drawn", { ...EULER, dtSeconds: DT });
    const { matrices } = lowerGraph(imported);
    const { topology, projectionOf } = nirTopology(imported);
    const synapses = new Array<number>(topology.projections.length).fill(0);
    for (const [m, matrix] of matrices.entries()) synapses[projectionOf[m]] += synapsesIn(matrix);
    const pairs = new Set<string>();
    for (const [j, { source, target, recurrent, sparse, kernel }] of topology.projections.entries()) {
      const { neurons } = topology.populations[source];
      const size = sparse === null ? neurons * topology.populations[target].neurons : synapsesIn(sparse);
      expect(size, `seed ${seed}, projection ${j}`).toBe(synapses[j]);
      if (sparse !== null) {
        const targets = writtenTargets({ sparse, kernel });
        for (let row = 0; row < neurons; row++) {
          const own = targets.subarray(sparse.rowStart[row], sparse.rowStart[row + 1]);
          if (own.some((one, k) => k > 0 && one <= own[k - 1]))
            expect.fail(`seed ${seed}, projection ${j}: row ${row} names a target twice`);
        }
      }
      if (projectionOf.filter((one) => one === j).length > 1) met.see("joined");
      const pair = `${source}/${target}`;
      if (pairs.has(pair)) met.see("apart", ...(recurrent ? ["recurrent apart"] : []));
      pairs.add(pair);
    }

    const { graph } = integerNir(imported, FINE, "events");
    const width = widthOf(graph);
    const real = Array.from({ length: STEPS * width }, () => draw.int(-1, 2));
    const { operations } = runOf(graph, samplesOf(real, width, runnableGraph(graph).classes));
    for (const { name, effective, macs, acs } of operations.layers)
      if (effective > macs + acs) expect.fail(`seed ${seed}: ${name} has ${effective} effective operations of ${macs + acs}`);
    const inputs = Int32Array.from(real);
    const { voltages: _, ...told } = createGraphReference(graph).run(inputs);
    const on = roomy(2);
    const placed = mapNetwork(graph.topology, on, graph.precision, SEQUENTIAL, null);
    expect(new ChipEngine(on, placed, graph.precision, runnableGraph(graph)).run(inputs)).toEqual({ ...told, membraneUpdates: null });
  }
  met.expectEach(["joined", "apart", "recurrent apart"], 10);
});

const ENDS = ["dense", "pruned", "behind a pool", "convolution"] as const;

/** An input and 16 neurons, between them weights with each of the delays. */
function between(kind: (typeof ENDS)[number], delays: readonly number[]): NirFile {
  const rng = createRng(7, `between ${kind}`);
  const isPlane = kind === "convolution" || kind === "behind a pool";
  const shape = isPlane ? [1, 4, 4] : [16];
  const made = kind === "convolution" ? [1, 4, 4] : [16];
  const filled = (value: number) => nirArray(new Array<number>(16).fill(value), made);
  const nodes = new Map<string, NirNode>([
    ["in", node("Input", { shape: whole(...shape) })],
    ["n", node("IF", { r: filled(1), v_threshold: filled(8), v_reset: filled(0) })],
    ["out", node("Output", { shape: whole(...made) })],
  ]);
  const edges = [{ from: "n", to: "out" }];
  const add = (name: string, from: string, one: NirNode): string => {
    nodes.set(name, one);
    edges.push({ from, to: name });
    return name;
  };
  const pick = (): number => (kind === "pruned" && rng.float() < 0.5 ? 0 : rng.int(1, 3));
  const weights = Array.from({ length: 16 * 16 }, pick);
  for (const [d, steps] of delays.entries()) {
    const delay = nirArray(new Array<number>(16).fill(steps * EULER.dtSeconds), shape);
    let last = steps === 0 ? "in" : add(`late${d}`, "in", node("Delay", { delay }));
    if (kind === "behind a pool") {
      last = add(`pool${d}`, last, node("SumPool2d", { kernel_size: whole(2, 2), stride: whole(2, 2), padding: whole(0, 0) }));
      const all = { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(1, 2, 2) };
      last = add(`flat${d}`, last, node("Flatten", all));
    }
    const inputs = kind === "behind a pool" ? 4 : 16;
    const matrix = node("Linear", { weight: nirArray(weights.slice(0, 16 * inputs), [16, inputs]) });
    const taps = node("Conv2d", {
      ...{ weight: nirArray(weights.slice(0, 9), [1, 1, 3, 3]), bias: nirArray([0], [1]), groups: nirArray([1], [], "i8") },
      ...{ stride: whole(1, 1), padding: whole(1, 1), dilation: whole(1, 1) },
    });
    edges.push({ from: add(`w${d}`, last, kind === "convolution" ? taps : matrix), to: "n" });
  }
  return { version: "1.0", graph: { nodes, edges, metadata: new Map() } };
}

test.each(ENDS)(
  "k delays between two layers, %s, have k times the weights, operations and memory reads of one, for the same messages",
  (kind) => {
    const rng = createRng(9, "delayed spikes");
    const spikes = Array.from({ length: STEPS * 16 }, () => rng.int(0, 1));
    const workOf = (delays: readonly number[]) => {
      const { graph } = integerNir(prepareNir(between(kind, delays), "net", EULER), { ...USUAL, weightBits: 16 });
      expect(createGraphEngine(graph).run(Int32Array.from(spikes))).toEqual(createGraphReference(graph).run(Int32Array.from(spikes)));
      const samples = samplesOf(spikes, 16, 16);
      const { operations, trace } = runOf(graph, samples);
      const on = roomy(1);
      const { total } = runTiming(on, mapNetwork(graph.topology, on, graph.precision, SEQUENTIAL, trace), graph.precision, trace);
      const sum = (of: (row: (typeof operations.layers)[number]) => number): number =>
        operations.layers.reduce((all, row) => all + of(row), 0);
      return {
        weights: graph.counted.weights,
        places: graph.counted.weightPlaces.reduce((all, places) => all + places, 0),
        operations: sum(({ macs, acs }) => macs + acs),
        effective: sum(({ effective }) => effective),
        dense: sum(({ denseEquivalent }) => denseEquivalent),
        reads: total.cores[coreColumn.synapse_reads],
        messages: total.cores[coreColumn.input_queue_pushes],
      };
    };
    const { messages, ...one } = workOf([0]);
    for (const delays of [
      [0, 1],
      [0, 1, 2],
      [1, 2, 3, 5],
    ]) {
      const times = Object.fromEntries(Object.entries(one).map(([name, value]) => [name, delays.length * value]));
      expect(workOf(delays)).toEqual({ ...times, messages });
    }
  },
);

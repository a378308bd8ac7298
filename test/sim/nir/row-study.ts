/**
 * Random networks stored as kernels and as listed rows: both integer engines, and boards that share or unroll kernels,
 * must give equal results; a board that shares them does the work of their zeros, too. So must a network on one core
 * and the same network on several, except for words read and packets sent.
 */
import { deepStrictEqual } from "node:assert";
import type { Chip, Precision, Projection, SpikeTrace, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { type GraphProjection, type GraphRun, type IntegerGraph, widthOf } from "../../../sim/functional/integer-graph.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { TraceRecorder } from "../../../sim/functional/trace-recorder.js";
import { type Placement, projectionWords, rowsOf, synapseItemBits } from "../../../sim/mapping/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { Counted } from "../../counted.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { naiveRows, ofKernel } from "../../oracles/naive-rows.js";
import { chip, core } from "../board/fixtures.js";
import { EULER } from "./fixtures.js";
import { randomNet } from "./random-net.js";

type Rng = ReturnType<typeof createRng>;
type Rows = Pick<GraphProjection, "sparse" | "kernel">;

/** The same rows, listed from the definition. */
function written<R extends Rows>(rows: R): Omit<R, "kernel"> {
  const { kernel, ...rest } = rows;
  if (kernel === undefined) return rows;
  const targets = Uint32Array.from(naiveRows(rows).flatMap((row) => row.map(({ target }) => target)));
  return { ...rest, sparse: { rowStart: rows.sparse.rowStart, targets } };
}

/** The graph with one weight per synapse. */
function writtenGraph(graph: IntegerGraph): IntegerGraph {
  const projections = graph.projections.map((projection): GraphProjection => {
    const { kernel, weights } = projection;
    if (kernel === undefined) return projection;
    const { sourceChannels, sourceArea, targetChannels, groups, taps } = kernel;
    const perGroup = targetChannels / groups;
    const own = naiveRows(projection).flatMap((row, source) => {
      const channel = Math.floor(source / sourceArea);
      const first = Math.floor(channel / (sourceChannels / groups)) * perGroup;
      return row.map(({ place }) => weights[channel * perGroup * taps + place - first * taps]);
    });
    return { ...written(projection), weights: Int16Array.from(own) };
  });
  return { ...graph, projections, topology: writtenTopology(graph.topology) };
}

const writtenTopology = ({ populations, projections }: Topology): Topology => ({
  populations,
  projections: projections.map(({ rowOf: _, ...projection }) =>
    projection.sparse === null
      ? projection
      : { ...projection, ...written({ ...projection, sparse: projection.sparse }), kernel: undefined },
  ),
});

/** The network whose kernels have a synapse for each weight, zero or not, as in a memory. */
const withZeros = ({ populations, projections }: Topology): Topology => ({
  populations,
  projections: projections.map((projection) => {
    const { source, target, recurrent, kernel } = projection;
    return kernel === undefined ? projection : { ...ofKernel(source, target, { ...kernel, present: null }), recurrent };
  }),
});

/** Throws if a slice of a projection with shared rows takes other words than its different rows, each once. */
function expectWords({ topology, slices }: Placement, { cores }: Chip, precision: Precision): void {
  for (const { population, core, firstNeuron, neurons } of slices) {
    const { wordBits } = cores[core].synapseMemory;
    for (const projection of topology.projections) {
      const { rowOf, sparse } = projection;
      if (projection.target !== population || rowOf === undefined) continue;
      const { first, count } = rowsOf(topology, projection);
      const perWord = Math.max(1, Math.floor(wordBits / synapseItemBits(topology, projection, precision, neurons)));
      const perItem = Math.ceil(synapseItemBits(topology, projection, precision, neurons) / wordBits);
      /** By row: the items of each of its sources in the slice. */
      const items = new Map<number, number>();
      for (let source = first; source < first + count; source++) {
        const row = sparse === null ? null : naiveRows(projection)[source];
        const here = row?.filter(({ target }) => target >= firstNeuron && target < firstNeuron + neurons).length ?? neurons;
        if (rowOf[source] < 0) continue;
        deepStrictEqual(items.get(rowOf[source]) ?? here, here, "sources of a row");
        items.set(rowOf[source], here);
      }
      const words = [...items.values()].reduce((sum, length) => sum + Math.ceil(length / perWord) * perItem, 0);
      deepStrictEqual(projectionWords(topology, projection, precision, wordBits, firstNeuron, neurons), words, "words of shared rows");
    }
  }
}

function randomPrecision(rng: Rng): Precision {
  return {
    integers: "quantised",
    layers: {},
    weightScale: "max",
    weightBits: rng.int(2, 12),
    stateBits: rng.int(10, 20),
    stateFractionBits: rng.int(2, 8),
    accumulatorBits: rng.int(12, 20),
    accumulatorOverflow: rng.float() < 0.5 ? "saturate" : "wrap",
    ...{ lutBits: 8, gateBits: rng.int(4, 12), leak: "multiplier", spikeBits: null },
  };
}

/** A board with space for everything. */
function roomy(rng: Rng, cores: number, convolution: Chip["convolution"]): Chip {
  const pick = (...values: number[]): number => values[rng.int(0, values.length - 1)];
  const refetch = (): "row" | "group" => (rng.float() < 0.3 ? "group" : "row");
  const synapse = { sizeBits: 2 ** 30, wordBits: pick(4, 16, 32, 64), banks: pick(1, 2, 4), refetch: refetch() };
  return chip([cores], {
    convolution,
    weightFormat: rng.float() < 0.5 ? "rows" : "auto",
    core: {
      ...{ lanes: pick(1, 3, 4, 16), maxNeurons: 65_536 },
      synapseMemory: { ...core.synapseMemory, ...synapse, rereadsInStalls: rng.float() < 0.3 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 28, refetch: refetch() },
      scan: { ...core.scan, policy: rng.float() < 0.2 ? "compressed" : "event" },
    },
  });
}

const MAPPING = { strategy: "sequential", manual: {}, seed: 1 } as const;

function totalOf(on: Chip, precision: Precision, trace: SpikeTrace, maxNeuronsPerCore: number | null) {
  const placement = mapNetwork(trace.topology, on, precision, { ...MAPPING, maxNeuronsPerCore }, trace);
  expectWords(placement, on, precision);
  return { counters: runTiming(on, placement, precision, trace, null, "replayed").total, cores: placement.usedCores.length };
}

/** Counters that neither borders nor traffic change. */
const WORK: readonly CoreCounter[] = [
  ...(["synaptic_adds", "synaptic_macs", "neuron_updates", "spikes_sent", "requantisations"] as const),
  ...(["element_multiplies", "element_adds", "lut_reads"] as const),
];

function sumOf(cores: Float64Array, name: CoreCounter): number {
  const column = CORE_COUNTERS.indexOf(name);
  return cores.reduce((sum, count, i) => (i % CORE_COUNTERS.length === column ? sum + count : sum), 0);
}

function expectSame(a: GraphRun, b: GraphRun, what: string): void {
  deepStrictEqual(a, b, what);
}

/** Throws if two of them differ; returns the features of the case. */
export function checkRows(seed: number): readonly string[] {
  const rng = createRng(seed, "rows");
  const { file, said } = randomNet(rng, EULER.dtSeconds, true, createRng(seed, "pools"));
  const imported = prepareNir(file, `net ${seed}`, EULER);
  const precision = randomPrecision(rng);
  const { graph } = integerNir(imported, precision, "events");
  const plain = writtenGraph(graph);
  const size = widthOf(graph);
  const inputs = Int32Array.from({ length: 6 * size }, () => (rng.float() < 0.5 ? 0 : rng.float() < 0.7 ? 1 : rng.int(-127, 127)));
  const expected = createGraphReference(plain).run(inputs);
  expectSame(createGraphReference(graph).run(inputs), expected, "reference on kernels");
  expectSame(createGraphEngine(graph, "auto").run(inputs), expected, "fast engine");
  expectSame(createGraphEngine(graph, "sparse").run(inputs), expected, "fast engine on kernels");
  expectSame(createGraphEngine(plain, "sparse").run(inputs), expected, "fast engine on rows");
  deepStrictEqual(runnableGraph(graph).nonZero, runnableGraph(plain).nonZero);

  const recorder = new TraceRecorder(graph.topology);
  recorder.add(expected);
  const trace = recorder.trace("rows");
  const unrolled = { ...trace, topology: plain.topology };
  const cores = rng.int(2, 6);
  const most = Math.ceil(Math.max(...graph.populations.map(({ neurons }) => neurons)) / rng.int(2, cores));
  const [apart, shared, one] = [roomy(rng, cores, "unrolled"), roomy(rng, 12 * cores, "shared"), null];
  deepStrictEqual(totalOf(apart, precision, trace, one), totalOf(apart, precision, unrolled, one), "unrolled by the chip and by hand");
  const whole = totalOf(shared, precision, trace, one);
  const inRows = totalOf({ ...shared, convolution: "unrolled" }, precision, { ...trace, topology: withZeros(trace.topology) }, one);
  for (const name of WORK)
    if (shared.weightFormat === "rows")
      deepStrictEqual([name, sumOf(inRows.counters.cores, name)], [name, sumOf(whole.counters.cores, name)]);
  const cut = totalOf(shared, precision, trace, most);
  for (const name of WORK) deepStrictEqual([name, sumOf(cut.counters.cores, name)], [name, sumOf(whole.counters.cores, name)]);
  const kernels = graph.projections.filter(({ kernel }) => kernel !== undefined).length;
  return [
    ...said,
    ...(kernels > 0 ? ["a kernel"] : []),
    ...(kernels < graph.projections.length ? ["written rows"] : []),
    ...graph.topology.projections.flatMap(sharing),
    ...(graph.projections.some(({ kernel }) => (kernel?.windowTaps ?? null) !== null) ? ["own windows"] : []),
    ...(cut.cores > whole.cores ? ["cut"] : []),
    ...(expected.payload.length > inputs.filter((value) => value !== 0).length ? ["neurons fire"] : []),
    ...(expected.accumulatorOverflows > 0 ? ["overflows"] : []),
  ];
}

/** How sources share the rows of a projection. */
function sharing({ rowOf, sparse }: Projection): readonly string[] {
  if (rowOf === undefined) return [];
  const isApart = rowOf.some((row, n) => row >= 0 && rowOf[n - 1] !== row && rowOf.indexOf(row) < n);
  return ["shared rows", sparse === null ? "dense shared rows" : "sparse shared rows", ...(isApart ? ["rows apart"] : [])];
}

export interface RowStudy {
  /** One line per seed with a difference. */
  readonly found: readonly string[];
  readonly seen: Counted;
}

/** Runs seeds `first .. first + cases - 1`. */
export function studyRows(first: number, cases: number): RowStudy {
  const seen = new Counted(`rows, seeds ${first} .. ${first + cases - 1}`);
  const found: string[] = [];
  for (let seed = first; seed < first + cases; seed++) {
    try {
      seen.see(...checkRows(seed));
    } catch (error) {
      found.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { found, seen };
}

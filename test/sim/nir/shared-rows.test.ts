/** Rows of weights that neurons share, because they enter the weights at one place behind a pool. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type NirNode, type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import type { Chip, CountedWeights, Projection, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import type { IntegerGraph } from "../../../sim/functional/index.js";
import { heldBy, heldWeights, projectionWords, synapseWords } from "../../../sim/mapping/index.js";
import { eachSource } from "../../../sim/mapping/tables.js";
import { type ImportedNir, importNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { LayeredNetwork } from "../../bench/harness/layered-network.js";
import { node, whole } from "../../nir-nodes.js";
import { chip, core } from "../board/fixtures.js";
import { USUAL } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

const WORD_BITS = 64;
const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const graphOf = (imported: ImportedNir): IntegerGraph => integerNir(imported, { ...USUAL, weightBits: 8 }, "events").graph;

const fires = (...shape: readonly number[]): NirNode => {
  const all = (value: number): NirValue => nirArray(new Array<number>(size(shape)).fill(value), shape);
  return node("IF", { r: all(1), v_threshold: all(1) });
};
const pool = (type: "SumPool2d" | "AvgPool2d", kernel: number, stride: number, padding = 0): NirNode =>
  node(type, { kernel_size: whole(kernel, kernel), stride: whole(stride, stride), padding: whole(padding, padding) });
const scale = (shape: readonly number[], factor: (i: number) => number): NirNode =>
  node("Scale", {
    scale: nirArray(
      Array.from({ length: size(shape) }, (_, i) => factor(i)),
      shape,
    ),
  });
const flatten = (...shape: readonly number[]): NirNode =>
  node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(...shape) });
/** Ten outputs; `weight`: by index [output][input]. */
const linear = (inputs: number, weight: (input: number) => number): NirNode =>
  node("Linear", {
    weight: nirArray(
      Array.from({ length: 10 * inputs }, (_, i) => weight(i % inputs) * (1 + Math.floor(i / inputs))),
      [10, inputs],
    ),
  });

const PLANE = [3, 5, 7] as const;
/** Nodes in a row between an input of PLANE and ten neurons; the projection between these. */
function between(...nodes: readonly NirNode[]): {
  readonly projection: Projection;
  readonly topology: Topology;
  readonly counted: CountedWeights;
} {
  const all = [node("Input", { shape: whole(...PLANE) }), ...nodes, fires(10), node("Output", { shape: whole(10) })];
  const names = all.map(({ type }, i) => `${type}${i}`);
  const graph = {
    nodes: new Map(all.map((each, i) => [names[i], each])),
    edges: names.slice(1).map((to, i) => ({ from: names[i], to })),
    metadata: new Map(),
  };
  const { topology, counted } = graphOf(prepareNir({ version: "1.0", graph }, "net", EULER));
  return { projection: topology.projections[0], topology, counted };
}

/** By neuron of PLANE: its place behind a pool of 2 x 2, -1 outside of all windows. */
const PLACES = Array.from({ length: size(PLANE) }, (_, n) => {
  const [channel, y, x] = [Math.floor(n / 35), Math.floor(n / 7) % 5, n % 7];
  return y === 4 || x === 6 ? -1 : (channel * 2 + Math.floor(y / 2)) * 3 + Math.floor(x / 2);
});
const BEHIND = 3 * 2 * 3;
const weightOf = (input: number): number => 0.3 + ((input * 7) % 11) / 20;

/** Rows by their first neurons in place of numbers. */
const firstOf = (rows: ArrayLike<number>): readonly number[] => Array.from(rows, (row) => (row < 0 ? -1 : Array.from(rows).indexOf(row)));

const roomy = (changes: Partial<Chip> = {}): Chip =>
  chip([1], {
    ...changes,
    core: { ...core, maxNeurons: 100_000, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 30, wordBits: WORD_BITS } },
  });
const wordsOn = (on: Chip, topology: Topology): number => {
  const held = heldBy(on, USUAL, topology);
  return held.populations.reduce((sum, { neurons }, p) => sum + synapseWords(held, USUAL, WORD_BITS, p, 0, neurons), 0);
};

test("34x34x2-12C5-2P-32C5-2P-10, 18,200 weights of 8 bits, takes at most 1.3 x 17.8 KiB of weight memory: a row of two words per place", async () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-rows-"));
  const file = join(folder, "net.nir");
  await new LayeredNetwork(1, [2, 34, 34]).conv(12, 5, 0).pool(2).conv(32, 5, 0).pool(2).dense(10).write(file);
  const { topology, counted, stored } = graphOf(await importNir(file, EULER));
  rmSync(folder, { recursive: true });
  const words = 2 * Math.ceil((12 * 25) / 8) + 12 * Math.ceil((32 * 25) / 8) + 32 * 5 * 5 * 2;
  expect(wordsOn(roomy(), topology)).toBe(words);
  expect((words * WORD_BITS) / 8192).toBeLessThanOrEqual(1.3 * 17.8);
  const biases = 12 + 32;
  expect(counted.weights).toBe(18_200);
  expect(stored).toEqual({ parameters: 18_200 + biases, buffers: 0, packedBits: 8 * 18_200 + 32 * biases });
  expect(heldWeights(roomy(), USUAL, topology)).toMatchObject([{ format: "dense", shared: { rows: 800, sources: 3200 } }]);
});

test("neurons of a pool's window share a row, whatever the pool and what stands behind it; those outside have none", () => {
  const behind = linear(BEHIND, weightOf);
  const net = (...nodes: readonly NirNode[]) => between(...nodes, flatten(3, 2, 3), behind).projection;
  const full = new Array<number>(BEHIND).fill(1);
  const nets: readonly (readonly NirNode[])[] = [
    [pool("SumPool2d", 2, 2)],
    [pool("AvgPool2d", 2, 2)],
    [pool("SumPool2d", 2, 2), scale([3, 2, 3], (i) => 1 + i / 10)],
    // one factor per channel in front of the pool
    [scale(PLANE, (i) => 1 + Math.floor(i / 35)), pool("AvgPool2d", 2, 2)],
  ];
  for (const nodes of nets) expect(firstOf(net(...nodes).rowOf ?? [])).toEqual(firstOf(PLACES));
  // a place whose weights are all zero has no row
  const pruned = between(
    pool("SumPool2d", 2, 2),
    flatten(3, 2, 3),
    linear(BEHIND, (i) => (i % 4 === 1 ? 0 : full[i])),
  );
  expect(firstOf(pruned.projection.rowOf ?? [])).toEqual(firstOf(PLACES.map((place) => (place % 4 === 1 ? -1 : place))));
});

test("a convolution with one output per channel, and a pool over everything, are matrices whose rows are shared", () => {
  const kernel = nirArray(
    Array.from({ length: 10 * BEHIND }, (_, i) => weightOf(i)),
    [10, 3, 2, 3],
  );
  const fields = { weight: kernel, bias: nirArray(new Array<number>(10).fill(0), [10]), groups: nirArray([1], [], "i8") };
  const square = { stride: whole(1, 1), padding: whole(0, 0), dilation: whole(1, 1) };
  const convolved = between(pool("SumPool2d", 2, 2), node("Conv2d", { ...fields, ...square }), flatten(10, 1, 1)).projection;
  expect(convolved.kernel).toBeUndefined();
  expect(firstOf(convolved.rowOf ?? [])).toEqual(firstOf(PLACES));
  const whole35 = node("SumPool2d", { kernel_size: whole(5, 7), stride: whole(5, 7), padding: whole(0, 0) });
  const pooled = between(whole35, flatten(3, 1, 1), linear(3, weightOf)).projection;
  expect(firstOf(pooled.rowOf ?? [])).toEqual(PLACES.map((_, n) => n - (n % 35)));
});

test("every neuron keeps its own row without a pool, behind windows that overlap, and behind a factor per neuron", () => {
  const own = (...nodes: readonly NirNode[]) => expect(between(...nodes).projection.rowOf).toBeUndefined();
  own(flatten(...PLANE), linear(size(PLANE), weightOf));
  own(
    scale(PLANE, (i) => 1 + i),
    flatten(...PLANE),
    linear(size(PLANE), weightOf),
  );
  own(pool("SumPool2d", 3, 2), flatten(3, 2, 3), linear(BEHIND, weightOf));
  own(pool("SumPool2d", 1, 2), flatten(3, 3, 4), linear(36, weightOf));
  own(
    scale(PLANE, (i) => 1 + i / 10),
    pool("SumPool2d", 2, 2),
    flatten(3, 2, 3),
    linear(BEHIND, weightOf),
  );
});

test("a cut of the sources stores the rows that its sources enter, and a format's bits count each row once", () => {
  const rng = createRng(20_261_129, "cuts of shared rows");
  const dense = between(pool("SumPool2d", 2, 2), flatten(3, 2, 3), linear(BEHIND, weightOf));
  const sparse = between(
    pool("SumPool2d", 2, 2),
    flatten(3, 2, 3),
    linear(BEHIND, (i) => (rng.float() < 0.5 ? 0 : weightOf(i))),
  );
  for (const [{ topology, counted }, format] of [
    [dense, "dense"],
    [sparse, "rows"],
    [sparse, "bitmap"],
  ] as const) {
    const on = roomy({ weightFormat: format });
    const held = heldBy(on, USUAL, topology);
    const [projection] = held.projections;
    const rowOf = projection.rowOf ?? new Int32Array(0);
    for (let cut = 0; cut < 40; cut++) {
      const first = rng.int(0, rowOf.length - 1);
      const count = rng.int(1, rowOf.length - first);
      const [from, neurons] = [rng.int(0, 4), rng.int(1, 5)];
      const rows = [...new Set(rowOf.subarray(first, first + count))].filter((row) => row >= 0);
      const itemsOf = (row: number): number => {
        if (projection.sparse === null) return neurons;
        const { rowStart, targets } = projection.sparse;
        const source = rowOf.indexOf(row);
        return (targets ?? []).slice(rowStart[source], rowStart[source + 1]).filter((t) => t >= from && t < from + neurons).length;
      };
      const itemBits = format === "rows" ? 8 + Math.ceil(Math.log2(neurons)) : 8;
      const inFront = format === "bitmap" ? 1 : 0;
      const expected = rows
        .map(itemsOf)
        .reduce((sum, items) => sum + (items === 0 ? 0 : inFront + Math.ceil(items / Math.floor(64 / itemBits))), 0);
      const part = { ...projection, rows: { first, count }, weightless: false };
      expect(projectionWords(held, part, USUAL, WORD_BITS, from, neurons)).toBe(expected);
    }
    const [told] = heldWeights(on, USUAL, topology);
    const synapses = Array.from({ length: BEHIND }, (_, row) => row).reduce((sum, row) => {
      const source = rowOf.indexOf(row);
      const start = projection.sparse?.rowStart;
      return sum + (start === undefined ? (source < 0 ? 0 : 10) : source < 0 ? 0 : start[source + 1] - start[source]);
    }, 0);
    const rows = Math.max(...rowOf) + 1;
    expect(counted).toMatchObject({ weights: 10 * BEHIND, zeroWeights: 10 * BEHIND - synapses });
    expect(told.bits).toBe({ dense: 8 * rows * 10, rows: 12 * synapses, bitmap: 8 * synapses + 10 * rows }[format]);
  }
});

test("chips that unroll, scan all rows or have DRAM store a row per neuron; a neuron outside all windows sends nothing where rows are dense", () => {
  const { topology } = between(pool("SumPool2d", 2, 2), flatten(3, 2, 3), linear(BEHIND, weightOf));
  const shared = roomy({ weightFormat: "dense" });
  const [{ spill }] = [chip([1], { spill: { bitsPerCycle: 8, latencyCycles: 10, burstBits: 64 } } as Partial<Chip>)];
  const others = [
    { ...shared, convolution: "unrolled" as const },
    { ...shared, cores: shared.cores.map((one) => ({ ...one, scan: { ...one.scan, policy: "dense" as const } })) },
    { ...shared, spill },
  ];
  expect(wordsOn(shared, topology)).toBe(BEHIND * 2);
  for (const other of others)
    expect([wordsOn(other, topology), heldBy(other, USUAL, topology).projections[0].rowOf]).toEqual([105 * 2, undefined]);
  const axons = new Set<number>();
  eachSource(heldBy(shared, USUAL, topology), 1, 0, 10, (source) => axons.add(source));
  expect([...axons]).toEqual(PLACES.flatMap((place, n) => (place < 0 ? [] : [n])));
});

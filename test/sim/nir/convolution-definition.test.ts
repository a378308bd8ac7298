/**
 * Convolutions of unusual geometry in integers: the voltages of neurons that only add equal the definition, output by
 * output.
 */
import { deepStrictEqual } from "node:assert";
import { expect, test } from "vitest";
import { type NirValue, nirArray } from "../../../arch/formats/nir/graph.js";
import { synapsesIn } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { node, whole } from "../../nir-nodes.js";
import { USUAL } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";

type Pair = readonly [rows: number, columns: number];
interface Geometry {
  readonly channels: readonly [source: number, target: number];
  readonly size: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  /** A sum pool before it: side of its windows, and stride. */
  readonly pool?: Pair;
}

const STEPS = 3;
const SEED = 11;
const PRECISION = { ...USUAL, integers: "from-file", weightBits: 8, stateBits: 24, accumulatorBits: 24 } as const;

/** Sums of windows inside the image. */
function pooled(image: readonly number[], [channels, height, width]: readonly number[], [side, stride]: Pair): number[] {
  const sums: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let top = 0; top + side <= height; top += stride)
      for (let left = 0; left + side <= width; left += stride) {
        let sum = 0;
        for (let i = 0; i < side * side; i++) sum += image[(c * height + top + Math.floor(i / side)) * width + left + (i % side)];
        sums.push(sum);
      }
  return sums;
}

/** By output neuron, its products of a weight and an input place; none for padding. */
function products({ channels, size, kernel, stride, padding, dilation, groups }: Geometry, [height, width]: Pair) {
  const [perSource, perTarget] = [channels[0] / groups, channels[1] / groups];
  const all: (readonly [weight: number, place: number])[][] = [];
  for (let o = 0; o < channels[1]; o++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const own: (readonly [number, number])[] = [];
        for (let i = 0; i < perSource * kernel[0] * kernel[1]; i++) {
          const [channel, ky, kx] = [Math.floor(i / (kernel[0] * kernel[1])), Math.floor(i / kernel[1]) % kernel[0], i % kernel[1]];
          const [row, column] = [y * stride[0] - padding[0] + ky * dilation[0], x * stride[1] - padding[1] + kx * dilation[1]];
          const source = Math.floor(o / perTarget) * perSource + channel;
          if (row >= 0 && column >= 0 && row < size[0] && column < size[1])
            own.push([o * perSource * kernel[0] * kernel[1] + i, (source * size[0] + row) * size[1] + column]);
        }
        all.push(own);
      }
  return all;
}

const PLAIN = { channels: [2, 3], size: [6, 7], kernel: [3, 3], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
const GEOMETRIES: readonly (readonly [title: string, geometry: Partial<Geometry>])[] = [
  ["a kernel of one row", { kernel: [1, 5], stride: [1, 2], padding: [0, 3] }],
  ["a kernel of one column", { kernel: [5, 1], stride: [2, 1], padding: [4, 0] }],
  ["a stride above the kernel: some inputs reach nothing", { size: [11, 13], kernel: [2, 2], stride: [4, 5] }],
  ["padding above the kernel: some outputs see nothing", { kernel: [2, 3], padding: [5, 4] }],
  ["an image of one pixel", { size: [1, 1], padding: [1, 1] }],
  ["one pixel, far from most outputs", { size: [1, 1], padding: [3, 4] }],
  ["a kernel above the image", { size: [3, 4], kernel: [7, 9], padding: [3, 4] }],
  ["a dilated kernel above the image, per channel", { channels: [3, 3], size: [3, 3], dilation: [3, 3], padding: [5, 6], groups: 3 }],
  ["one group per channel, three outputs each", { channels: [4, 12], padding: [2, 1], stride: [2, 3], groups: 4 }],
  ["one output per channel", { size: [3, 3] }],
  ["pools side by side before it", { size: [3, 3], padding: [1, 1], pool: [2, 2] }],
  ["pools with gaps before it", { size: [3, 3], padding: [1, 1], pool: [2, 3] }],
  ["pools that overlap before it", { size: [3, 3], padding: [1, 1], pool: [3, 2] }],
  ["pools that overlap, before windows that are all at the border", { size: [2, 3], padding: [2, 2], pool: [4, 1], stride: [2, 1] }],
  [
    "pools that overlap, before dilated groups",
    { channels: [4, 2], size: [5, 4], padding: [2, 1], pool: [3, 1], dilation: [2, 1], groups: 2 },
  ],
  ["more than 65,536 neurons", { channels: [1, 1], size: [257, 257], padding: [1, 1] }],
];

test.each(GEOMETRIES)("%s: voltages and synapses follow the definition", (_, given) => {
  const geometry: Geometry = { ...PLAIN, ...given };
  const { channels, size, kernel, stride, padding, dilation, groups, pool } = geometry;
  const rng = createRng(SEED, "definition");
  const along = (a: 0 | 1): number => Math.floor((size[a] + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) / stride[a]) + 1;
  const output = [along(0), along(1)] as const;
  const before = pool === undefined ? size : ([0, 1] as const).map((a) => (size[a] - 1) * pool[1] + pool[0]);
  const image = [channels[0], ...before];
  const shape = [channels[1], ...output];
  const neurons = shape[0] * shape[1] * shape[2];
  const all = (value: number): NirValue => nirArray(new Array<number>(neurons).fill(value), shape);
  const weightShape = [channels[1], channels[0] / groups, ...kernel];
  const weights = Array.from({ length: weightShape.reduce((product, n) => product * n, 1) }, () => rng.int(1, 9) * (rng.int(0, 1) * 2 - 1));
  const bias = Array.from({ length: channels[1] }, () => rng.int(-2, 2));
  const taps = { weight: nirArray(weights, weightShape), bias: nirArray(bias, [channels[1]]), groups: nirArray([groups], [], "i8") };
  const nodes = new Map([
    ["in", node("Input", { shape: whole(...image) })],
    ["conv", node("Conv2d", { ...taps, stride: whole(...stride), padding: whole(...padding), dilation: whole(...dilation) })],
    ["n", node("IF", { r: all(1), v_threshold: all(100_000), v_reset: all(0) })],
  ]);
  if (pool !== undefined) {
    const [side, next] = pool;
    nodes.set("pool", node("SumPool2d", { kernel_size: whole(side, side), stride: whole(next, next), padding: whole(0, 0) }));
  }
  const path = ["in", ...(pool === undefined ? [] : ["pool"]), "conv", "n"];
  const edges = path.slice(1).map((to, i) => ({ from: path[i], to }));
  const file = { version: "1.0", graph: { nodes, edges, metadata: new Map() } };
  const { graph } = integerNir(prepareNir(file, "net", EULER), PRECISION);

  const places = image[0] * image[1] * image[2];
  const inputs = Int32Array.from({ length: STEPS * places }, () => rng.int(0, 1));
  const definition = products(geometry, output);
  const expected = Array.from({ length: STEPS }, () => new Int32Array(neurons));
  for (let step = 0; step < STEPS; step++) {
    const spikes = Array.from(inputs.subarray(step * places, (step + 1) * places));
    const values = pool === undefined ? spikes : pooled(spikes, image, pool);
    for (const [n, own] of definition.entries())
      expected[step][n] = own.reduce(
        (sum, [weight, place]) => sum + weights[weight] * values[place],
        (step === 0 ? 0 : expected[step - 1][n]) + bias[Math.floor(n / (output[0] * output[1]))],
      );
  }
  for (const storage of ["auto", "sparse"] as const) {
    const found: Int32Array[] = [];
    createGraphEngine(graph, storage).run(inputs, (_step, _p, { voltage }) => found.push(Int32Array.from(voltage)));
    deepStrictEqual(found, expected, storage);
  }
  const met = definition.reduce((sum, own) => sum + own.length, 0);
  const overlaps = pool !== undefined && pool[1] < pool[0];
  if (!overlaps) expect(synapsesIn(graph.projections[0].sparse)).toBe(met * (pool === undefined ? 1 : pool[0] * pool[0]));
  expect((graph.projections[0].kernel?.windowTaps ?? null) !== null).toBe(overlaps);
  expect(graph.projections[0].kernel).toBeDefined();
});

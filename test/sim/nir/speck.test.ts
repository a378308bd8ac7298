/**
 * Speck's neuron and integers: compared with the rule written again on a small convolution, and with counts of a Speck
 * 2f chip.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { type Precision, readNir } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { GraphCell, GraphRun, IntegerGraph } from "../../../sim/functional/integer-graph.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import type { NirOptions } from "../../../sim/nir/options.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { WIDE } from "../functional/random-network.js";
import { EULER, fixture } from "./fixtures.js";

const SPECK: Precision = { ...WIDE, integers: "speck", weightBits: 8, stateBits: 16 };
const SUBTRACT: NirOptions = { ...EULER, reset: "subtract" };

const node = (type: string, fields: NirNode["fields"]): NirNode => ({ type, fields, metadata: new Map(), graph: null });
const port = (type: string, shape: readonly number[]): NirNode => node(type, new Map([["shape", nirArray(shape, [shape.length], "i8")]]));
const chain = (nodes: { readonly [name: string]: NirNode }): NirFile => {
  const names = Object.keys(nodes);
  const edges = names.slice(1).map((to, i) => ({ from: names[i], to }));
  return { version: "1.0.7", graph: { nodes: new Map(Object.entries(nodes)), edges, metadata: new Map() } };
};
const neurons = (count: number, threshold: number, r = 1): NirNode =>
  node(
    "IF",
    new Map([
      ["r", nirArray(new Array<number>(count).fill(r), [count], "f8")],
      ["v_threshold", nirArray(new Array<number>(count).fill(threshold), [count], "f8")],
    ]),
  );
const dense = (weights: readonly number[], outputs: number, threshold: number, r = 1): NirFile =>
  chain({
    in: port("Input", [weights.length / outputs]),
    w: node("Linear", new Map([["weight", nirArray(weights, [outputs, weights.length / outputs], "f8")]])),
    n: neurons(outputs, threshold, r),
    out: port("Output", [outputs]),
  });
const integers = (file: NirFile, precision = SPECK, options = SUBTRACT): IntegerGraph =>
  integerNir(prepareNir(file, "made", options), precision).graph;

/** Spikes of each neuron of the last population of neurons. */
function countsOf({ populations }: IntegerGraph, { steps, eventStart, neuron, payload }: GraphRun): Int32Array {
  const p = populations.findLastIndex(({ kind }) => kind === "neurons");
  const counts = new Int32Array(populations[p].neurons);
  for (let step = 0; step < steps; step++) {
    const group = step * populations.length + p;
    for (let e = eventStart[group]; e < eventStart[group + 1]; e++) counts[neuron[e]] += payload[e];
  }
  return counts;
}

test("each layer has one scale: its most negative weight is -128, or its largest 127, and its threshold has the same scale", () => {
  const graph = integers(dense([-1, 0.25, 0.5, 0.9], 2, 0.6));
  const [, population] = graph.populations;
  expect([...graph.projections[0].weights]).toEqual([-128, 64, 32, 115]);
  expect(population.kind === "neurons" && [population.cell.threshold, population.cell.loses, population.cell.lowest]).toEqual([
    76, 77, -77,
  ]);
  expect([...integers(dense([-0.5, 1], 1, 0.6)).projections[0].weights]).toEqual([-64, 127]);
});

/** A Linear with biases. */
const affine = (weights: readonly number[], bias: readonly number[], threshold: number): NirFile => {
  const fields = {
    weight: nirArray(weights, [bias.length, weights.length / bias.length], "f8"),
    bias: nirArray(bias, [bias.length], "f8"),
  };
  return chain({
    in: port("Input", [weights.length / bias.length]),
    w: node("Affine", new Map(Object.entries(fields))),
    n: neurons(bias.length, threshold),
    out: port("Output", [bias.length]),
  });
};
/** Weights, biases and the threshold of the only layer. */
function wordsOf(file: NirFile, precision = SPECK): unknown {
  const [, { cell }] = integers(file, precision).populations as unknown as [unknown, { cell: GraphCell }];
  return [[...integers(file, precision).projections[0].weights], [...cell.requantiser.bias], cell.loses];
}

test("a bias larger than the weights gives the scale, as does a threshold that fits no state word", () => {
  // 127 / 2 = 63.5: 31.75, -63.5 (to even), 127, 6.35, 63.5 (to even)
  expect(wordsOf(affine([0.5, -1], [2, 0.1], 1))).toEqual([[32, -64], [127, 6], 64]);
  // -128 / -4 = 32: 0.7 x 32 = 22.4
  expect(wordsOf(affine([0.5, -1], [-4, 0.1], 0.7))).toEqual([[16, -32], [-128, 3], 22]);
  // 32,767 / 10,000 = 3.2767: -3.2767, 1.6 , 32,767
  expect(wordsOf(affine([0.5, -1], [0, 0], 10_000))).toEqual([[2, -3], [0, 0], 32_767]);
  // 2,047 / 300 = 6.82
  expect(wordsOf(affine([1], [0], 300), { ...SPECK, stateBits: 12 })).toEqual([[7], [0], 2047]);
});

test("a threshold that rounds to 0 becomes 1, and is told with its size before rounding", () => {
  expect(integers(dense([-1, 0.5], 1, 0.003)).raised).toEqual([{ population: "n", threshold: 0.003, states: 0.003 * 128 }]);
  expect(integers(dense([-1, 0.5], 1, 0.005)).raised).toEqual([]);
});

test("halves become even, also those that only float32 makes", () => {
  // -128 / -256 = 0.5; by input: -0.5, 2.5, -128; 1.5, 3.5, -1.5
  expect(wordsOf(affine([-1, 3, 5, 7, -256, -3], [0, 0, 0], 9))).toEqual([[0, 2, -128, 2, 4, -2], [0, 0, 0], 4]);
  // float32: 127 / 2.54 = 50 and 0.05 x 50 = 2.5; in float64 of these float32 numbers 2.500000075
  expect(wordsOf(affine([2.54, 0.05], [0], 1))).toEqual([[127, 2], [0], 50]);
});

test("a neuron spikes once per threshold that its voltage holds, and never falls below minus the threshold, on 120 random layers in both engines", () => {
  const rng = createRng(27, "speck");
  const met = { spikes: 0, twice: 0, bounded: 0 };
  for (let i = 0; i < 120; i++) {
    const [inputs, outputs, steps] = [rng.int(1, 5), rng.int(1, 6), 30];
    const weights = Array.from({ length: inputs * outputs }, () => rng.int(-100, 100) / 64);
    const graph = integers(dense(weights, outputs, rng.int(8, 100) / 64));
    const [{ rows, threshold }] = [{ rows: weights.length, threshold: (graph.populations[1] as { cell: { loses: number } }).cell.loses }];
    expect(rows).toBe(inputs * outputs);
    const raster = Int32Array.from({ length: steps * inputs }, () => Number(rng.float() < 0.4));
    const scale = Math.min(...weights.map((w) => (w < 0 ? 128 / -w : w > 0 ? 127 / w : Number.POSITIVE_INFINITY)));
    const whole = weights.map((w) => Math.round(Number.isFinite(scale) ? w * scale : 0));
    const expected = new Int32Array(outputs);
    for (let n = 0; n < outputs; n++) {
      let v = 0;
      for (let t = 0; t < steps; t++) {
        for (let k = 0; k < inputs; k++) v += raster[t * inputs + k] * whole[n * inputs + k];
        if (v < -threshold) met.bounded++;
        v = Math.max(v, -threshold);
        let spikes = 0;
        for (; v >= threshold; spikes++) v -= threshold;
        expected[n] += spikes;
        met.spikes += spikes;
        if (spikes > 1) met.twice++;
      }
    }
    for (const engine of [createGraphReference(graph), createGraphEngine(graph)])
      expect(countsOf(graph, engine.run(raster)), `layer ${i}`).toEqual(expected);
  }
  console.log(`seed 27: ${JSON.stringify(met)}`);
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(500);
});

test.each([
  [dense([1], 1, 1, 2), SPECK, SUBTRACT, "n scales its input or pauses"],
  [dense([1], 1, 1), SPECK, EULER, "network.nir.reset: is zero, and Speck's neurons subtract their threshold"],
] as const)("properties that Speck's neurons lack are refused", (file, precision, options, text) => {
  expect(() => integers(file, precision, options)).toThrow(text);
});

const counts = join(packageRoot(), "../shared/data/nir-cnn/speck-counts.u1.gz");
const recordings = join(packageRoot(), "../shared/data/nmnist-sample");
const present = existsSync(counts) && existsSync(recordings);
if (!present) console.log(`skipped: no counts of Speck at ${counts}`);

describe.skipIf(!present)("counts of a Speck 2f chip", () => {
  const IDS = [60004, 60003, 60002, 60019, 60005, 60009, 60012, 60001, 60062, 60008];
  const TOTALS = [13_458, 3_590, 12_170, 15_045, 7_261, 12_175, 11_314, 7_865, 13_177, 8_661];

  test("first layer of the N-MNIST network, one event per step: ten totals, 104,716 in sum, and 39,901 of 40,960 neurons equal the chip's", {
    tags: ["long"],
  }, async () => {
    const { nodes } = (await readNir(fixture("cnn_sinabs.nir"))).graph;
    const [conv, spiking] = [nodes.get("0"), nodes.get("1")] as [NirNode, NirNode];
    const graph = integers(chain({ in: port("Input", [2, 34, 34]), conv, spiking, out: port("Output", [16, 16, 16]) }));
    const engine = createGraphEngine(graph);
    const chip = gunzipSync(readFileSync(counts));
    const events = gunzipSync(readFileSync(join(recordings, "test.bs2.gz")));
    const index = readFileSync(join(recordings, "test.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    let equal = 0;
    const totals = IDS.map((id, digit) => {
      const [, , offset, length] = index.find((row) => row[0] === id) as number[];
      const raster = new Int32Array(length * 2312);
      for (let e = 0; e < length; e++) {
        const [x, y, third] = events.subarray(offset + 5 * e);
        raster[e * 2312 + ((third >> 7) * 34 + y) * 34 + x] = 1;
      }
      const ours = countsOf(graph, engine.run(raster));
      for (const [n, count] of ours.entries()) if (count === chip[digit * 4096 + n]) equal++;
      return ours.reduce((sum, count) => sum + count, 0);
    });
    expect(totals).toEqual(TOTALS);
    expect(equal).toBe(39_901);
  });
});

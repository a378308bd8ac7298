/** NeuroBench's dense operations and sparsities of imported networks that run in integers. */
import { expect, test } from "vitest";
import { type NirFile, type NirNode, nirArray } from "../../../arch/formats/nir/graph.js";
import { type SampleSet, synapsesIn } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { FEATURES_AS_THEY_ARE, runnableGraph, runOn } from "../../../sim/functional/index.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { lowerGraph } from "../../../sim/nir/lowered-graph.js";
import { node, whole } from "../../nir-nodes.js";
import { USUAL } from "../functional/random-network.js";
import { EULER } from "./fixtures.js";
import { KINDS, randomNet } from "./random-net.js";

const SEED = 7207;

/** The same network with each weight replaced. */
function withWeights({ graph, ...file }: NirFile, of: (value: number) => number): NirFile {
  const nodes = [...graph.nodes].map(([name, made]): [string, NirNode] => {
    const weight = made.fields.get("weight");
    if (weight === undefined || typeof weight === "string") return [name, made];
    const fields = new Map(made.fields).set("weight", nirArray(Array.from(weight.data, of), weight.shape));
    return [name, { ...made, fields }];
  });
  return { ...file, graph: { ...graph, nodes: new Map(nodes) } };
}
const placesOf = (file: NirFile): readonly number[] => lowerGraph(prepareNir(file, "net", EULER)).matrices.map(({ places }) => places);
const synapsesOf = (file: NirFile): readonly number[] =>
  lowerGraph(prepareNir(file, "net", EULER)).matrices.map((matrix) => synapsesIn(matrix));

test("weights of zero count as places: as many as the network has synapses if every weight is 1", { tags: ["long"] }, () => {
  const rng = createRng(SEED, "weight places");
  const said = new Set<string>();
  let withZeros = 0;
  for (let k = 0; k < 120; k++) {
    const drawn = randomNet(rng, EULER.dtSeconds, k % 2 === 1, rng);
    const cut = createRng(k, "zeros");
    const file = withWeights(drawn.file, (value) => (cut.float() < 0.3 ? 0 : value));
    for (const kind of drawn.said) said.add(kind);
    const places = placesOf(file);
    expect(places, `network ${k} of seed ${SEED}`).toEqual(synapsesOf(withWeights(file, () => 1)));
    if (places.some((count, m) => count > synapsesOf(file)[m])) withZeros++;
  }
  expect(withZeros).toBeGreaterThan(80);
  expect(KINDS.filter((kind) => !said.has(kind) && kind !== "one output")).toEqual([]);
});

const reals = (...values: readonly number[]) => nirArray([...values], [values.length]);
const repeated = (length: number, value: number) => reals(...new Array<number>(length).fill(value));

test("in integers as in float: dense operations, connection sparsity, and no activations of voltages", () => {
  const rng = createRng(SEED, "weight places");
  const weights = (to: number, from: number) =>
    nirArray(
      Array.from({ length: to * from }, () => (rng.float() < 0.4 ? 0 : rng.float() - 0.3)),
      [to, from],
    );
  const lif = { tau: repeated(6, 8e-4), r: repeated(6, 8), v_leak: repeated(6, 0), v_threshold: repeated(6, 0.5) };
  const nodes = new Map([
    ["in", node("Input", { shape: whole(5) })],
    ["w1", node("Linear", { weight: weights(6, 5) })],
    ["back", node("Linear", { weight: weights(6, 6) })],
    ["n1", node("LIF", lif)],
    ["w2", node("Linear", { weight: weights(3, 6) })],
    ["read", node("LI", { tau: repeated(3, 8e-4), r: repeated(3, 1), v_leak: repeated(3, 0) })],
    ["out", node("Output", { shape: whole(3) })],
  ]);
  const edges = ["in w1", "w1 n1", "n1 back", "back n1", "n1 w2", "w2 read", "read out"].map((edge) => {
    const [from, to] = edge.split(" ");
    return { from, to };
  });
  const imported = prepareNir({ version: "1.0", graph: { nodes, edges, metadata: new Map() } }, "net", EULER);
  const steps = 40;
  const input = Float64Array.from({ length: steps * 5 }, () => Number(rng.float() < 0.4));
  const engine = createNirEngine(imported);
  engine.run(new Map([["in", input]]), steps, []);
  const float = engine.metrics();
  const samples: SampleSet = {
    ...{ name: "drawn", inputs: 5, classes: 3, task: "sequence", hash: "drawn" },
    ...{ features: Float32Array.from(input), frameStart: Uint32Array.of(0, steps), labels: Int32Array.of(0) },
  };
  const options = { utterances: Uint32Array.of(0), traced: new Uint32Array() } as const;
  const { graph } = integerNir(imported, { ...USUAL, weightBits: 16, stateBits: 24 });
  const { neurobench } = runOn(runnableGraph(graph), samples, options, FEATURES_AS_THEY_ARE).operations;
  const dense = ({ layers }: typeof float): readonly number[] => layers.map(({ denseOperations }) => denseOperations).sort((a, b) => a - b);
  expect(dense(float)).toEqual([18 * steps, 30 * steps, 36 * steps]);
  expect(dense(neurobench)).toEqual(dense(float));
  expect(float.connectionSparsity).toBeGreaterThan(0.2);
  expect(neurobench.connectionSparsity).toBe(float.connectionSparsity);
  for (const { neurons, activationSparsity } of [float, neurobench]) {
    expect(neurons.map(({ name, activationSparsity: own }) => [name, own])).toEqual([
      ["n1", activationSparsity],
      ["read", null],
    ]);
    expect(activationSparsity).toBeGreaterThan(0);
  }
});

test("parameters, footprint and sparsity are those of the file: a kernel's weights and biases once, and zeros of a row behind a pool", () => {
  const rng = createRng(SEED, "weights once");
  const ones = (...shape: readonly number[]) =>
    nirArray(new Array<number>(shape.reduce((product, length) => product * length, 1)).fill(1), shape);
  const fires = (...shape: readonly number[]) => node("IF", { r: ones(...shape), v_threshold: ones(...shape) });
  /** Zero but for the centre of each kernel. */
  const taps = nirArray(
    Array.from({ length: 4 * 4 * 9 }, (_, i) => (i % 9 === 4 ? 1 + (i % 5) : 0)),
    [4, 4, 3, 3],
  );
  const strides = { stride: whole(1, 1), padding: whole(1, 1), dilation: whole(1, 1), groups: nirArray([1], [], "i8") };
  const nodes = new Map([
    ["in", node("Input", { shape: whole(4, 2, 2) })],
    ["conv", node("Conv2d", { weight: taps, bias: nirArray([0, 1, 2, 3], [4]), ...strides })],
    ["n", fires(4, 2, 2)],
    ["pool", node("SumPool2d", { kernel_size: whole(2, 2), stride: whole(2, 2), padding: whole(0, 0) })],
    ["flat", node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(4, 1, 1) })],
    [
      "fc",
      node("Linear", {
        weight: nirArray(
          Array.from({ length: 12 }, (_, i) => (i % 4 === 1 ? 0 : rng.int(5, 9))),
          [3, 4],
        ),
      }),
    ],
    ["m", fires(3)],
    ["out", node("Output", { shape: whole(3) })],
  ]);
  const names = [...nodes.keys()];
  const edges = names.slice(1).map((to, i) => ({ from: names[i], to }));
  const imported = prepareNir({ version: "1.0", graph: { nodes, edges, metadata: new Map() } }, "net", EULER);
  const engine = createNirEngine(imported);
  engine.run(new Map([["in", new Float64Array(16)]]), 1, []);
  const { parameters, footprintBytes, connectionSparsity } = engine.metrics();
  expect([parameters, footprintBytes, connectionSparsity]).toEqual([144 + 4 + 12, 640, Math.round((1e4 * (128 + 3)) / 156) / 1e4]);
  const samples: SampleSet = {
    ...{ name: "drawn", inputs: 16, classes: 3, task: "sequence", hash: "drawn" },
    ...{ features: new Float32Array(16), frameStart: Uint32Array.of(0, 1), labels: Int32Array.of(0) },
  };
  const options = { utterances: Uint32Array.of(0), traced: new Uint32Array() } as const;
  const { graph } = integerNir(imported, { ...USUAL, weightBits: 6 });
  const { neurobench } = runOn(runnableGraph(graph), samples, options, FEATURES_AS_THEY_ARE).operations;
  expect(neurobench).toMatchObject({ parameters, footprintBytes, connectionSparsity, packedBits: 6 * 156 + 32 * 4 });
});

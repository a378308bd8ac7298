/**
 * A spiking chain over all its steps: against TensorFlow.js step by step on its cpu back end, and against the float
 * engine for NIR graphs.
 */
import type { GradSaveFunc, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { NirFile, NirNode } from "../../../arch/formats/nir/graph.js";
import { nirArray } from "../../../arch/formats/nir/graph.js";
import type { LayerChain, ResetRule } from "../../../arch/index.js";
import { existing } from "../../../base/entry.js";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { chainOf } from "../../../sim/nir/chain.js";
import { createNirEngine } from "../../../sim/nir/engine.js";
import { prepareNir } from "../../../sim/nir/import.js";
import { chooseBackend, type Tf } from "../../../training/backend.js";
import { type ChainBatch, type ChainRule, learnChain, parametersOf, runChain } from "../../../training/convolution/spiking-chain.js";
import { createEngine } from "../../../training/fused/kernels.js";
import { node, whole } from "../../nir-nodes.js";

const SEED = 57;
const rng = createRng(SEED, "chain");
const reals = (shape: readonly number[], draw: () => number) =>
  nirArray(Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, draw), shape);
const normal = (scale: number) => () => scale * rng.normal();
const between = (low: number, high: number) => () => low + (high - low) * rng.float();

/** Conv2d, LIF, SumPool2d, Conv2d in two groups, IF, AvgPool2d, Flatten, Affine, LIF. */
function network(): NirFile {
  const nodes: [string, NirNode][] = [
    ["input", node("Input", { shape: whole(2, 7, 6) })],
    ["conv1", convolution([6, 2, 3, 3], [1, 1], [1, 1], 1)],
    ["lif1", lif([6, 7, 6])],
    ["pool1", node("SumPool2d", { kernel_size: whole(2, 2), stride: whole(2, 2), padding: whole(0, 0) })],
    ["conv2", convolution([4, 3, 3, 2], [1, 2], [1, 0], 2)],
    ["if2", integrate([4, 3, 1])],
    ["pool2", node("AvgPool2d", { kernel_size: whole(2, 1), stride: whole(1, 1), padding: whole(0, 0) })],
    ["flat", node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(4, 2, 1) })],
    ["dense", node("Affine", { weight: reals([3, 8], normal(1)), bias: reals([3], normal(0.2)) })],
    ["lif3", lif([3])],
    ["output", node("Output", { shape: whole(3) })],
  ];
  const edges = nodes.slice(1).map(([to], i) => ({ from: nodes[i][0], to }));
  return { version: "1.0", graph: { nodes: new Map(nodes), edges, metadata: new Map() } };
}

const convolution = (shape: number[], stride: [number, number], padding: [number, number], groups: number): NirNode =>
  node("Conv2d", {
    ...{ weight: reals(shape, normal(0.5)), bias: reals([shape[0]], normal(0.1)), groups: nirArray([groups], [], "i8") },
    ...{ stride: whole(...stride), padding: whole(...padding), dilation: whole(1, 1) },
  });
const lif = (shape: number[]): NirNode =>
  node("LIF", {
    ...{ tau: reals(shape, between(2e-3, 8e-3)), r: reals(shape, between(2, 4)), v_leak: reals(shape, normal(0.05)) },
    ...{ v_threshold: reals(shape, between(0.5, 1)), v_reset: reals(shape, normal(0.1)) },
  });
const integrate = (shape: number[]): NirNode =>
  node("IF", { r: reals(shape, between(0.5, 1)), v_threshold: reals(shape, between(0.5, 1)), v_reset: reals(shape, normal(0.1)) });

const STEPS = 6;
const LENGTHS = [6, 4, 6];
const LABELS = [2, 0, 1];
/** [steps][samples][7][6][2]. */
const IMAGES = Float32Array.from({ length: STEPS * LENGTHS.length * 84 }, () => (rng.float() < 0.2 ? rng.int(1, 2) : 0));
const BATCH: ChainBatch = { steps: STEPS, lengths: LENGTHS, images: IMAGES };
const FILE = network();
const prepared = (reset: ResetRule, scheme: "euler" | "zoh") =>
  prepareNir(FILE, "made", { dtSeconds: 1e-3, reset, scheme, integratorGain: "unit", refractorySeconds: 0 });

/** Reorders values by neuron from NIR's [channels][height][width] to [1][height][width][channels]. */
const spread = (tf: Tf, values: Float32Array, [channels, height, width]: readonly number[]): Tensor =>
  tf.transpose(tf.tensor4d(values, [1, channels, height, width]), [0, 2, 3, 1]);

/** A spike, and the function that replaces its derivative. */
function spike(tf: Tf, u: Tensor, threshold: Tensor, { surrogate, surrogateWidth }: ChainRule): Tensor {
  const operation = tf.customGrad((value, keep) => {
    (keep as GradSaveFunc)([value as Tensor, threshold]);
    const gradFunc = (dy: Tensor, [before, limit]: Tensor[]): Tensor => {
      const reach = tf.mul(limit, surrogateWidth);
      const far = tf.abs(tf.div(tf.sub(before, limit), reach));
      const local = surrogate === "triangle" ? tf.relu(tf.sub(1, far)) : tf.square(tf.reciprocal(tf.add(1, far)));
      return tf.mul(dy, tf.div(local, reach));
    };
    return { value: tf.cast(tf.greater(value as Tensor, threshold), "float32"), gradFunc };
  });
  return operation(u);
}

function constantSpike(tf: Tf, u: Tensor, threshold: Tensor): Tensor {
  const operation = tf.customGrad((value) => ({
    value: tf.cast(tf.greater(value as Tensor, threshold), "float32"),
    gradFunc: (dy: Tensor): Tensor => tf.zerosLike(dy),
  }));
  return operation(u);
}

/** Loss with the penalty, and gradients, by TensorFlow.js alone: the chain is written out for this network. */
function byTensorflow(tf: Tf, chain: LayerChain, rule: ChainRule): { readonly loss: number; readonly gradients: Float32Array[] } {
  const shapes: { readonly [node: string]: readonly number[] } = { lif1: [6, 7, 6], if2: [4, 3, 1], lif3: [3, 1, 1] };
  let step = 0;
  const forward = (...parameters: Tensor[]): Tensor => {
    const voltages = new Map<string, Tensor>();
    const [w1, b1, w2, b2, w3, b3] = parameters;
    const hwio = (weights: Tensor): Tensor4D => tf.transpose(weights, [2, 3, 1, 0]) as Tensor4D;
    let penalty: Tensor = tf.scalar(0);
    const fire = (name: string, x: Tensor): Tensor => {
      const stage = existing(
        chain.stages.find((one) => one.node === name),
        name,
      );
      if (stage.kind !== "neurons") throw new Error(name);
      const of = (values: Float32Array): Tensor => spread(tf, values, shapes[name]);
      const before = voltages.get(name) ?? tf.zerosLike(x);
      const threshold = of(stage.threshold);
      const u = tf.add(tf.add(tf.mul(of(stage.keep), before), tf.mul(of(stage.gain), x)), of(stage.drive));
      const s = spike(tf, u, threshold, rule);
      // No gradient passes through the reset's spike.
      const fired = constantSpike(tf, u, threshold);
      const held = tf.mul(u, tf.sub(1, fired));
      voltages.set(name, stage.subtracts ? tf.sub(u, tf.mul(fired, threshold)) : tf.add(held, tf.mul(fired, of(stage.resetTo))));
      const shares = tf.tensor1d(LENGTHS.map((length) => (step < length ? rule.spikePenalty / length : 0)));
      penalty = tf.add(penalty, tf.mean(tf.mul(tf.mean(s, [1, 2, 3]), shares)));
      return s;
    };
    let sums: Tensor = tf.zeros([3, 3]);
    for (step = 0; step < STEPS; step++) {
      const image = tf.tensor4d(IMAGES.subarray(step * 252, (step + 1) * 252), [3, 7, 6, 2]);
      const first = fire("lif1", tf.add(tf.conv2d(image, hwio(w1), 1, 1), b1 as Tensor1D));
      const pooled = tf.mul(tf.avgPool(first as Tensor4D, 2, 2, "valid"), 4);
      const halves = [0, 1].map((g) =>
        tf.conv2d(
          tf.slice(pooled, [0, 0, 0, 3 * g], [3, 3, 3, 3]) as Tensor4D,
          hwio(tf.slice(w2, [2 * g, 0, 0, 0], [2, 3, 3, 2])),
          [1, 2],
          [
            [0, 0],
            [1, 1],
            [0, 0],
            [0, 0],
          ],
          "NHWC",
          1,
          "floor",
        ),
      );
      const second = fire("if2", tf.add(tf.concat(halves, 3), b2 as Tensor1D));
      const mean = tf.avgPool(second as Tensor4D, [2, 1], 1, "valid");
      const flat = tf.reshape(tf.transpose(mean, [0, 3, 1, 2]), [3, 8]);
      const drive = tf.add(tf.matMul(flat, tf.transpose(w3)), b3);
      const last = tf.reshape(fire("lif3", tf.reshape(drive, [3, 1, 1, 3])), [3, 3]);
      const counts = tf.tensor2d(
        LENGTHS.map((length) => (step < length ? 1 : 0)),
        [3, 1],
      );
      sums = tf.add(sums, tf.mul(last, counts));
    }
    const logits = tf.mul(
      sums,
      tf.tensor2d(
        LENGTHS.map((length) => rule.readoutGain / length),
        [3, 1],
      ),
    );
    const labels = tf.cast(tf.oneHot(tf.tensor1d(LABELS, "int32"), 3), "float32");
    return tf.add(tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), labels), 1))), penalty);
  };
  return tf.tidy(() => {
    const shapesOf = [[6, 2, 3, 3], [6], [4, 3, 3, 2], [4], [3, 8], [3]];
    const tensors = parametersOf(chain).map((values, i) => tf.tensor(values, shapesOf[i]));
    const { value, grads } = tf.valueAndGrads(forward)(tensors);
    return { loss: value.dataSync()[0], gradients: grads.map((gradient) => gradient.dataSync() as Float32Array) };
  });
}

test.each([
  ["subtract", "euler", "triangle"],
  ["subtract", "zoh", "fast-sigmoid"],
  ["zero", "euler", "fast-sigmoid"],
  ["zero", "zoh", "triangle"],
] as const)(
  "with reset %s, scheme %s and the surrogate %s, loss and gradients are those of TensorFlow.js step by step",
  async (reset, scheme, surrogate) => {
    const { tf } = await chooseBackend("cpu");
    const chain = chainOf(prepared(reset, scheme));
    const rule: ChainRule = { surrogate, surrogateWidth: 0.8, readoutGain: 7, spikePenalty: 0.3 };
    const got = learnChain(createEngine(), chain, BATCH, LABELS, rule);
    const want = byTensorflow(tf, chain, rule);
    expect(got.loss + got.penalty).toBeCloseTo(want.loss, 5);
    for (const rate of got.rates) expect(rate).toBeGreaterThan(0.02);
    expect(got.gradients.length).toBe(6);
    got.gradients.forEach((gradient, k) => {
      expect(Math.max(...gradient.map(Math.abs)), `parameter ${k} has a gradient`).toBeGreaterThan(1e-4);
      gradient.forEach((value, i) => {
        expect(Math.abs(value - want.gradients[k][i]), `parameter ${k}[${i}]`).toBeLessThan(1e-5 + 1e-4 * Math.abs(want.gradients[k][i]));
      });
    });
  },
);

test("loss, penalty and gradients of a batch are the means of its samples', each alone, whatever their lengths", () => {
  const chain = chainOf(prepared("zero", "zoh"));
  const rule: ChainRule = { surrogate: "triangle", surrogateWidth: 0.8, readoutGain: 7, spikePenalty: 0.3 };
  const alone = LENGTHS.map((length, sample) => {
    const images = Float32Array.from({ length: length * 84 }, (_, i) => IMAGES[(Math.floor(i / 84) * 3 + sample) * 84 + (i % 84)]);
    return learnChain(createEngine(), chain, { steps: length, lengths: [length], images }, [LABELS[sample]], rule);
  });
  const together = learnChain(createEngine(), chain, BATCH, LABELS, rule);
  const mean = (of: (one: (typeof alone)[number]) => number): number => alone.reduce((sum, one) => sum + of(one), 0) / alone.length;
  expect(together.loss).toBeCloseTo(
    mean(({ loss }) => loss),
    6,
  );
  expect(together.penalty).toBeCloseTo(
    mean(({ penalty }) => penalty),
    9,
  );
  together.rates.forEach((rate, layer) => {
    expect(rate).toBeGreaterThan(0.02);
    expect(rate).toBeCloseTo(
      mean(({ rates }) => rates[layer]),
      9,
    );
  });
  together.gradients.forEach((gradient, k) => {
    gradient.forEach((value, i) => {
      expect(value, `parameter ${k}[${i}]`).toBeCloseTo(
        mean(({ gradients }) => gradients[k][i]),
        5,
      );
    });
  });
});

test.each([
  ["subtract", "euler"],
  ["zero", "zoh"],
] as const)("with reset %s and scheme %s, spikes at the output are those of the float engine, class by class", (reset, scheme) => {
  const imported = prepared(reset, scheme);
  const chain = chainOf(imported);
  const { sums } = runChain(createEngine(), chain, BATCH);
  const engine = createNirEngine(imported);
  const want = LENGTHS.flatMap((length, sample) => {
    const input = new Float64Array(length * 84);
    for (let step = 0; step < length; step++)
      for (let pixel = 0; pixel < 42; pixel++)
        for (let c = 0; c < 2; c++) input[step * 84 + c * 42 + pixel] = IMAGES[((step * 3 + sample) * 42 + pixel) * 2 + c];
    const out = existing(engine.run(new Map([["input", input]]), length, ["lif3"]).outputs.get("lif3"), "lif3");
    return [0, 1, 2].map((c) => out.reduce((sum, value, i) => (i % 3 === c ? sum + value : sum), 0));
  });
  expect([...sums]).toEqual(want);
  expect(want.filter((count) => count > 0).length).toBeGreaterThan(3);
});

test("a graph that is no chain is refused, with the name of each unsuitable node", () => {
  const made = network();
  const nodes = new Map(made.graph.nodes);
  nodes.set("pool1", node("Scale", { scale: nirArray(new Float32Array(252).fill(1), [6, 7, 6]) }));
  nodes.set("lif3", node("LI", { tau: reals([3], () => 1), r: reals([3], () => 1), v_leak: reals([3], () => 0) }));
  const conv2 = node("Conv2d", {
    ...{ weight: reals([4, 3, 3, 2], () => 1), bias: reals([4], () => 1), groups: nirArray([2], [], "i8") },
    ...{ stride: whole(2, 4), padding: whole(0, 0), dilation: whole(1, 1) },
  });
  nodes.set("conv2", conv2);
  nodes.set("if2", integrate([4, 3, 2]));
  nodes.set("flat", node("Flatten", { start_dim: nirArray([0], [], "i8"), end_dim: nirArray([-1], [], "i8"), input_type: whole(4, 2, 2) }));
  nodes.set("dense", node("Affine", { weight: reals([3, 16], () => 1), bias: reals([3], () => 1) }));
  const graph = { ...made.graph, nodes };
  const options = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  expect(() => chainOf(prepareNir({ version: "1.0", graph }, "made", options))).toThrow(
    /pool1: training does not know Scale nodes[\s\S]*lif3: training does not know LI nodes/,
  );
  const edges = [...made.graph.edges, { from: "lif3", to: "dense" }];
  expect(() => chainOf(prepareNir({ version: "1.0", graph: { ...made.graph, edges } }, "made", options))).toThrow();
  expect(() => chainOf(prepareNir(made, "made", { ...options, reset: "snntorch-subtract" }))).toThrow(
    "lif1: training knows the resets subtract and zero, not snntorch-subtract",
  );
});

test("a chain has exactly the nodes on the path from Input to Output; every node beside it is refused by name", () => {
  const made = network();
  const names = [...made.graph.nodes.keys()];
  const options = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  const chain = (nodes: NirFile["graph"]["nodes"], edges: NirFile["graph"]["edges"]) =>
    chainOf(prepareNir({ version: "1.0", graph: { ...made.graph, nodes, edges } }, "made", options));
  const offPath = (run: () => unknown): string[] => {
    try {
      run();
    } catch (error) {
      if (error instanceof InputError) return error.problems.map(({ path, message }) => `${path} ${message}`);
      throw error;
    }
    return [];
  };
  const silent = new Set(["input", "flat", "output"]);
  expect(chain(made.graph.nodes, made.graph.edges).stages.map((stage) => stage.node)).toEqual(names.filter((name) => !silent.has(name)));
  const beside = (name: string): string => `${name} is not on the path from input to output`;
  for (const name of ["aaa", "zzz"]) {
    const stray = new Map(made.graph.nodes).set(name, lif([2, 7, 6]));
    expect(offPath(() => chain(stray, made.graph.edges))).toEqual([beside(name)]);
    expect(offPath(() => chain(stray, [...made.graph.edges, { from: name, to: name }]))).toEqual([beside(name)]);
  }
  const last = made.graph.edges.filter(({ to }) => to !== "output");
  expect(offPath(() => chain(made.graph.nodes, last))).toEqual([beside("output")]);
});

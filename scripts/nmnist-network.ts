/**
 * Writes the graph, without weights, from which the training of the shipped network for N-MNIST begins: `npx tsx
 * scripts/nmnist-network.ts FILE.nir`. It has 2 x 34 x 34 inputs, two convolutions of leaky neurons, each followed by a
 * sum pool, and ten leaky neurons. There are no biases, so that a neuron without events needs no update. A leak of 1/4
 * per step of 20 ms is a shift on a chip.
 */
import { type NirNode, type NirValue, nirArray, writeNir } from "../arch/index.js";
import { inputError } from "../base/errors.js";

const STEP_SECONDS = 0.02;

const node = (type: string, fields: { readonly [name: string]: NirValue }): NirNode => ({
  ...{ type, fields: new Map(Object.entries(fields)), metadata: new Map(), graph: null },
});
const whole = (...values: readonly number[]): NirValue => nirArray(values, [values.length], "i8");
const scalar = (value: number): NirValue => nirArray([value], [], "i8");
const zeros = (...shape: readonly number[]): NirValue => nirArray(new Float32Array(shape.reduce((all, size) => all * size, 1)), shape);

const convolution = (weight: readonly number[], side: number, stride: number, padding: number): NirNode =>
  node("Conv2d", {
    ...{ weight: zeros(...weight), bias: zeros(weight[0]), input_shape: whole(side, side) },
    ...{ stride: whole(stride, stride), padding: whole(padding, padding), dilation: whole(1, 1), groups: scalar(1) },
  });

function leaky(...shape: readonly number[]): NirNode {
  const all = (value: number): NirValue => nirArray(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);
  return node("LIF", { tau: all(4 * STEP_SECONDS), r: all(4), v_leak: all(0), v_threshold: all(1), v_reset: all(0) });
}

const pool = (): NirNode => node("SumPool2d", { kernel_size: whole(2, 2), stride: whole(2, 2), padding: whole(0, 0) });

const nodes: readonly (readonly [string, NirNode])[] = [
  ["input", node("Input", { shape: whole(2, 34, 34) })],
  ["conv1", convolution([8, 2, 5, 5], 34, 2, 2)],
  ["lif1", leaky(8, 17, 17)],
  ["pool1", pool()],
  ["conv2", convolution([16, 8, 3, 3], 8, 1, 1)],
  ["lif2", leaky(16, 8, 8)],
  ["pool2", pool()],
  ["flatten", node("Flatten", { start_dim: scalar(0), end_dim: scalar(-1), input_type: whole(16, 4, 4) })],
  ["dense", node("Linear", { weight: zeros(10, 256) })],
  ["lif3", leaky(10)],
  ["output", node("Output", { shape: whole(10) })],
];

const [, , file] = process.argv;
if (file === undefined) throw inputError("nmnist-network", "names no file to write", "npx tsx scripts/nmnist-network.ts FILE.nir");
const edges = nodes.slice(1).map(([to], at) => ({ from: nodes[at][0], to }));
await writeNir(file, { version: "1.0.7", graph: { nodes: new Map(nodes), edges, metadata: new Map() } });

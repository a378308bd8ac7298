/**
 * An imported graph as a chain of layers, for training. Its numbers are those of the float engine, in float32. A bias
 * of zeros counts as none: some tools write a convolution without a bias in this way, and on a chip it costs nothing.
 * Throws: InputError with every node that a chain cannot contain: routes that part or join, nodes beside the path from
 * Input to Output, delays, filtered currents, neurons that do not spike.
 */
import type { ConvolutionShape, LayerChain, NeuronStage, NirGraph, NirNode, PoolShape, WeightStage } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import { InputError, type Problem } from "../../base/errors.js";
import type { ImportedNir } from "./import.js";
import { membraneStep, parameterOf, resetValues } from "./neuron-models.js";
import { resetOf } from "./reset.js";
import { arrayOf, axes, paddings, type Shape, sizeOf } from "./shapes.js";

/** The graph from which `chain` was read, with the chain's weights. */
export function withWeights(graph: NirGraph, chain: LayerChain, prefix = ""): NirGraph {
  const nodes = [...graph.nodes].map(([name, node]): [string, NirNode] => {
    const full = prefix + name;
    if (node.graph !== null) return [name, { ...node, graph: withWeights(node.graph, chain, `${full}.`) }];
    const stage = chain.stages.find((one) => one.node === full);
    if (stage?.kind !== "weights") return [name, node];
    const fields = new Map(node.fields);
    fields.set("weight", { ...arrayOf(node, "weight"), data: Float64Array.from(stage.weights) });
    if (stage.bias !== null) fields.set("bias", { ...arrayOf(node, "bias"), data: Float64Array.from(stage.bias) });
    return [name, { ...node, fields }];
  });
  return { ...graph, nodes: new Map(nodes) };
}

type Stage = LayerChain["stages"][number];

/** Channels, rows and columns of the values between two nodes. */
type Image = readonly [channels: number, height: number, width: number];

export function chainOf(imported: ImportedNir): LayerChain {
  const { graph, shapes, report } = imported;
  const problems: Problem[] = [];
  const refuse = (path: string, message: string, fix = ""): void => {
    problems.push({ file: report.file, line: null, column: null, path, message, fix });
  };
  const ends = { Input: [] as string[], Output: [] as string[] };
  for (const [name, { type }] of graph.nodes) {
    const [into, out] = [graph.edges.filter(({ to }) => to === name).length, graph.edges.filter(({ from }) => from === name).length];
    if (into > 1) refuse(name, `${into} edges lead to it`, "training takes layers one after the other");
    if (out > 1) refuse(name, `${out} edges leave it`, "training takes layers one after the other");
    if (type === "Input" && into === 0) ends.Input.push(name);
    if (type === "Output" && out === 0) ends.Output.push(name);
  }
  for (const [what, names] of Object.entries(ends)) if (names.length !== 1) refuse("", `has ${names.length} ${what} nodes, expected one`);
  if (problems.length > 0) throw new InputError(problems);
  const path = pathFrom(ends.Input[0], graph.edges);
  const way = `the path from ${ends.Input[0]} to ${ends.Output[0]}`;
  for (const name of graph.nodes.keys())
    if (!path.has(name)) refuse(name, `is not on ${way}`, path.has(ends.Output[0]) ? "remove it" : "connect it, or remove it");
  if (problems.length > 0) throw new InputError(problems);
  const [first, last] = [imageOf(entry(shapes, ends.Input[0]).output), entry(shapes, ends.Output[0]).input];
  let image = first;
  const stages: Stage[] = [];
  for (const name of path) {
    const node = entry(graph.nodes, name);
    const shape = entry(shapes, name);
    try {
      const stage = stageOf(imported, name, node, image);
      if (stage !== null) stages.push(stage);
      if (stage?.kind === "weights") image = [stage.shape.targetChannels, ...stage.shape.output];
      else if (stage?.kind === "pool") image = [stage.shape.channels, ...stage.shape.output];
      else if (sizeOf(shape.output) !== sizeOf(image)) throw new Error("changes the number of values");
    } catch (error) {
      refuse(name, (error as Error).message);
      image = imageOf(shape.output);
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  if (!stages.some(({ kind }) => kind === "neurons"))
    throw new InputError([{ file: report.file, line: null, column: null, path: "", message: "has no neuron that spikes", fix: "" }]);
  return { name: report.file, input: { channels: first[0], height: first[1], width: first[2] }, stages, classes: sizeOf(last) };
}

/** The nodes from `first` on, each with one edge to the next. */
function pathFrom(first: string, edges: ImportedNir["graph"]["edges"]): ReadonlySet<string> {
  const next = new Map(edges.map(({ from, to }) => [from, to]));
  const path = new Set<string>();
  for (let name: string | undefined = first; name !== undefined && !path.has(name); name = next.get(name)) path.add(name);
  return path;
}

const imageOf = (shape: Shape): Image =>
  shape.length === 3 ? [shape[0], shape[1], shape[2]] : shape.length === 2 ? [shape[0], 1, shape[1]] : [sizeOf(shape), 1, 1];

const float = (values: Float64Array): Float32Array => Float32Array.from(values);

function biasOf(node: NirNode): Float32Array | null {
  if (!node.fields.has("bias")) return null;
  const { data } = arrayOf(node, "bias");
  return data.some((value) => value !== 0) ? float(data) : null;
}

/** The stage of a node; null: it passes its input on. */
function stageOf(imported: ImportedNir, name: string, node: NirNode, image: Image): Stage | null {
  switch (node.type) {
    case "Input":
    case "Output":
    case "Flatten":
      return null;
    case "Affine":
    case "Linear":
      return dense(name, node, image);
    case "Conv1d":
    case "Conv2d":
      return convolution(name, node, image, imported);
    case "SumPool2d":
    case "AvgPool2d":
      return { kind: "pool", node: name, shape: pool(name, node, image, imported) };
    case "IF":
    case "LIF":
      return neurons(imported, name, node, image);
    default:
      throw new Error(`training does not know ${node.type} nodes`);
  }
}

const NO_STEP = { stride: [1, 1], dilation: [1, 1], padding: [0, 0] } as const;

function dense(node: string, from: NirNode, [channels, height, width]: Image): WeightStage {
  const { data, shape } = arrayOf(from, "weight");
  const kernel: ConvolutionShape = {
    ...{ sourceChannels: channels, targetChannels: shape[0], groups: 1 },
    ...{ input: [height, width], size: [height, width], output: [1, 1], ...NO_STEP },
  };
  return {
    kind: "weights",
    node,
    shape: kernel,
    weights: float(data),
    bias: biasOf(from),
  };
}

/** A Conv1d is a Conv2d of height 1. */
function convolution(node: string, from: NirNode, [channels, ...input]: Image, { shapes }: ImportedNir): WeightStage {
  const { data, shape } = arrayOf(from, "weight");
  const rank = shape.length - 2;
  const two = (values: readonly number[], otherwise: number): [number, number] =>
    rank === 1 ? [otherwise, values[0]] : [values[0], values[1]];
  const [, ...output] = imageOf(entry(shapes, node).output);
  const kernel: ConvolutionShape = {
    ...{ sourceChannels: channels, targetChannels: shape[0], groups: arrayOf(from, "groups").data[0], input, output },
    size: two(shape.slice(2), 1),
    stride: two(axes(from, "stride", rank), 1),
    dilation: two(axes(from, "dilation", rank), 1),
    padding: two(paddings(from, shape.slice(2)).before, 0),
  };
  return { kind: "weights", node, shape: kernel, weights: float(data), bias: biasOf(from) };
}

function pool(node: string, from: NirNode, [channels, ...input]: Image, { shapes }: ImportedNir): PoolShape {
  const two = (field: string): [number, number] => {
    const [first, second] = axes(from, field, 2);
    return [first, second];
  };
  const size = two("kernel_size");
  const [, ...output] = imageOf(entry(shapes, node).output);
  const gain = from.type === "AvgPool2d" ? 1 / (size[0] * size[1]) : 1;
  return { channels, gain, input, output, size, stride: two("stride"), dilation: [1, 1], padding: two("padding") };
}

function neurons(imported: ImportedNir, name: string, node: NirNode, [channels, height, width]: Image): NeuronStage {
  const reset = resetOf(name, imported);
  if (reset !== "subtract" && reset !== "zero") throw new Error(`training knows the resets subtract and zero, not ${reset}`);
  if (imported.options.refractorySeconds > 0) throw new Error("training knows no pause after a spike");
  if (imported.options.scheme === "exact") throw new Error("training knows whole steps: euler or zoh");
  const count = channels * height * width;
  const threshold = parameterOf(node, "v_threshold", count);
  if (threshold.some((value) => value <= 0)) throw new Error("training takes thresholds above 0");
  const { keep, gain, drive } = membraneStep(node, count, imported.options);
  return {
    ...{ kind: "neurons", node: name, channels, area: height * width, subtracts: reset === "subtract" },
    ...{ keep: float(keep), gain: float(gain), drive: float(drive), threshold: float(threshold) },
    resetTo: float(resetValues(node, count)),
  };
}

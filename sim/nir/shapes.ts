/**
 * Shapes of every node's input and output, inferred from the Input nodes and the parameters, and checked on every edge.
 * The two axes of convolutions and pools are computed separately (the reference package takes the width for both).
 * Three cases are accepted with a warning, because their meaning is clear: ends of an edge that differ only in axes of
 * size 1 (e.g. a batch of one), a Flatten of some axes in front of a node that takes one axis, and the Input of a
 * nested graph that declares another shape than arrives.
 * Throws: InputError with every edge that joins different shapes, and every node whose shape cannot be known.
 */

import { LAVA_NEURONS, NEURON_TYPES, type NirArray, type NirNode } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { FlatGraph } from "./flatten-hierarchy.js";

export type Shape = readonly number[];

export interface NodeShapes {
  readonly input: Shape;
  readonly output: Shape;
}

interface InferredShapes {
  readonly nodes: ReadonlyMap<string, NodeShapes>;
  /** Assumptions made: e.g. a scalar parameter read as one value for all neurons. */
  readonly warnings: readonly string[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
export const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;
const equal = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);
const squeezed = (shape: Shape): Shape => shape.filter((size) => size !== 1);
const equalButOnes = (a: Shape, b: Shape): boolean => equal(squeezed(a), squeezed(b));

/** Numeric field of a node that the reader has checked. */
export function arrayOf(node: NirNode, field: string): NirArray {
  const value = node.fields.get(field);
  if (value === undefined || typeof value === "string") throw new Error(`nir: ${node.type} without array ${field}`);
  return value;
}

export function inferShapes(graph: FlatGraph, file: string): InferredShapes {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const problem = (path: string, message: string, fix = ""): void => {
    problems.push({ file, line: null, column: null, path, message, fix });
  };
  const shapes = new Map<string, NodeShapes>();
  const failed = new Set<string>();
  const settle = (name: string, node: NirNode, source: Shape | null): boolean => {
    if (shapes.has(name) || failed.has(name)) return false;
    try {
      const found = shapesOf(node, source, (text) => warnings.push(`${name}: ${text}`));
      if (found !== null) shapes.set(name, found);
      return found !== null;
    } catch (error) {
      failed.add(name);
      problem(name, (error as Error).message);
      return false;
    }
  };
  const follow = (): void => {
    for (let moved = true; moved; ) {
      moved = false;
      for (const { from, to } of graph.edges) {
        const source = shapes.get(from);
        const node = graph.nodes.get(to);
        if (source !== undefined && node !== undefined && settle(to, node, source.output)) moved = true;
      }
    }
  };
  const fed = new Set(graph.edges.map(({ to }) => to));
  const isInner = (name: string, { type }: NirNode): boolean => type === "Input" && fed.has(name);
  for (const [name, node] of graph.nodes) if (!isInner(name, node)) settle(name, node, null);
  follow();
  // nodes that only a circle feeds
  for (const [name, node] of graph.nodes) if (settle(name, node, null)) follow();
  for (const name of graph.nodes.keys()) {
    if (!shapes.has(name) && !failed.has(name))
      problem(name, "its shape cannot be inferred: nothing of known shape leads to it", "connect it to an Input node");
  }
  for (const { from, to } of graph.edges) {
    const [a, b] = [shapes.get(from)?.output, shapes.get(to)?.input];
    if (a === undefined || b === undefined || equal(a, b)) continue;
    if (equalButOnes(a, b))
      warnings.push(`edge ${from} -> ${to} joins shape ${shapeText(a)} to shape ${shapeText(b)}: axes of 1 are left out`);
    else if (graph.nodes.get(from)?.type === "Flatten" && squeezed(b).length === 1 && sizeOf(a) === sizeOf(b))
      warnings.push(`edge ${from} -> ${to} joins shape ${shapeText(a)} to shape ${shapeText(b)}: all axes are flattened`);
    else {
      problem(
        "",
        `edge ${from} -> ${to} joins shape ${shapeText(a)} to shape ${shapeText(b)}`,
        "write the file with equal shapes on both ends",
      );
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return { nodes: shapes, warnings };
}

/** null: not known without the source's shape. Throws: Error with the mismatch. */
function shapesOf(node: NirNode, source: Shape | null, warn: (text: string) => void): NodeShapes | null {
  if (node.type === "Input" || node.type === "Output") {
    const shape = possible([...arrayOf(node, "shape").data]);
    if (node.type === "Input" && source !== null && !equalButOnes(shape, source)) {
      warn(`declares shape ${shapeText(shape)}, ${shapeText(source)} arrives and is taken`);
      return { input: source, output: source };
    }
    return { input: shape, output: shape };
  }
  if (node.type === "Affine" || node.type === "Linear") return matrixShapes(node);
  if (node.type === "Conv1d" || node.type === "Conv2d")
    return source === null ? null : convolutionShapes(node, withoutBatch(source, node.type === "Conv1d" ? 2 : 3));
  if (node.type === "SumPool2d" || node.type === "AvgPool2d") return source === null ? null : poolShapes(node, withoutBatch(source, 3));
  if (node.type === "Flatten") return source === null ? null : flattenShapes(node, source);
  return elementwiseShapes(node, source, warn);
}

/** Drops a leading batch of one if there is an axis too many. */
const withoutBatch = (shape: Shape, axisCount: number): Shape =>
  shape.length === axisCount + 1 && shape[0] === 1 ? shape.slice(1) : shape;

function matrixShapes(node: NirNode): NodeShapes {
  const { shape } = arrayOf(node, "weight");
  if (shape.length !== 2) throw new Error(`weight has shape ${shapeText(shape)}, expected [outputs, inputs]`);
  if (node.type === "Affine" && sizeOf(arrayOf(node, "bias").shape) !== shape[0]) {
    throw new Error(`bias has shape ${shapeText(arrayOf(node, "bias").shape)}, expected [${shape[0]}]`);
  }
  return { input: [shape[1]], output: [shape[0]] };
}

/** Options of a convolution or pool with one value per axis. */
export function axes(node: NirNode, field: string, count: number): number[] {
  const { data } = arrayOf(node, field);
  if (data.length !== 1 && data.length !== count) throw new Error(`${field} has ${data.length} values, expected 1 or ${count}`);
  return Array.from({ length: count }, (_, i) => data[data.length === 1 ? 0 : i]);
}

/**
 * Zeros before and after each axis: one number, one per axis, or pairs per axis [axes][2]. If the total is odd, `same`
 * puts the extra zero after, as PyTorch does; it needs stride 1.
 */
export function paddings(node: NirNode, kernel: Shape): { readonly before: number[]; readonly after: number[] } {
  const value = node.fields.get("padding");
  if (typeof value === "string") {
    if (value === "valid") return { before: kernel.map(() => 0), after: kernel.map(() => 0) };
    if (axes(node, "stride", kernel.length).some((s) => s !== 1)) throw new Error('padding "same" needs stride 1');
    const total = axes(node, "dilation", kernel.length).map((d, i) => d * (kernel[i] - 1));
    return { before: total.map((t) => Math.floor(t / 2)), after: total.map((t) => Math.ceil(t / 2)) };
  }
  const { shape, data } = arrayOf(node, "padding");
  if (shape.length === 2 && shape[0] === kernel.length && shape[1] === 2)
    return { before: kernel.map((_, i) => data[2 * i]), after: kernel.map((_, i) => data[2 * i + 1]) };
  const both = axes(node, "padding", kernel.length);
  return { before: both, after: both };
}

function convolutionShapes(node: NirNode, source: Shape): NodeShapes {
  const rank = node.type === "Conv1d" ? 1 : 2;
  const { shape } = arrayOf(node, "weight");
  if (shape.length !== rank + 2) throw new Error(`weight has shape ${shapeText(shape)}, expected ${rank + 2} axes`);
  if (source.length !== rank + 1) throw new Error(`gets shape ${shapeText(source)}, expected channels and ${rank} axes`);
  const [groups, ...others] = arrayOf(node, "groups").data;
  if (others.some((other) => other !== groups)) throw new Error(`groups is ${[groups, ...others].join(", ")}, expected one number`);
  if (source[0] !== shape[1] * groups) throw new Error(`gets ${source[0]} channels, its weight takes ${shape[1] * groups}`);
  if (shape[0] % groups !== 0) throw new Error(`${shape[0]} output channels do not split into ${groups} groups`);
  if (shape.some((size) => size < 1)) throw new Error(`weight has shape ${shapeText(shape)}, which is empty`);
  if (sizeOf(arrayOf(node, "bias").shape) !== shape[0])
    throw new Error(`bias has shape ${shapeText(arrayOf(node, "bias").shape)}, expected [${shape[0]}]`);
  const declared = node.fields.get("input_shape");
  if (declared !== undefined && typeof declared !== "string" && !equal([...declared.data], source.slice(1))) {
    throw new Error(`declares input_shape ${shapeText([...declared.data])} but gets ${shapeText(source.slice(1))}`);
  }
  const kernel = shape.slice(2);
  const stride = axes(node, "stride", rank);
  const dilation = axes(node, "dilation", rank);
  const { before, after } = paddings(node, kernel);
  const out = kernel.map((k, i) => Math.floor((source[i + 1] + before[i] + after[i] - dilation[i] * (k - 1) - 1) / stride[i]) + 1);
  return { input: source, output: possible([shape[0], ...out]) };
}

function poolShapes(node: NirNode, source: Shape): NodeShapes {
  if (source.length !== 3) throw new Error(`gets shape ${shapeText(source)}, expected [channels, height, width]`);
  const [kernel, stride, padding] = ["kernel_size", "stride", "padding"].map((field) => axes(node, field, 2));
  const out = kernel.map((k, i) => Math.floor((source[i + 1] + 2 * padding[i] - k) / stride[i]) + 1);
  return { input: source, output: possible([source[0], ...out]) };
}

function flattenShapes(node: NirNode, arrives: Shape): NodeShapes {
  const type = node.fields.get("input_type");
  const declared = type === undefined || typeof type === "string" ? arrives : [...type.data];
  // a batch of any size is written as 0; start_dim and end_dim count its axes too
  const batch = declared.length === arrives.length + 1 && declared[0] === 0 ? [1] : [];
  // zeros alone say only how many axes there are
  const saysSizes = declared.length !== batch.length + arrives.length || declared.some((size) => size !== 0);
  const source = [...batch, ...(saysSizes ? declared.slice(batch.length) : arrives)];
  if (!equalButOnes(source, arrives)) throw new Error(`declares input_type ${shapeText(declared)} but gets ${shapeText(arrives)}`);
  const axis = (field: string): number => {
    const value = arrayOf(node, field).data[0];
    const index = value < 0 ? value + source.length : value;
    if (index < 0 || index >= source.length) throw new Error(`${field} ${value} is outside shape ${shapeText(source)}`);
    return index;
  };
  const [start, end] = [axis("start_dim"), axis("end_dim")];
  if (start > end) throw new Error(`start_dim ${start} is after end_dim ${end}`);
  return { input: source, output: [...source.slice(0, start), sizeOf(source.slice(start, end + 1)), ...source.slice(end + 1)] };
}

/** Neurons, Scale, Delay, Threshold: all parameters must have one shape; single values apply to all. */
function elementwiseShapes(node: NirNode, source: Shape | null, warn: (text: string) => void): NodeShapes | null {
  if (LAVA_NEURONS.has(node.type)) return source === null ? null : { input: source, output: source };
  let shape: Shape | null = null;
  const single: string[] = [];
  for (const [field, value] of node.fields) {
    if (typeof value === "string") continue;
    if (sizeOf(value.shape) === 1) single.push(field);
    else if (shape === null) shape = value.shape;
    else if (!equal(shape, value.shape))
      throw new Error(`parameters have shapes ${shapeText(shape)} and ${shapeText(value.shape)}, expected one`);
  }
  const found: Shape | null = shape ?? source;
  if (found === null) return null;
  const spread = single.filter((field) => sizeOf(found) !== 1 || arrayOf(node, field).shape.length === 0);
  if (spread.length > 0)
    warn(`${spread.join(", ")} given as one value, taken for all ${sizeOf(found)}${NEURON_TYPES.has(node.type) ? " neurons" : ""}`);
  return { input: found, output: found };
}

/** Largest number of values of a node in a step: 512 MiB of float64. */
const LARGEST_SIZE = powerOfTwo(26);

function possible(shape: Shape): Shape {
  if (shape.some((size) => size < 1)) throw new Error(`its output would have shape ${shapeText(shape)}`);
  if (!(sizeOf(shape) <= LARGEST_SIZE)) throw new Error(`shape ${shapeText(shape)} is more than ${LARGEST_SIZE} values`);
  return shape;
}

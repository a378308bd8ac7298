/**
 * Nodes without neuron states: weights, pools, reshaping, delays. Event-driven over the non-zero inputs, in float64.
 * Convolutions as in PyTorch (cross-correlation, zero padding); AvgPool2d counts the padding; Threshold is a strict >.
 */

import type { NirNode, Plane, SharedKernel } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import type { NirOptions } from "./options.js";
import { arrayOf, axes, type NodeShapes, paddings, type Shape, sizeOf } from "./shapes.js";

export interface Operator {
  step(input: Float64Array, output: Float64Array): void;
  reset(): void;
  /** Only for delays: gives the output of a step before the input of that step is known. */
  readonly begin: ((output: Float64Array) => void) | null;
  /**
   * Calls `meet` with every output that input `index` can change, and with its factor: the weight (not zero), the
   * window's factor, or 1.
   */
  readonly targets: (index: number, meet: (output: number, factor: number) => void) => void;
  /** By input: number of its non-zero weights; null if the node has no weights. */
  readonly fanOut: Float64Array | null;
  /** Number of weights of all inputs together, zero or not, without padding. */
  readonly denseOperations: number;
  /** Kernel of a convolution or a pool. */
  readonly kernel?: KernelShape;
}

/** The kernel of a convolution, or of a pool, which has one kernel per channel. */
export interface KernelShape extends Omit<SharedKernel, "sourceArea" | "entering"> {
  /** [source channels][target channels of its group][taps], with taps counted backwards. */
  readonly weights: Float64Array;
}

const nothing = (): void => {};
const itself: Operator["targets"] = (index, meet) => meet(index, 1);

/** Steps by which a Delay node delays each input. */
export function delaySteps(node: NirNode, count: number, options: NirOptions): Int32Array {
  const { data } = arrayOf(node, "delay");
  return Int32Array.from({ length: count }, (_, i) => Math.round(data[data.length === 1 ? 0 : i] / options.dtSeconds));
}

export function createOperator(node: NirNode, shapes: NodeShapes, options: NirOptions): Operator {
  const plain = (step: Operator["step"], targets: Operator["targets"] = itself): Operator => ({
    step,
    targets,
    reset: nothing,
    begin: null,
    fanOut: null,
    denseOperations: 0,
  });
  if (node.type === "Affine" || node.type === "Linear") return createMatrix(node);
  if (node.type === "Conv1d" || node.type === "Conv2d") return createConvolution(node, shapes);
  if (node.type === "SumPool2d" || node.type === "AvgPool2d")
    return { ...plain(poolStep(node, shapes), poolTargets(node, shapes)), ...poolKernel(node, shapes) };
  if (node.type === "Delay") return createDelay(node, sizeOf(shapes.input), options);
  if (node.type === "Scale" || node.type === "Threshold") {
    const { data } = arrayOf(node, node.type === "Scale" ? "scale" : "threshold");
    const at = (i: number): number => data[data.length === 1 ? 0 : i];
    if (node.type === "Scale") {
      return plain(
        (input, output) => {
          for (let i = 0; i < output.length; i++) output[i] = at(i) * input[i];
        },
        (index, meet) => meet(index, at(index)),
      );
    }
    return plain((input, output) => {
      for (let i = 0; i < output.length; i++) output[i] = input[i] > at(i) ? 1 : 0;
    });
  }
  return plain((input, output) => output.set(input));
}

function createMatrix(node: NirNode): Operator {
  const weight = arrayOf(node, "weight");
  const [rows, columns] = weight.shape;
  const bias = node.type === "Affine" ? arrayOf(node, "bias").data : new Float64Array(rows);
  const byInput = new Float64Array(rows * columns);
  const fanOut = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const w = weight.data[row * columns + column];
      byInput[column * rows + row] = w;
      if (w !== 0) fanOut[column]++;
    }
  }
  return {
    reset: nothing,
    begin: null,
    fanOut,
    targets(index, meet) {
      for (let row = 0; row < rows; row++) {
        const factor = byInput[index * rows + row];
        if (factor !== 0) meet(row, factor);
      }
    },
    denseOperations: rows * columns,
    step(input, output) {
      output.set(bias);
      for (let i = 0; i < columns; i++) {
        const x = input[i];
        if (x === 0) continue;
        for (let row = 0; row < rows; row++) output[row] += byInput[i * rows + row] * x;
      }
    },
  };
}

/** A Conv1d is a Conv2d of height 1. */
function createConvolution(node: NirNode, shapes: NodeShapes): Operator {
  const weight = arrayOf(node, "weight");
  const rank = weight.shape.length - 2;
  const two = (values: readonly number[], otherwise: number): readonly number[] => (rank === 1 ? [otherwise, ...values] : values);
  const spatial = (shape: Shape): readonly number[] => two(shape.slice(1), 1);
  const kernel = two(weight.shape.slice(2), 1);
  const stride = two(axes(node, "stride", rank), 1);
  const dilation = two(axes(node, "dilation", rank), 1);
  const before = two(paddings(node, weight.shape.slice(2)).before, 0);
  const [height, width] = spatial(shapes.input);
  const [outHeight, outWidth] = spatial(shapes.output);
  const groups = arrayOf(node, "groups").data[0];
  const perGroup = weight.shape[0] / groups;
  const channels = weight.shape[1];
  const bias = arrayOf(node, "bias").data;
  const area = outHeight * outWidth;

  /** Calls `meet(ky, kx, oy, ox)` for every position of the kernel that covers (y, x). */
  const positions = (y: number, x: number, meet: (ky: number, kx: number, oy: number, ox: number) => void): void => {
    for (let ky = 0; ky < kernel[0]; ky++) {
      const top = y + before[0] - ky * dilation[0];
      const oy = top / stride[0];
      if (top < 0 || top % stride[0] !== 0 || oy >= outHeight) continue;
      for (let kx = 0; kx < kernel[1]; kx++) {
        const left = x + before[1] - kx * dilation[1];
        const ox = left / stride[1];
        if (left >= 0 && left % stride[1] === 0 && ox < outWidth) meet(ky, kx, oy, ox);
      }
    }
  };
  /** Calls `meet(output index, weight index)` for every weight of input (channel, y, x). */
  const taps = (channel: number, y: number, x: number, meet: (output: number, weight: number) => void): void => {
    const group = Math.floor(channel / channels);
    positions(y, x, (ky, kx, oy, ox) => {
      for (let o = group * perGroup; o < (group + 1) * perGroup; o++) {
        meet(o * area + oy * outWidth + ox, ((o * channels + (channel % channels)) * kernel[0] + ky) * kernel[1] + kx);
      }
    });
  };
  // number of weights by input: a position of the kernel has the same number wherever it applies
  const places = kernel[0] * kernel[1];
  /** [channel within its group of outputs][ky][kx] number of non-zero weights */
  const effective = new Float64Array(channels * groups * places);
  for (const [w, value] of weight.data.entries()) {
    const group = Math.floor(w / (channels * places * perGroup));
    if (value !== 0) effective[group * channels * places + (w % (channels * places))]++;
  }
  const fanOut = new Float64Array(sizeOf(shapes.input));
  let denseOperations = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      positions(y, x, (ky, kx) => {
        denseOperations += weight.shape[0] * channels;
        for (let channel = 0; channel < channels * groups; channel++)
          fanOut[(channel * height + y) * width + x] += effective[channel * places + ky * kernel[1] + kx];
      });
    }
  }
  const each = (visit: (index: number, channel: number, y: number, x: number) => void): void => {
    for (let i = 0; i < fanOut.length; i++) visit(i, Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width);
  };
  const weights = new Float64Array(weight.data.length);
  for (let channel = 0, at = 0; channel < channels * groups; channel++) {
    const first = Math.floor(channel / channels) * perGroup;
    for (let o = first; o < first + perGroup; o++)
      for (let tap = places - 1; tap >= 0; tap--) weights[at++] = weight.data[(o * channels + (channel % channels)) * places + tap];
  }
  return {
    kernel: {
      ...{ sourceChannels: channels * groups, targetChannels: weight.shape[0], targetArea: area, groups, taps: places },
      ...{ input: [height, width], output: [outHeight, outWidth], size: [kernel[0], kernel[1]] },
      ...{ stride: [stride[0], stride[1]], dilation: [dilation[0], dilation[1]], padding: [before[0], before[1]] },
      weights,
      present: weights.includes(0) ? Uint8Array.from(weights, (w) => Number(w !== 0)) : null,
      windowTaps: null,
    },
    reset: nothing,
    begin: null,
    fanOut,
    denseOperations,
    targets(index, meet) {
      taps(Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width, (o, w) => {
        if (weight.data[w] !== 0) meet(o, weight.data[w]);
      });
    },
    step(input, output) {
      for (let o = 0; o < bias.length; o++) output.fill(bias[o], o * area, (o + 1) * area);
      each((index, channel, y, x) => {
        const value = input[index];
        if (value === 0) return;
        taps(channel, y, x, (o, w) => {
          output[o] += weight.data[w] * value;
        });
      });
    },
  };
}

/** Factor with which an input enters each of its windows. */
function poolFactor(node: NirNode): number {
  const [height, width] = axes(node, "kernel_size", 2);
  return node.type === "AvgPool2d" ? 1 / (height * width) : 1;
}

/** Largest number of weights of a kernel: a file may contain any window. */
export const MOST_KERNEL_WEIGHTS = powerOfTwo(24);

function poolKernel(node: NirNode, shapes: NodeShapes): { readonly kernel?: KernelShape } {
  const [size, stride, padding] = ["kernel_size", "stride", "padding"].map((field): Plane => {
    const [height, width] = axes(node, field, 2);
    return [height, width];
  });
  const [channels, height, width] = shapes.input;
  const [, outHeight, outWidth] = shapes.output;
  const taps = size[0] * size[1];
  if (channels * taps > MOST_KERNEL_WEIGHTS) return {};
  const kernel: KernelShape = {
    ...{ sourceChannels: channels, targetChannels: channels, groups: channels, targetArea: outHeight * outWidth, taps },
    ...{ input: [height, width], output: [outHeight, outWidth], size, stride, dilation: [1, 1], padding },
    ...{ weights: new Float64Array(channels * taps).fill(poolFactor(node)), present: null, windowTaps: null },
  };
  return { kernel };
}

function poolStep(node: NirNode, shapes: NodeShapes): Operator["step"] {
  const [kernel, stride, padding] = ["kernel_size", "stride", "padding"].map((field) => axes(node, field, 2));
  const [channels, height, width] = shapes.input;
  const [, outHeight, outWidth] = shapes.output;
  const scale = poolFactor(node);
  return (input, output) => {
    for (let o = 0; o < channels * outHeight * outWidth; o++) {
      const channel = Math.floor(o / (outHeight * outWidth));
      const top = (Math.floor(o / outWidth) % outHeight) * stride[0] - padding[0];
      const left = (o % outWidth) * stride[1] - padding[1];
      let sum = 0;
      for (let y = Math.max(0, top); y < Math.min(height, top + kernel[0]); y++) {
        for (let x = Math.max(0, left); x < Math.min(width, left + kernel[1]); x++) sum += input[(channel * height + y) * width + x];
      }
      output[o] = sum * scale;
    }
  };
}

/** Windows that contain an input. */
function poolTargets(node: NirNode, shapes: NodeShapes): Operator["targets"] {
  const [kernel, stride, padding] = ["kernel_size", "stride", "padding"].map((field) => axes(node, field, 2));
  const [, height, width] = shapes.input;
  const [, outHeight, outWidth] = shapes.output;
  const first = (at: number, axis: number): number => Math.max(0, Math.ceil((at + padding[axis] - kernel[axis] + 1) / stride[axis]));
  const last = (at: number, axis: number, count: number): number => Math.min(count - 1, Math.floor((at + padding[axis]) / stride[axis]));
  const factor = poolFactor(node);
  return (index, meet) => {
    const channel = Math.floor(index / (height * width));
    const [row, column] = [Math.floor(index / width) % height, index % width];
    for (let y = first(row, 0); y <= last(row, 0, outHeight); y++) {
      for (let x = first(column, 1); x <= last(column, 1, outWidth); x++) meet((channel * outHeight + y) * outWidth + x, factor);
    }
  };
}

/** Keeps the inputs of the last steps in a ring; `step` must be called in every step. */
function createDelay(node: NirNode, count: number, options: NirOptions): Operator {
  const steps = delaySteps(node, count, options);
  const length = steps.reduce((most, step) => Math.max(most, step), 0) + 1;
  const ring = new Float64Array(length * count);
  let at = 0;
  const read = (output: Float64Array): void => {
    for (let i = 0; i < count; i++) output[i] = ring[((at - steps[i] + length) % length) * count + i];
  };
  return {
    begin: read,
    targets: itself,
    fanOut: null,
    denseOperations: 0,
    reset() {
      ring.fill(0);
      at = 0;
    },
    step(input, output) {
      ring.set(input, at * count);
      read(output);
      at = (at + 1) % length;
    },
  };
}

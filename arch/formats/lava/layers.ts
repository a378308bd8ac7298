/** Reads layers of a Lava file as nodes: one entry per type, with its allowed keys. Shapes are [channels, y, x]. */
import { powerOfTwo } from "../../../base/math.js";
import { type NirArray, type NirNode, nirArray } from "../nir/graph.js";
import type { LavaArray, LavaGroup } from "./group.js";
import { type LoihiNeuron, loihiNode, USUAL_EXPONENT } from "./loihi-node.js";
import { STATE_UNIT, sigmaDeltaNode, USUAL_MESSAGE_BITS } from "./sigma-delta-node.js";

/** Nodes of a layer, in order; null: it has no such node. */
export interface Layer {
  readonly port: NirNode | null;
  readonly weights: NirNode | null;
  readonly neurons: NirNode | null;
  readonly delay: NirNode | null;
  readonly shape: readonly number[];
}

interface Before {
  /** Shape of the previous layer's output. */
  readonly shape: readonly number[];
  /** Number of previous layers of neurons. */
  readonly depth: number;
}

interface LayerType {
  readonly keys: readonly string[];
  /** null: a problem was found. */
  readonly read: (layer: LavaGroup, before: Before) => Layer | null;
}

/** Least and largest size of an axis; a file with another size is damaged. */
const AXIS: readonly [number, number] = [1, 1_048_576];
const DECAY: readonly [number, number] = [0, 4096];
/** As many as a dense layer of a file may hold. */
const MOST_WEIGHTS = powerOfTwo(25);
/** Largest voltage of Loihi: with a higher threshold no neuron spikes. */
const VOLTAGE_MOST = powerOfTwo(23) - 1;

const node = (type: string, fields: { readonly [name: string]: NirArray }): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
  metadata: new Map(),
  graph: null,
});
const whole = (values: Iterable<number>, shape: readonly number[]): NirArray => nirArray(values, shape, "i8");
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const LAYERS: { readonly [type: string]: LayerType } = {
  input: { keys: ["type", "shape", "neuron", "weight", "bias"], read: input },
  dense: {
    keys: ["type", "shape", "neuron", "weight", "bias", "delay", "inFeatures", "outFeatures"],
    read: (layer, before) => {
      const weight = layer.integers("weight");
      const shape = [sizeOf(shapeOf(layer))];
      const inputs = sizeOf(before.shape);
      if (weight === null || !fits(layer, weight, [shape[0], inputs])) return null;
      agrees(layer, "inFeatures", inputs);
      agrees(layer, "outFeatures", shape[0]);
      return withNeurons(layer, before, shape, affine(layer, weight, [shape[0], inputs]), INTEGRATOR);
    },
  },
  conv: {
    keys: [
      ...["type", "shape", "neuron", "weight", "bias", "delay", "stride", "padding", "dilation", "groups", "kernelSize"],
      ...["inChannels", "outChannels"],
    ],
    read: convolution,
  },
  pool: { keys: ["type", "shape", "neuron", "weight", "bias", "delay", "stride", "padding", "dilation", "kernelSize"], read: pool },
  flatten: {
    keys: ["type", "shape"],
    read: (layer, { shape }) => {
      const values = sizeOf(shapeOf(layer));
      if (values !== sizeOf(shape)) layer.problem("shape", `holds ${values} values, but ${sizeOf(shape)} arrive`, MUST_FIT);
      return {
        ...{ port: null, neurons: null, delay: null, shape: [sizeOf(shape)] },
        weights: node("Flatten", { start_dim: whole([0], []), end_dim: whole([-1], []) }),
      };
    },
  },
  // sums over the outputs' groups: Lava's mean times the size of a group
  average: {
    keys: ["type", "shape"],
    read: (layer, before) => {
      const shape = [sizeOf(shapeOf(layer))];
      const [outputs] = shape;
      const inputs = sizeOf(before.shape);
      if (inputs % outputs !== 0) layer.problem("shape", `averages ${inputs} neurons into ${outputs}, which does not divide ${inputs}`);
      if (inputs * outputs > MOST_WEIGHTS) {
        layer.problem(
          "shape",
          `averages ${inputs} neurons into ${outputs}: with zeros ${inputs * outputs} weights, at most ${MOST_WEIGHTS} are kept`,
        );
        return null;
      }
      const ones = Array.from({ length: outputs * inputs }, (_, i) =>
        Number(Math.floor((i % inputs) / (inputs / outputs)) === Math.floor(i / inputs)),
      );
      return { port: null, weights: node("Linear", { weight: nirArray(ones, [outputs, inputs]) }), neurons: null, delay: null, shape };
    },
  },
};

/** The node that Lava adds after a dense layer without neurons: an integrator that never spikes. */
const INTEGRATOR: Omit<LoihiNeuron, "layer"> = {
  iDecay: 0,
  vDecay: 4096,
  vThreshold: VOLTAGE_MOST,
  weightExponent: USUAL_EXPONENT,
  refractory: 1,
};

function shapeOf(layer: LavaGroup): readonly number[] {
  const found = layer.integers("shape");
  if (found === null) return [1];
  const shape = [...found.data];
  if (shape.length >= 1 && shape.length <= 3 && shape.every((size) => size >= AXIS[0] && size <= AXIS[1])) return shape;
  layer.problem("shape", `is ${shape.slice(0, 4).join(", ")}, expected one to three sizes from 1 to ${AXIS[1]}`);
  return [1];
}

const MUST_FIT = "layers must fit each other";

/** Checks a number that other values of the layer give too. */
function agrees(layer: LavaGroup, name: string, expected: number): void {
  if (!layer.has(name)) return;
  const found = layer.whole(name, AXIS);
  if (found !== expected) layer.problem(name, `is ${found}, but its layer has ${expected}`, MUST_FIT);
}

/**
 * Checks the shape of weights. Trailing axes of size 1 (time, in Lava's layers) are ignored; a single axis has the
 * values in this order.
 */
function fits(layer: LavaGroup, { data, shape: found }: LavaArray, shape: readonly number[]): boolean {
  const isFlat = found.length <= 1 && data.length === sizeOf(shape);
  if (isFlat || withoutTime(found) === withoutTime(shape)) return true;
  const has = data.length === sizeOf(shape) ? `has shape [${found.join(", ")}]` : `holds ${data.length} values`;
  layer.problem("weight", `${has}, expected [${shape.join(", ")}]`, MUST_FIT);
  return false;
}

const withoutTime = (shape: readonly number[]): string => shape.join(" ").replace(/( 1)+$/, "");

/** The port of a network whose first layer is dense: as wide as its weights; null: a problem was found. */
export function denseInput(layer: LavaGroup): Layer | null {
  const weight = layer.integers("weight");
  if (weight === null) return null;
  const inputs = layer.has("inFeatures") ? layer.whole("inFeatures", AXIS) : weight.data.length / sizeOf(shapeOf(layer));
  const port = node("Input", { shape: whole([inputs], [1]) });
  return { port, weights: null, neurons: null, delay: null, shape: [inputs] };
}

function input(layer: LavaGroup): Layer {
  const shape = shapeOf(layer);
  const neuron = layer.inner("neuron");
  const one = (name: string, otherwise: number): NirArray => {
    const data = layer.has(name) ? (layer.integers(name)?.data ?? [0]) : [otherwise];
    if (data.some((value) => value !== data[0])) layer.problem(name, `holds ${data.length} different values, expected one for all inputs`);
    return nirArray([data[0]], [], "f8");
  };
  // an input layer without neurons takes spikes
  for (const name of ["weight", "bias"])
    if (neuron === null && layer.has(name)) layer.problem(name, "is not read", "only an input layer with neurons scales its inputs");
  const transform = neuron === null ? {} : { scale: one("weight", 64), offset: one("bias", 0) };
  return {
    port: node("Input", { shape: whole(shape, [shape.length]), ...transform }),
    weights: null,
    neurons: neuron === null ? null : neurons(neuron, 0, true),
    delay: null,
    shape,
  };
}

function convolution(layer: LavaGroup, before: Before): Layer | null {
  const shape = shapeOf(layer);
  const groups = layer.whole("groups", AXIS, 1);
  const [kernel, weight] = [kernelOf(layer), layer.integers("weight")];
  if (before.shape.length !== 3 || shape.length !== 3) layer.problem("shape", "needs a picture as input", "expected channels, y, x");
  if (weight === null || kernel === null || before.shape.length !== 3) return null;
  for (const [channels, what] of [
    [before.shape[0], "arrive"],
    [shape[0], "leave"],
  ] as const)
    if (channels % groups !== 0) {
      layer.problem("groups", `is ${groups}, which does not divide the ${channels} channels that ${what}`, MUST_FIT);
      return null;
    }
  const expected = [shape[0], before.shape[0] / groups, ...kernel];
  if (!fits(layer, weight, expected)) return null;
  agrees(layer, "inChannels", before.shape[0]);
  agrees(layer, "outChannels", shape[0]);
  checkWindows(layer, before.shape, kernel, shape);
  return withNeurons(layer, before, shape, convolutionNode(layer, nirArray(weight.data, expected), shape[0], groups), null);
}

/** A Lava pool has a weight per tap and its own neurons: a convolution per channel. */
function pool(layer: LavaGroup, before: Before): Layer | null {
  const shape = shapeOf(layer);
  const [kernel, weight] = [kernelOf(layer), layer.integers("weight")];
  if (weight === null || kernel === null || before.shape.length !== 3) return null;
  if (!fits(layer, weight, [1, 1, ...kernel])) return null;
  const [channels] = before.shape;
  checkWindows(layer, before.shape, kernel, [channels, ...shape.slice(1)]);
  if (shape[0] !== channels) layer.problem("shape", `has ${shape[0]} channels, but ${channels} arrive`, MUST_FIT);
  const all = Array.from({ length: channels }, () => [...weight.data]).flat();
  return withNeurons(layer, before, shape, convolutionNode(layer, nirArray(all, [channels, 1, ...kernel]), channels, channels), null);
}

/** Checks that `shape`, which the file declares, is the number of windows that the other values give. */
function checkWindows(layer: LavaGroup, [, ...extent]: readonly number[], kernel: readonly number[], shape: readonly number[]): void {
  const [stride, padding, dilation] = [axesOf(layer, "stride", 1, 1), axesOf(layer, "padding", 0, 0), axesOf(layer, "dilation", 1, 1)];
  const windows = kernel.map((taps, a) => Math.floor((extent[a] + 2 * padding[a] - dilation[a] * (taps - 1) - 1) / stride[a]) + 1);
  if (windows.some((count) => count < 1))
    layer.problem("kernelSize", `of ${kernel.join(" x ")} exceeds the picture of ${extent.join(" x ")}`, MUST_FIT);
  else if (windows.some((count, a) => count !== shape[a + 1]))
    layer.problem("shape", `is ${shape.join(", ")}, but its kernel gives ${[shape[0], ...windows].join(", ")}`, MUST_FIT);
}

const axesOf = (layer: LavaGroup, name: string, low: number, otherwise: number): readonly [number, number] =>
  layer.has(name) ? layer.axes(name, low) : [otherwise, otherwise];

/** Size [y, x] of the kernel: from its key, else from the last axes of the weights. */
function kernelOf(layer: LavaGroup): readonly [number, number] | null {
  if (layer.has("kernelSize")) return layer.axes("kernelSize", 1);
  const shape = layer.integers("weight")?.shape ?? [];
  if (shape.length >= 4) return [shape[2], shape[3]];
  layer.problem("weight", `has shape [${shape.join(", ")}], expected [outputs, inputs, y, x]`);
  return null;
}

function convolutionNode(layer: LavaGroup, weight: NirArray, channels: number, groups: number): NirNode {
  const axes = (name: string, low: number, otherwise: number): NirArray => whole(axesOf(layer, name, low, otherwise), [2]);
  return node("Conv2d", {
    weight,
    bias: biasOf(layer, channels),
    stride: axes("stride", 1, 1),
    padding: axes("padding", 0, 0),
    dilation: axes("dilation", 1, 1),
    groups: whole([groups], []),
  });
}

function affine(layer: LavaGroup, weight: LavaArray, shape: readonly [number, number]): NirNode {
  return node("Affine", { weight: nirArray(weight.data, shape), bias: biasOf(layer, shape[0]) });
}

function biasOf(layer: LavaGroup, count: number): NirArray {
  const found = layer.has("bias") ? layer.integers("bias") : null;
  if (found !== null && found.data.length !== count && found.data.length !== 1)
    layer.problem("bias", `holds ${found.data.length} values, expected ${count}`);
  return nirArray(
    Array.from({ length: count }, (_, i) => found?.data[found.data.length === 1 ? 0 : i] ?? 0),
    [count],
  );
}

function withNeurons(
  layer: LavaGroup,
  { depth }: Before,
  shape: readonly number[],
  weights: NirNode,
  otherwise: Omit<LoihiNeuron, "layer"> | null,
): Layer {
  const neuron = layer.inner("neuron");
  if (neuron === null && otherwise === null) layer.problem("neuron", "is missing, expected a group");
  const made = neuron === null ? loihiNode({ ...(otherwise ?? INTEGRATOR), layer: depth }) : neurons(neuron, depth, false);
  if (made.type === "Sigma" && layer.has("bias"))
    layer.problem("bias", "is not read", "only a layer that is read out as a sum has no neurons");
  return { port: null, weights, neurons: made, delay: delayOf(layer, shape), shape };
}

const NEURON_KEYS = [
  "type",
  "iDecay",
  "vDecay",
  "vThMant",
  "refDelay",
  "wgtExp",
  "theta",
  "tauRho",
  "scaleRho",
  "gradedSpike",
  "messageBits",
];

const SIGMA_DELTA_KEYS = ["type", "vThMant", "activation", "sigma_output", "messageBits"];
/** Spikes are stored in words of 16 bits. */
const MESSAGE_BITS: readonly [number, number] = [2, 16];

function neurons(neuron: LavaGroup, depth: number, isInput: boolean): NirNode {
  const type = neuron.text("type");
  if (type === "SDNN") return sigmaDelta(neuron, isInput);
  if (type !== "LOIHI" && type !== "CUBA")
    neuron.problem("type", `is ${JSON.stringify(type)}, expected LOIHI, CUBA or SDNN`, "other neurons of Lava cannot be read");
  else {
    neuron.refuseOthers(NEURON_KEYS);
    for (const name of ["gradedSpike", "messageBits"])
      if (neuron.has(name) && neuron.whole(name, [0, 32]) !== 0) neuron.problem(name, "says that spikes are graded, which cannot be read");
  }
  return loihiNode({
    iDecay: neuron.whole("iDecay", DECAY),
    vDecay: neuron.whole("vDecay", DECAY),
    vThreshold: Math.min(VOLTAGE_MOST, 64 * neuron.whole("vThMant", [0, powerOfTwo(24)])),
    weightExponent: USUAL_EXPONENT + neuron.whole("wgtExp", [-USUAL_EXPONENT, 7], 0),
    refractory: neuron.whole("refDelay", [1, 64], 1),
    layer: depth,
  });
}

function sigmaDelta(neuron: LavaGroup, isInput: boolean): NirNode {
  neuron.refuseOthers(SIGMA_DELTA_KEYS);
  const isOutput = neuron.has("sigma_output");
  if (!isInput && !isOutput && neuron.has("activation")) {
    const activation = neuron.text("activation");
    if (activation !== "relu")
      neuron.problem("activation", `is ${JSON.stringify(activation)}, expected relu`, "other activations cannot be read");
  }
  return sigmaDeltaNode(
    isInput ? "Delta" : isOutput ? "Sigma" : "SigmaDelta",
    neuron.whole("vThMant", [0, Math.floor(VOLTAGE_MOST / STATE_UNIT)]),
    neuron.whole("messageBits", MESSAGE_BITS, USUAL_MESSAGE_BITS),
  );
}

const MOST_DELAY = 62;

/** Axonal delays in whole steps: one for all neurons, per channel, or per neuron. */
function delayOf(layer: LavaGroup, shape: readonly number[]): NirNode | null {
  if (!layer.has("delay")) return null;
  const found = layer.integers("delay");
  const count = sizeOf(shape);
  if (found === null) return null;
  const { data } = found;
  const lengths = [...new Set([1, shape[0], count])];
  const odd = data.find((d) => d < 0 || d > MOST_DELAY);
  if (!lengths.includes(data.length)) layer.problem("delay", `holds ${data.length} values, expected ${lengths.join(" or ")}`);
  if (odd !== undefined) layer.problem("delay", `is ${odd} steps, expected 0 to ${MOST_DELAY}`);
  if (!lengths.includes(data.length) || odd !== undefined) return null;
  const each = count / data.length;
  return node("Delay", {
    delay: nirArray(
      Array.from({ length: count }, (_, n) => data[Math.floor(n / each)]),
      shape,
    ),
  });
}

/**
 * Our networks as NIR graphs. NIR has no multi-bit spikes and no gated leak, so each layer becomes the nearest
 * primitive (`lif`: a CubaLIF whose current keeps the share tau per step; `rec-v1/v2`: an IF driven by the candidate
 * gate). The whole network is stored in `metadata/snn_dse`, from which `importNetwork` restores it exactly. Other tools
 * see binary spikes of that approximation.
 * Shapes: weights [outputs, inputs], batch norm folded. Throws: InputError for gru and lstm, which NIR cannot express.
 */

import {
  type BatchNorm,
  type CellKernel,
  folded,
  type Gate,
  kernelOf,
  type Network,
  type NetworkLayer,
  type NirArray,
  type NirEdge,
  type NirFile,
  type NirMetadata,
  type NirNode,
  type NirValue,
  nirArray,
  OWN_NETWORK_KEY,
  type Quantiser,
  stepOf,
} from "../../arch/index.js";
import { existing } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";

interface NirExport {
  readonly file: NirFile;
  /** What other tools will not see. */
  readonly warnings: readonly string[];
}

const VERSION = "1.0.7";
/** Step rules for which NIR has a similar node. */
const PRIMITIVES: ReadonlySet<CellKernel | null> = new Set(["lif", "rec"] as const);
const none: NirMetadata = new Map();

/** The graph of `network`; `dtSeconds`: duration of one frame, which NIR's time constants need. */
export function exportNetwork(network: Network, dtSeconds: number): NirExport {
  if (network.encoder === null || !PRIMITIVES.has(kernelOf(network.system)))
    throw inputError(network.name, `NIR has no node for a ${network.system} cell`, "export a lif, rec-v1 or rec-v2 model");
  const nodes = new Map<string, NirNode>([["input", node("Input", { shape: nirArray([network.inputs], [1], "i8") })]]);
  const edges: NirEdge[] = [];
  const chain = (from: string, to: string): string => {
    edges.push({ from, to });
    return to;
  };
  nodes.set("encoder", integrator(network.inputs, network.encoder));
  let last = chain("input", "encoder");
  for (const [index, layer] of network.layers.entries()) {
    const name = `layer${index + 1}`;
    const gate = layer.gates[layer.gates.length - 1];
    const { tau } = layer.perNeuron;
    nodes.set(`${name}.input`, affine(gate.inputWeights, gate.inputNorm, layer.inputs));
    const quantiser = existing(layer.quantiser, `quantiser of ${name}`);
    nodes.set(name, tau === undefined ? integrator(layer.neurons, quantiser) : filtered(layer, quantiser, tau, dtSeconds));
    last = chain(chain(last, `${name}.input`), name);
    if (gate.recurrentWeights !== null) {
      nodes.set(`${name}.recurrent`, node("Linear", { weight: nirArray(gate.recurrentWeights, [layer.neurons, layer.neurons]) }));
      chain(chain(name, `${name}.recurrent`), name);
    }
  }
  const width = network.layers[network.layers.length - 1].neurons;
  nodes.set("readout", affine(network.readout.weights, network.readout.norm, width));
  nodes.set("output", node("Output", { shape: nirArray([network.classes], [1], "i8") }));
  chain(chain(last, "readout"), "output");
  const tensors = new Map<string, NirArray>();
  const description = canonicalJson(describe(network, tensors));
  const metadata = new Map<string, NirValue | NirMetadata>([
    [
      OWN_NETWORK_KEY,
      new Map<string, NirValue | NirMetadata>([
        ["description", description],
        ["tensors", tensors],
      ]),
    ],
  ]);
  const warnings = [
    "NIR has binary spikes only: other tools will not see the multi-bit payloads, only metadata/snn_dse keeps them",
    ...(kernelOf(network.system) === "lif" ? [] : [`NIR has no gated leak: gate z of every layer is in metadata/snn_dse only`]),
    ...(network.outputDelayFrames === 0
      ? []
      : [
          `NIR has no output delay: answers come ${network.outputDelayFrames} ${network.outputDelayFrames === 1 ? "frame" : "frames"} late, which only metadata/snn_dse says`,
        ]),
  ];
  return { file: { version: VERSION, graph: { nodes, edges, metadata } }, warnings };
}

/**
 * The network stored in a file that `exportNetwork` wrote; null if there is none. Throws: InputError if it is damaged.
 */
export function importNetwork(file: NirFile, name: string): Network | null {
  const kept = file.graph.metadata.get(OWN_NETWORK_KEY);
  if (kept === undefined || typeof kept === "string" || "data" in kept) return null;
  const description = kept.get("description");
  const tensors = kept.get("tensors");
  if (typeof description !== "string" || tensors === undefined || typeof tensors === "string" || "data" in tensors) {
    throw inputError(name, "lacks description or tensors", "export the model again", `metadata/${OWN_NETWORK_KEY}`);
  }
  try {
    return rebuild(JSON.parse(description) as KeptNetwork, (tensor) => {
      const value = tensors.get(tensor);
      if (value === undefined || typeof value === "string" || !("data" in value)) throw new Error(`tensor ${tensor} is missing`);
      return Float32Array.from(value.data);
    });
  } catch (error) {
    throw inputError(name, (error as Error).message, "export the model again", `metadata/${OWN_NETWORK_KEY}`);
  }
}

function node(type: string, fields: { readonly [field: string]: NirValue }): NirNode {
  return { type, fields: new Map(Object.entries(fields)), metadata: none, graph: null };
}

const constant = (count: number, value: number): NirArray => nirArray(new Float32Array(count).fill(value), [count]);

/** A neuron that fires above theta payload units and keeps the rest: the nearest binary neuron to a spike quantiser. */
function integrator(count: number, quantiser: Quantiser): NirNode {
  return node("IF", {
    r: constant(count, 1),
    v_threshold: constant(count, (quantiser.theta + 1) * stepOf(quantiser)),
    v_reset: constant(count, 0),
  });
}

/**
 * i = tau i + x is a current with dt / tau_syn = 1 - tau and gain 1 / (1 - tau); the membrane only adds, because its
 * leak takes 10^6 frames.
 */
function filtered(layer: NetworkLayer, quantiser: Quantiser, tau: Float32Array, dtSeconds: number): NirNode {
  const share = Float32Array.from(tau, (value) => Math.max(1 - value, SLOWEST));
  const each = (values: Float32Array): NirArray => nirArray(values, [layer.neurons]);
  return node("CubaLIF", {
    tau_syn: each(share.map((s) => dtSeconds / s)),
    tau_mem: constant(layer.neurons, dtSeconds / SLOWEST),
    r: constant(layer.neurons, 1 / SLOWEST),
    v_leak: constant(layer.neurons, 0),
    w_in: each(share.map((s) => 1 / s)),
    v_threshold: constant(layer.neurons, (quantiser.theta + 1) * stepOf(quantiser)),
    v_reset: constant(layer.neurons, 0),
  });
}

/** Smallest leak per step of the exported time constants: 1 in 10^6. */
const SLOWEST = 1e-6;

function affine(weights: Float32Array, norm: BatchNorm, inputs: number): NirNode {
  const outputs = weights.length / inputs;
  const rows = Array.from({ length: outputs }, (_, row) => folded(norm, row));
  return node("Affine", {
    weight: nirArray(
      weights.map((w, i) => w * rows[Math.floor(i / inputs)].scale),
      [outputs, inputs],
    ),
    bias: nirArray(
      Float32Array.from(rows, ({ bias }) => bias),
      [outputs],
    ),
  });
}

/** The network with every array replaced by its name; the arrays are put into `tensors`. */
function describe(network: Network, tensors: Map<string, NirArray>): Json {
  const walk = (value: unknown, path: string): Json => {
    if (value instanceof Float32Array) {
      tensors.set(path, nirArray(value, [value.length]));
      return { tensor: path };
    }
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}.${i}`));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, path === "" ? key : `${path}.${key}`)]));
    }
    return value as Json;
  };
  // the leak of lif is stored beside the gates
  const layers = network.layers.map(({ perNeuron, ...layer }) => ({ ...layer, tau: perNeuron.tau ?? null }));
  return walk({ ...network, layers }, "");
}

type KeptNetwork = Omit<Network, "layers"> & { readonly layers: readonly (NetworkLayer & { readonly tau: unknown })[] };

/** Restores the network field by field; the description may lack any of them. */
function rebuild(raw: KeptNetwork, tensor: (name: string) => Float32Array): Network {
  const floats = (path: string, value: unknown): Float32Array => {
    if (typeof value !== "object" || value === null || !("tensor" in value)) throw new Error(`${path} is not a tensor`);
    return tensor(path);
  };
  const norm = (path: string, value: BatchNorm): BatchNorm => ({
    gamma: floats(`${path}.gamma`, value.gamma),
    beta: floats(`${path}.beta`, value.beta),
    mean: floats(`${path}.mean`, value.mean),
    variance: floats(`${path}.variance`, value.variance),
    epsilon: value.epsilon,
  });
  return {
    name: raw.name,
    system: raw.system,
    inputs: raw.inputs,
    classes: raw.classes,
    task: raw.task,
    outputDelayFrames: raw.outputDelayFrames,
    encoder: raw.encoder,
    layers: raw.layers.map((layer, l) => ({
      neurons: layer.neurons,
      inputs: layer.inputs,
      gates: layer.gates.map((gate, g): Gate => {
        const path = `layers.${l}.gates.${g}`;
        return {
          name: gate.name,
          inputWeights: floats(`${path}.inputWeights`, gate.inputWeights),
          inputNorm: norm(`${path}.inputNorm`, gate.inputNorm),
          recurrentWeights: gate.recurrentWeights === null ? null : floats(`${path}.recurrentWeights`, gate.recurrentWeights),
        };
      }),
      quantiser: layer.quantiser,
      perNeuron: layer.tau === null ? {} : { tau: floats(`layers.${l}.tau`, layer.tau) },
    })),
    readout: { weights: floats("readout.weights", raw.readout.weights), norm: norm("readout.norm", raw.readout.norm) },
  };
}

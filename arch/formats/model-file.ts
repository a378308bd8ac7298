/**
 * Model file: one safetensors file, float32 tensors (matrices of half-precision numbers as float16), the network's
 * description and its training record as JSON in metadata key `snn_dse`.
 *
 * Tensors, row-major: `layer<l>.<gate>.input_weights` [neurons, inputs], `.recurrent_weights` [neurons, neurons],
 * `.input_norm.{gamma,beta,mean,variance}` [neurons]; `layer<l>.<parameter>` [neurons] of the cell's parameters per
 * neuron; `readout.weights` [classes, neurons], `readout.norm.*` [classes]. Layers count from 1. Throws `InputError`
 * for anything that is missing, unexpected, of a wrong shape or not finite.
 */

import * as z from "zod";
import { inputError } from "../../base/errors.js";
import { canonicalJson, type Json, sha256 } from "../../base/hash.js";
import { once } from "../../base/once.js";
import { readBounded } from "../../base/read-file.js";
import { writeWhole } from "../../base/write-file.js";
import { cellNamed, cellOf, gatesOf } from "../cells/registry.js";
import type { BatchNorm, Gate, Network, NetworkLayer } from "../network.js";
import { PLAIN } from "../parse-plain.js";
import { decodeSafetensors, encodeSafetensors, FILE_LIMIT_BYTES, type Tensor } from "./safetensors.js";

interface ModelFile {
  readonly network: Network;
  /** Training record: command, seed, back end, curve, and all that the trainer wrote. */
  readonly record: Json;
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
}

const METADATA_KEY = "snn_dse";
const FORMAT_VERSION = 1;

const quantiser = z.strictObject({
  bits: z.int().min(1).max(32),
  theta: z.number().min(0),
  range: z.number().positive(),
});
const size = z.int().min(1).max(65536);
const epsilon = z.number().positive();
/** `tau`: true if the file has the parameters per neuron (for lif only tau). */
const description = z.strictObject({
  version: z.literal(FORMAT_VERSION),
  name: z.string().min(1).max(200),
  system: z.string().min(1).max(80),
  inputs: size,
  classes: size,
  task: z.enum(["sequence", "frames"]),
  output_delay_frames: z.int().min(0).max(1000),
  encoder: quantiser.nullable(),
  input_peaks: z.boolean().optional(),
  layers: z
    .array(z.strictObject({ neurons: size, quantiser: quantiser.nullable(), tau: z.boolean(), epsilons: z.array(epsilon).min(1).max(4) }))
    .min(1)
    .max(64),
  readout: z.strictObject({ epsilon }),
  // It comes from JSON.parse, so it is JSON; a recursive check of a hostile file could overflow the stack.
  record: z.custom<Json>((value) => value !== undefined, "training record is missing (null if there is none)"),
});
type Description = z.infer<typeof description>;

/** File bytes of a network and its training record. @throws InputError if the network is inconsistent or not finite. */
export function encodeModel(network: Network, record: Json): Uint8Array {
  const text = canonicalJson(describe(network, record));
  const bytes = encodeSafetensors({ metadata: new Map([[METADATA_KEY, text]]), tensors: tensorsOf(network) });
  decodeModel(bytes, network.name);
  return bytes;
}

/** The network in a model file's bytes. `file` is only named in errors. */
export function decodeModel(bytes: Uint8Array, file: string): ModelFile {
  const { metadata, tensors } = decodeSafetensors(bytes, file);
  const shape = readDescription(metadata.get(METADATA_KEY), file);
  const left = new Map(tensors);
  const take = (name: string, ...expected: number[]): Float32Array => {
    const tensor = left.get(name);
    if (tensor === undefined) throw inputError(file, "tensor is missing", "", name);
    left.delete(name);
    if (tensor.shape.join() !== expected.join())
      throw inputError(file, `shape is [${tensor.shape.join(", ")}], expected [${expected.join(", ")}]`, "", name);
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw inputError(file, `element ${bad} is ${tensor.data[bad]}: the training diverged or the file is damaged`, "", name);
    return tensor.data;
  };
  const network = readNetwork(shape, take, file);
  const extra = [...left.keys()];
  if (extra.length > 0) throw inputError(file, `holds ${extra.length} tensors that its network has no place for, first: ${extra[0]}`);
  const hash = once(() => sha256(bytes));
  return {
    network,
    record: shape.record,
    get hash() {
      return hash();
    },
  };
}

export function readModel(path: string): ModelFile {
  const fix = "check the path, or train one: snn-dse train";
  return decodeModel(readBounded(path, { what: "model file", mostBytes: FILE_LIMIT_BYTES, fix }), path);
}

/** Returns the hash. */
export function writeModel(path: string, network: Network, record: Json): string {
  const bytes = encodeModel(network, record);
  writeWhole(path, bytes);
  return sha256(bytes);
}

function describe(network: Network, record: Json) {
  return {
    version: FORMAT_VERSION,
    name: network.name,
    system: network.system,
    inputs: network.inputs,
    classes: network.classes,
    task: network.task,
    output_delay_frames: network.outputDelayFrames,
    encoder: network.encoder,
    ...(network.inputPeaks ? { input_peaks: true } : {}),
    layers: network.layers.map((layer) => ({
      neurons: layer.neurons,
      quantiser: layer.quantiser,
      tau: Object.values(layer.perNeuron).some((values) => values !== undefined),
      epsilons: layer.gates.map((gate) => gate.inputNorm.epsilon),
    })),
    readout: { epsilon: network.readout.norm.epsilon },
    record,
  } satisfies Description;
}

function tensorsOf(network: Network): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, data: Float32Array, ...shape: number[]): void => {
    if (data.length !== shape.reduce((product, length) => product * length, 1))
      throw inputError(network.name, `has ${data.length} elements, expected shape [${shape.join(", ")}]`, "", name);
    tensors.set(name, { shape, data });
  };
  const putNorm = (name: string, norm: BatchNorm, outputs: number): void => {
    for (const part of ["gamma", "beta", "mean", "variance"] as const) put(`${name}.${part}`, norm[part], outputs);
  };
  for (const [l, layer] of network.layers.entries()) {
    for (const gate of layer.gates) {
      const name = `layer${l + 1}.${gate.name}`;
      put(`${name}.input_weights`, gate.inputWeights, layer.neurons, layer.inputs);
      if (gate.recurrentWeights !== null) put(`${name}.recurrent_weights`, gate.recurrentWeights, layer.neurons, layer.neurons);
      putNorm(`${name}.input_norm`, gate.inputNorm, layer.neurons);
    }
    for (const [name, values] of Object.entries(layer.perNeuron)) {
      if (values !== undefined) put(`layer${l + 1}.${name}`, values, layer.neurons);
    }
  }
  if (network.inputPeaks) put("input.peaks", network.inputPeaks, network.inputs);
  put("readout.weights", network.readout.weights, network.classes, network.layers.at(-1)?.neurons ?? 0);
  putNorm("readout.norm", network.readout.norm, network.classes);
  return tensors;
}

function readDescription(text: string | undefined, file: string): Description {
  if (text === undefined)
    throw inputError(file, `metadata has no key ${METADATA_KEY}: not a model of this program`, "write models with snn-dse train");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw inputError(file, `metadata key ${METADATA_KEY} is not JSON`);
  }
  const parsed = description.safeParse(json, PLAIN);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw inputError(file, issue?.message ?? "is not valid", "", [METADATA_KEY, ...(issue?.path ?? [])].join("."));
  }
  return parsed.data;
}

function readNetwork(shape: Description, take: (name: string, ...shape: number[]) => Float32Array, file: string): Network {
  const { recurrent, spiking, perNeuron } = cellOf(cellNamed(shape.system, file, `${METADATA_KEY}.system`));
  const names = gatesOf(shape.system);
  const norm = (name: string, outputs: number, normEpsilon: number): BatchNorm => {
    const variance = take(`${name}.variance`, outputs);
    if (variance.some((value) => value < 0)) throw inputError(file, "a variance is negative", "", `${name}.variance`);
    const [gamma, beta, mean] = ["gamma", "beta", "mean"].map((part) => take(`${name}.${part}`, outputs)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return { gamma, beta, mean, variance, epsilon: normEpsilon };
  };
  if (spiking !== (shape.encoder !== null))
    throw inputError(file, `system ${shape.system} ${spiking ? "needs" : "has no"} encoder quantiser`, "", "encoder");
  const peaks = shape.input_peaks === true ? take("input.peaks", shape.inputs) : null;
  if (peaks !== null && spiking)
    throw inputError(file, `system ${shape.system} has an encoder, but no peaks of its input`, "", "input.peaks");
  if (peaks?.some((peak) => peak < 0)) throw inputError(file, "a peak is negative", "", "input.peaks");
  const layers: NetworkLayer[] = shape.layers.map((layer, l): NetworkLayer => {
    const inputs = l === 0 ? shape.inputs : (shape.layers[l - 1]?.neurons ?? 0);
    const name = `layer${l + 1}`;
    if (spiking !== (layer.quantiser !== null))
      throw inputError(file, `system ${shape.system} ${spiking ? "needs" : "has no"} quantiser`, "", name);
    if (layer.tau && perNeuron.length === 0) throw inputError(file, `system ${shape.system} has no tau`, "", name);
    if (layer.epsilons.length !== names.length)
      throw inputError(file, `has ${layer.epsilons.length} gates, system ${shape.system} has ${names.length}`, "", name);
    const gates = names.map(
      (gate, g): Gate => ({
        name: gate,
        inputWeights: take(`${name}.${gate}.input_weights`, layer.neurons, inputs),
        inputNorm: norm(`${name}.${gate}.input_norm`, layer.neurons, layer.epsilons[g] ?? 0),
        recurrentWeights: recurrent ? take(`${name}.${gate}.recurrent_weights`, layer.neurons, layer.neurons) : null,
      }),
    );
    const given = layer.tau ? perNeuron : [];
    const values = Object.fromEntries(given.map((parameter) => [parameter.name, take(`${name}.${parameter.name}`, layer.neurons)]));
    return { neurons: layer.neurons, inputs, gates, quantiser: layer.quantiser, perNeuron: values };
  });
  const last = layers[layers.length - 1]?.neurons ?? 0;
  return {
    name: shape.name,
    system: shape.system,
    inputs: shape.inputs,
    classes: shape.classes,
    task: shape.task,
    outputDelayFrames: shape.output_delay_frames,
    encoder: shape.encoder,
    ...(peaks && { inputPeaks: peaks }),
    layers,
    readout: { weights: take("readout.weights", shape.classes, last), norm: norm("readout.norm", shape.classes, shape.readout.epsilon) },
  };
}

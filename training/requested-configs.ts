/**
 * What a description's `training` section comes to: a base configuration with some keys set, and perhaps a second one
 * that puts the network on the chip's grid, begun with what the first has made. Pure. Throws: `InputError` where keys
 * do not fit together.
 */
import { cellOf, ownWeightBits, type Precision, type TrainingRequest } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { asJson, hashJson } from "../base/hash.js";
import { configOf, type parseConfigDocument, type TrainingConfig } from "./config.js";
import { type ConfigDocument, quantiserSchema } from "./config-schema.js";

export type BaseDocument = ReturnType<typeof parseConfigDocument>;

export interface RequestedConfigs {
  /** Weights are real numbers. */
  readonly float: TrainingConfig;
  /** On the chip's grid; null: there are no such epochs. */
  readonly grid: TrainingConfig | null;
}

/** `file`: the description, for errors. */
export function requestedConfigs(
  base: BaseDocument,
  file: string,
  request: TrainingRequest,
  { weightBits, layers }: Pick<Precision, "weightBits" | "layers">,
): RequestedConfigs {
  if (base.quantisation !== undefined)
    throw inputError(
      file,
      `${request.base} has a quantisation section, and may begin with a model that has learnt from what this search holds out`,
      "name a configuration without one: training.chip_epochs and precision.weight_bits say the same",
      "training.base",
    );
  const varied = { ...base, ...varying(base, request) };
  const float = configOf(named(varied, base.name), file);
  if (request.chipEpochs === 0) return { float, grid: null };
  const { chipEpochs: epochs, chipRate: peak, zeroShare } = request;
  const own = ownWeightBits({ layers }).map(([name, bits]) => [name, { weight_bits: bits }] as const);
  const onGrid: ConfigDocument = {
    ...varied,
    quantisation: {
      ...{ from: float.name, float_epochs: 0, weight_bits: weightBits, layers: Object.fromEntries(own) },
      ...{ zero_share: zeroShare, step_learned: true },
    },
    training: {
      ...varied.training,
      ...{ epochs, early_stop_epochs: 0, membrane_penalty_warmup_fraction: 0 },
      learning_rate: { schedule: "cosine", peak, warmup_fraction: 0.03, final_fraction: 0.02 },
    },
  };
  return { float, grid: configOf(named(onGrid, base.name), file) };
}

/** Results and files name what differs by its content. */
function named(document: ConfigDocument, base: string): ConfigDocument {
  const { name: _base, ...content } = document;
  return { ...document, name: `${base.slice(0, 60)}-${hashJson(asJson(JSON.parse(JSON.stringify(content)))).slice(0, 8)}` };
}

function varying(base: BaseDocument, request: TrainingRequest): Pick<ConfigDocument, "seed" | "network" | "quantiser" | "training"> {
  const { cell, width, layers, spikeBits, theta, membranePenalty, membranePenaltySaturation, outputDelayFrames, epochs, seed } = request;
  const system = cell ?? base.network.system;
  const { spiking, recurrent } = cellOf(system);
  const { recurrent_gain, per_neuron, tau, tau_learned, ...network } = base.network;
  const [first] = network.neurons;
  const neurons = Array.from({ length: layers ?? network.neurons.length }, (_, l) => width ?? network.neurons[l] ?? first);
  // What only the base's own cell has does not go over to another one.
  const sameCell = system === base.network.system;
  const quantiser = base.quantiser ?? quantiserSchema.parse({});
  const penalty = spiking ? (membranePenalty ?? base.training.membrane_penalty) : 0;
  const saturation = membranePenaltySaturation ?? base.training.membrane_penalty_saturation;
  return {
    seed: seed ?? base.seed,
    network: {
      ...network,
      system,
      neurons,
      output_delay_frames: outputDelayFrames ?? network.output_delay_frames,
      tau: sameCell ? tau : 1,
      tau_learned: sameCell && tau_learned,
      ...(sameCell && per_neuron !== undefined && { per_neuron }),
      ...(recurrent && recurrent_gain !== undefined && { recurrent_gain }),
    },
    quantiser: spiking ? { ...quantiser, bits: spikeBits ?? quantiser.bits, theta: theta ?? quantiser.theta } : undefined,
    training: {
      ...base.training,
      epochs: epochs ?? base.training.epochs,
      membrane_penalty: penalty,
      membrane_penalty_warmup_fraction: penalty === 0 ? 0 : base.training.membrane_penalty_warmup_fraction,
      membrane_penalty_saturation: penalty === 0 ? undefined : saturation,
    },
  };
}

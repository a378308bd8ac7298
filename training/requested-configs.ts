/**
 * The configurations that a description's `training` section requests: a base configuration with some keys set, and
 * possibly a second one that trains the first network further on the chip's grid. Pure. Throws: `InputError` if keys do
 * not fit together.
 */
import { cellOf, ownWeightBits, type Precision, type TrainingRequest, weightBitsInto } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { asJson, hashJson } from "../base/hash.js";
import { configOf, type parseConfigDocument, type TrainingConfig } from "./config.js";
import { type ConfigDocument, quantiserSchema } from "./config-schema.js";
import { PRUNED_SHARE } from "./pruning.js";
import { demandGridSpikes } from "./quantisation/grid-spikes.js";
import { demandLayers, weightedNames } from "./quantisation/weight-bits.js";
import { stageAt, stagesAfter } from "./schedule.js";

export type BaseDocument = ReturnType<typeof parseConfigDocument>;

export interface RequestedConfigs {
  /** Training of real-valued weights. */
  readonly float: TrainingConfig;
  /** Training on the chip's grid; null: there are no such epochs. */
  readonly grid: TrainingConfig | null;
}

/** `file`: the description, for error messages. */
export function requestedConfigs(
  base: BaseDocument,
  file: string,
  request: TrainingRequest,
  precision: Pick<Precision, "weightBits" | "spikeBits" | "layers">,
): RequestedConfigs {
  if (base.quantisation !== undefined)
    throw inputError(
      file,
      `${request.base} has a quantisation section, and its model may have been trained on utterances that this search holds out`,
      "name a configuration without one: training.chip_epochs and precision.weight_bits say the same",
      "training.base",
    );
  const varied = { ...base, ...varying(base, request) };
  const float = configOf(named(varied, base.name), file);
  checkCurriculum(float, file, request);
  if (request.chipEpochs === 0) return { float, grid: null };
  const own = ownWeightBits(precision).map(([name, bits]) => [name, { weight_bits: bits }] as const);
  const layers = Object.fromEntries(own);
  demandLayers(Object.keys(layers), `the network of ${request.base}`, float.network.neurons.length, file);
  checkSigns(float, file, request, precision);
  demandGridSpikes({ ...float, name: request.base }, precision, file, "training.spike_bits and the base's input_bits train other spikes");
  const { chipEpochs: epochs, chipRate: peak, zeroShare } = request;
  const onGrid: ConfigDocument = {
    ...varied,
    quantisation: {
      ...{ from: float.name, float_epochs: 0, weight_bits: precision.weightBits, layers },
      ...{ zero_share: zeroShare, step_learned: true },
    },
    training: {
      ...varied.training,
      ...{ zero_share: undefined, zero_scope: undefined, effective_multiplications_per_frame: undefined }, // weights that are 0 stay 0 on the grid
      ...{ epochs, early_stop_epochs: 0, membrane_penalty_warmup_fraction: 0 },
      length_curriculum: stagesAfter(varied.training.length_curriculum, varied.training.epochs),
      learning_rate: { schedule: "cosine", peak, warmup_fraction: 0.03, final_fraction: 0.02 },
    },
  };
  return { float, grid: configOf(named(onGrid, base.name), file) };
}

/** Throws: `InputError` if the network would end with other spikes than those requested. */
function checkCurriculum({ quantiser, training: { epochs } }: TrainingConfig, file: string, request: TrainingRequest): void {
  const staged = quantiser.curriculum.reduce((sum, stage) => sum + stage.epochs, 0);
  if (staged < epochs) return;
  const last = stageAt(quantiser.curriculum, epochs - 1) ?? quantiser;
  for (const [key, asked, had] of [
    ["theta", request.theta, last.theta],
    ["spike_bits", request.spikeBits, last.bits],
  ] as const)
    if (asked !== null && asked !== had)
      throw inputError(
        file,
        `is ${asked}, but ${request.base} has a quantiser.curriculum of ${staged} epochs, and training.epochs is ${epochs}: the network would end with ${had}`,
        `set training.epochs to ${staged + 1} or more, or name a base without a curriculum`,
        `training.${key}`,
      );
}

/**
 * Throws: `InputError` if weights that the base sets to 0 would become signs, so that they could not stay 0. The
 * readout is not pruned.
 */
function checkSigns(
  float: TrainingConfig,
  file: string,
  request: TrainingRequest,
  precision: Pick<Precision, "weightBits" | "layers">,
): void {
  const { zeroShare = 0, effectiveMultiplicationsPerFrame: products } = float.training;
  if (products === undefined && zeroShare < PRUNED_SHARE) return;
  const [layer] = weightedNames(float.network.neurons.length)
    .slice(0, -1)
    .filter((name) => weightBitsInto(precision, name) === 1);
  if (layer === undefined) return;
  const own = ownWeightBits(precision).some(([name]) => name === layer);
  const pruned = products === undefined ? `zero_share: ${zeroShare}` : `effective_multiplications_per_frame: ${products}`;
  throw inputError(
    file,
    `is 1, and weights of 1 bit are signs: ${request.base} has training.${pruned}, and its zeros must stay 0 on the grid`,
    "give it 2 bits or more, or name a base that is not pruned",
    own ? `precision.layers.${layer}.weight_bits` : "precision.weight_bits",
  );
}

/** Named by its content, so that results and files of different configurations get different names. */
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
  // Keys that only the base's own cell has are not used for another cell.
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

/**
 * Reads the model from which training for a chip starts, and checks that the configuration describes it. Throws:
 * `InputError` if it does not.
 */
import type { Network, Samples } from "../../arch/index.js";
import { InputError, inputError, type Problem } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";
import type { TrainingConfig } from "../config.js";
import { demandLearntRate } from "../features.js";
import { PRUNED_SHARE } from "../pruning.js";
import { recordedData } from "../record.js";
import { weightBitsOf, weightedNames } from "./weight-bits.js";

export interface BaseModel {
  readonly name: string;
  readonly network: Network;
  /** Training record in the model file. */
  readonly record: Json;
  /** Content hash of the file. */
  readonly hash: string;
}

/** Values that must agree: key, value of the configuration, value of the model. */
type Pair = readonly [key: string, configured: Json, own: Json];

function shared(config: TrainingConfig, { network, record }: BaseModel): Pair[] {
  const { bits, theta, inputBits, inputTheta } = config.quantiser;
  const recorded = recordedData(record);
  const [{ quantiser }] = network.layers;
  const thetas = network.layers.map((layer) => layer.quantiser?.theta ?? null);
  return [
    ["network.system", config.network.system, network.system],
    ["network.neurons", [...config.network.neurons], network.layers.map(({ neurons }) => neurons)],
    ["network.output_delay_frames", config.network.outputDelayFrames, network.outputDelayFrames],
    ["quantiser.input_bits", inputBits, network.encoder?.bits ?? null],
    ["quantiser.input_theta", inputTheta, network.encoder?.theta ?? null],
    ["quantiser.bits", bits, quantiser?.bits ?? null],
    // Learned thresholds start from those of the model.
    ...(config.quantiser.thetaLearned === true
      ? []
      : [["quantiser.theta", theta, thetas.every((own) => own === thetas[0]) ? thetas[0] : thetas] as Pair]),
    ...(recorded === null ? [] : [["data.features", { ...config.data.features }, { ...recorded.recipe }] as Pair]),
  ];
}

function checkPairs(place: string, base: BaseModel, pairs: readonly Pair[]): void {
  const problems = pairs.flatMap(([key, configured, own]): Problem[] => {
    const [ours, its] = [canonicalJson(configured), canonicalJson(own)];
    return ours === its
      ? []
      : [
          {
            ...{ file: place, line: null, column: null, path: key },
            message: `is ${ours}, and ${base.name} has ${its}`,
            fix: "say the same, or begin with another model",
          },
        ];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** @throws InputError with all differences between the configuration of `file` and its base model */
export function checkBase(config: TrainingConfig, file: string, base: BaseModel): void {
  checkPairs(file, base, shared(config, base));
}

/** Weights of 1 bit are signs, so that those of a pruned model cannot stay 0. */
function checkSigns({ name, network, quantisation }: TrainingConfig, base: BaseModel): void {
  if (quantisation === undefined) return;
  const { layers, readout } = base.network;
  const matrices = [
    ...layers.map(({ gates }) =>
      gates.flatMap(({ inputWeights, recurrentWeights }) => [inputWeights, recurrentWeights ?? new Float32Array()]),
    ),
    [readout.weights],
  ];
  const bits = weightBitsOf(quantisation, network.neurons.length);
  for (const [l, layer] of weightedNames(network.neurons.length).entries()) {
    if (bits[l] > 1) continue;
    const weights = matrices[l].reduce((sum, { length }) => sum + length, 0);
    const zeros = matrices[l].reduce((sum, matrix) => sum + matrix.filter((weight) => weight === 0).length, 0);
    if (zeros < PRUNED_SHARE * weights) continue;
    const share = ((100 * zeros) / weights).toFixed(0);
    throw inputError(
      name,
      `is 1 for ${layer}, and weights of 1 bit are signs: ${share} % of this layer's weights in ${base.name} are 0`,
      "give it 2 bits, or begin with a model that is not pruned",
      "quantisation.weight_bits",
    );
  }
}

/**
 * @throws InputError if the shape of the data or the rate of their sound is not that of the base model, or if its zeros
 * would become signs
 */
export function checkBaseData(config: TrainingConfig, base: BaseModel, data: Samples): void {
  const pairs: Pair[] = [
    ["inputs", data.inputs, base.network.inputs],
    ["classes", data.classes, base.network.classes],
  ];
  checkPairs(config.name, base, pairs);
  demandLearntRate(data.files?.[0] ?? data.name, data.rateHz, recordedData(base.record)?.features ?? {});
  checkSigns(config, base);
}

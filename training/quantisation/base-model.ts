/**
 * Reads the model from which training for a chip starts, and checks that the configuration describes it. Throws:
 * `InputError` if it does not.
 */
import type { Network, Samples } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";
import type { TrainingConfig } from "../config.js";
import { recordedData } from "../record.js";

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
    ...(recorded === null ? [] : [["data.features", { ...config.data.features }, { ...recorded.features }] as Pair]),
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

/** @throws InputError if the shape of the data is not that of the base model */
export function checkBaseData(config: TrainingConfig, base: BaseModel, data: Samples): void {
  const pairs: Pair[] = [
    ["inputs", data.inputs, base.network.inputs],
    ["classes", data.classes, base.network.classes],
  ];
  checkPairs(config.name, base, pairs);
}

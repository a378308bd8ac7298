/** The model that training for a chip begins with, and whether it is one that the configuration describes. Throws: `InputError` where it is not. */
import type { Network, Samples } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";
import type { TrainingConfig } from "../config.js";
import { recordedData } from "../record.js";

export interface BaseModel {
  readonly name: string;
  readonly network: Network;
  /** What its training wrote beside the weights. */
  readonly record: Json;
  /** Content address of the file. */
  readonly hash: string;
}

/** What the two must have in common: key, value in the configuration, value of the model. */
function shared(config: TrainingConfig, { network, record }: BaseModel, data: Samples): [key: string, configured: Json, own: Json][] {
  const { bits, theta, inputBits, inputTheta } = config.quantiser;
  const recorded = recordedData(record);
  const [{ quantiser }] = network.layers;
  return [
    ["network.system", config.network.system, network.system],
    ["network.neurons", [...config.network.neurons], network.layers.map(({ neurons }) => neurons)],
    ["network.output_delay_frames", config.network.outputDelayFrames, network.outputDelayFrames],
    ["quantiser.input_bits", inputBits, network.encoder?.bits ?? null],
    ["quantiser.input_theta", inputTheta, network.encoder?.theta ?? null],
    ["quantiser.bits", bits, quantiser?.bits ?? null],
    ["quantiser.theta", theta, quantiser?.theta ?? null],
    ["inputs", data.inputs, network.inputs],
    ["classes", data.classes, network.classes],
    ...(recorded === null ? [] : [["data.features", { ...config.data.features }, { ...recorded.features }] as [string, Json, Json]]),
  ];
}

/** @throws InputError with everything in which configuration, data and base differ. */
export function checkBase(config: TrainingConfig, base: BaseModel, data: Samples): void {
  const problems = shared(config, base, data).flatMap(([key, configured, own]): Problem[] => {
    const [ours, its] = [canonicalJson(configured), canonicalJson(own)];
    return ours === its
      ? []
      : [
          {
            ...{ file: config.name, line: null, column: null, path: key },
            message: `is ${ours}, and ${base.name} has ${its}`,
            fix: "say the same, or begin with another model",
          },
        ];
  });
  if (problems.length > 0) throw new InputError(problems);
}

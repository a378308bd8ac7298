/**
 * Settings of a configuration file that have no effect beside its others. Only for files that people write: a search
 * varies a base configuration and may leave a setting idle. Pure.
 */
import { cellOf } from "../arch/index.js";
import { type ConfigDocument, quantiserSchema, USUAL_THETA } from "./config-schema.js";
import { DEFAULT_FEATURES } from "./features.js";

type Idle = readonly [path: readonly (string | number)[], message: string];

/** A value that equals its default is not known to be written. */
export function idleSettings({ data, network, quantisation, quantiser, training }: ConfigDocument): readonly Idle[] {
  const { bits, theta, input_bits: inputBits, input_theta: inputTheta, curriculum } = quantiser ?? quantiserSchema.parse({});
  const { learning_rate: rate } = training;
  const { kind, coefficients } = data.features;
  const isReal = bits === 32 && curriculum.every((stage) => stage.bits === 32);
  const rules: readonly (readonly [isIdle: boolean, ...Idle])[] = [
    [
      kind !== "mfcc" && coefficients !== DEFAULT_FEATURES.coefficients,
      ["data", "features", "coefficients"],
      `${kind} keeps all mel filters: only kind: mfcc keeps coefficients`,
    ],
    [
      cellOf(network.system).spiking && isReal && theta !== 0 && theta !== USUAL_THETA,
      ["quantiser", "theta"],
      "spikes of 32 bits are real numbers, and none is silent",
    ],
    [
      (inputBits ?? bits) === 32 && (inputTheta ?? 0) !== 0,
      ["quantiser", "input_theta"],
      "inputs of 32 bits are real numbers, and none is silent",
    ],
    [
      network.recurrent_gain !== undefined && (quantisation?.from ?? null) !== null,
      ["network", "recurrent_gain"],
      `training starts with the weights of ${quantisation?.from}`,
    ],
    [
      rate.schedule === "halving" && rate.floor > rate.initial,
      ["training", "learning_rate", "floor"],
      "is above learning_rate.initial: the rate would rise, not halve",
    ],
  ];
  return rules.flatMap(([isIdle, ...found]): readonly Idle[] => (isIdle ? [found] : []));
}

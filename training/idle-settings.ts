/**
 * Settings of a configuration file that have no effect beside its others. Only for files that people write: a search
 * varies a base configuration and may leave a setting idle. Pure.
 */
import { cellOf } from "../arch/index.js";
import { type ConfigDocument, type QuantiserDocument, quantiserSchema, USUAL_THETA } from "./config-schema.js";
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
      rate.schedule === "halving" && rate.floor > rate.initial,
      ["training", "learning_rate", "floor"],
      "is above learning_rate.initial: the rate would rise, not halve",
    ],
  ];
  const idle = rules.flatMap(([isIdle, ...found]): readonly Idle[] => (isIdle ? [found] : []));
  const from = quantisation?.from ?? null;
  return from === null ? idle : [...idle, ...idleBeside(from, network, quantiser ?? quantiserSchema.parse({}), training)];
}

/** Settings of the beginning of a training, which starts with a finished network instead. */
function idleBeside(
  from: string,
  { system, recurrent_gain: gain, tau, per_neuron: perNeuron = {} }: ConfigDocument["network"],
  { fixed_range: range, input_fixed_range: inputRange }: QuantiserDocument,
  { membrane_penalty_warmup_fraction: warmup }: ConfigDocument["training"],
): readonly Idle[] {
  const starts = (what: string): string => `training starts with the ${what} of ${from}`;
  const cell = cellOf(system);
  const rules: readonly (readonly [isIdle: boolean, ...Idle])[] = [
    [gain !== undefined, ["network", "recurrent_gain"], starts("weights")],
    [tau !== 1, ["network", "tau"], starts("leaks")],
    [range !== 0, ["quantiser", "fixed_range"], `${starts("ranges")}, and they stay`],
    [inputRange !== 0, ["quantiser", "input_fixed_range"], `${starts("ranges")}, and they stay`],
    [
      warmup !== 0,
      ["training", "membrane_penalty_warmup_fraction"],
      `${from} is trained already: on the grid the penalty has its full weight from the first batch`,
    ],
    ...cell.perNeuron.flatMap(({ name, initial }): (typeof rules)[number][] =>
      Object.hasOwn(perNeuron, name) && perNeuron[name].initial !== initial
        ? [
            [
              true,
              ["network", "per_neuron", name, "initial"],
              `${starts(`values of ${name}`)}: write ${initial}, the cell's default, or leave ${name} out`,
            ],
          ]
        : [],
    ),
  ];
  return rules.flatMap(([isIdle, ...found]): readonly Idle[] => (isIdle ? [found] : []));
}

/**
 * Training configuration: YAML in, a complete frozen `TrainingConfig` out; all problems at once with file, line and
 * column. Keys, bounds, defaults and texts come from the schema (`config-schema.ts`).
 * @throws InputError if anything is unknown, missing or out of range
 */
import { basename } from "node:path";
import {
  type Camel,
  camel,
  cellOf,
  checked,
  deepFreeze,
  type LocatedMap,
  locatedFromYaml,
  type NeuronParameter,
  type Place,
  placeOf,
  problemAt,
  SYSTEMS,
  scalarPaths,
  silenceOf,
} from "../arch/index.js";
import { InputError, type Problem } from "../base/errors.js";
import { type ConfigDocument, configSchema, type QuantiserDocument, quantiserSchema, RECURRENT_GAIN } from "./config-schema.js";
import { idleSettings } from "./idle-settings.js";
import { type QuantisationConfig, weightBitsOf, weightedNames } from "./quantisation/weight-bits.js";

/** Keys that are left out are absent, not undefined: the key of a run covers the keys that are present. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const given = <T extends object>(all: T): Given<T> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<T>;

export interface TrainingConfig {
  readonly name: string;
  readonly seed: number;
  readonly data: Given<Camel<ConfigDocument["data"]>>;
  readonly network: Omit<Camel<ConfigDocument["network"]>, "recurrentGain" | "perNeuron"> & {
    readonly recurrentGain: number;
    /** Further parameters per neuron of the cell; one that is left out has the cell's default. */
    readonly perNeuron?: { readonly [name: string]: { readonly initial: number; readonly learned: boolean } };
  };
  readonly quantiser: Given<Omit<Camel<QuantiserDocument>, "inputBits" | "inputTheta">> & {
    readonly inputBits: number;
    readonly inputTheta: number;
  };
  readonly training: Given<Camel<ConfigDocument["training"]>>;
  /** Absent: weights are trained as real numbers. */
  readonly quantisation?: QuantisationConfig;
}

export type LearningRate = TrainingConfig["training"]["learningRate"];

const nameOf = (raw: ConfigDocument, file: string): string => raw.name ?? basename(file).replace(/\.ya?ml$/, "");

function complete(raw: ConfigDocument, file: string): TrainingConfig {
  const { recurrent_gain: recurrentGain = RECURRENT_GAIN, per_neuron: perNeuron, ...network } = raw.network;
  const { input_bits, input_theta, ...quantiser } = raw.quantiser ?? quantiserSchema.parse({});
  return {
    name: nameOf(raw, file),
    seed: raw.seed,
    data: given(camel(raw.data)),
    network: { ...camel(network), recurrentGain, ...(perNeuron && { perNeuron }) },
    quantiser: { ...given(camel(quantiser)), inputBits: input_bits ?? quantiser.bits, inputTheta: input_theta ?? quantiser.theta },
    training: given(camel(raw.training)),
    ...(raw.quantisation && { quantisation: camel(raw.quantisation) }),
  };
}

/** Whether weights become 0 while the network learns. */
export const prunes = ({ training }: TrainingConfig): boolean =>
  (training.zeroShare ?? 0) > 0 || training.effectiveMultiplicationsPerFrame !== undefined;

/** Checks over several keys, which the schema alone cannot make. */
function crossChecks(c: TrainingConfig, raw: ConfigDocument): [path: (string | number)[], message: string][] {
  const found: [(string | number)[], string][] = [];
  const needsValidation = c.training.learningRate.schedule === "halving" || c.training.earlyStopEpochs > 0;
  if (needsValidation && c.data.validationFraction === 0)
    found.push([["data"], "learning-rate halving and early stop need data.validation_fraction above 0"]);
  if (c.training.earlyStopEpochs > 0)
    for (const [isGiven, what] of [
      [prunes(c), "weights become 0 until seven tenths of training.epochs"],
      [c.quantiser.curriculum.length > 0, "quantiser.curriculum changes bits and theta by epoch"],
    ] as const)
      if (isGiven) found.push([["training", "early_stop_epochs"], `may stop too early: ${what}; leave one of the two out`]);
  if (c.training.shards > c.training.batch)
    found.push([["training", "shards"], `${c.training.shards} shards of a batch of ${c.training.batch}: some would be empty`]);
  const { system } = c.network;
  const { perNeuron } = cellOf(system);
  const ownTau = perNeuron.some(({ name }) => name === "tau");
  if (!ownTau && (c.network.tau !== 1 || c.network.tauLearned)) found.push([["network", "tau"], `tau belongs to lif, not to ${system}`]);
  for (const [name, { initial }] of Object.entries(c.network.perNeuron ?? {})) {
    const path = ["network", "per_neuron", name];
    const others = perNeuron.filter((one) => one.name !== "tau");
    const parameter = others.find((one) => one.name === name);
    if (parameter === undefined)
      found.push([path, `${system} has ${others.length === 0 ? "none" : others.map((one) => one.name).join(" and ")} here`]);
    else if (initial > parameter.most) found.push([path, `starts at ${initial}; at most ${parameter.most}`]);
  }
  if (raw.network.recurrent_gain !== undefined && !cellOf(system).recurrent)
    found.push([["network", "recurrent_gain"], `${system} has no recurrent weights`]);
  if (raw.quantiser !== undefined && !cellOf(system).spiking)
    found.push([["quantiser"], `${system} does not spike: there is nothing to quantise`]);
  if (c.training.membranePenalty > 0 && !cellOf(system).spiking)
    found.push([["training", "membrane_penalty"], `${system} has no membrane`]);
  if (c.training.membranePenaltyWarmupFraction > 0 && c.training.membranePenalty === 0)
    found.push([["training", "membrane_penalty_warmup_fraction"], "there is no membrane_penalty to raise"]);
  if (c.training.membranePenaltySaturation !== undefined && c.training.membranePenalty === 0)
    found.push([["training", "membrane_penalty_saturation"], "there is no membrane_penalty to bend"]);
  if ((c.training.zeroShare ?? 0) > 0 && c.quantisation !== undefined)
    found.push([
      ["training", "zero_share"],
      "on a chip's grid quantisation.zero_share sets weights to 0; those that the model of `from` has stay 0",
    ]);
  if (c.training.effectiveMultiplicationsPerFrame !== undefined)
    for (const [section, isGiven] of [
      ["training.zero_share", (c.training.zeroShare ?? 0) > 0],
      ["quantisation", c.quantisation !== undefined],
    ] as const)
      if (isGiven)
        found.push([["training", "effective_multiplications_per_frame"], `stands beside ${section}: both choose weights that become 0`]);
  if (c.training.effectiveMultiplicationsPerFrame !== undefined && c.training.epochs < 2)
    found.push([
      ["training", "effective_multiplications_per_frame"],
      "needs training.epochs: 2 or more: in a single one zeros are chosen before the first step, for the spikes of a network that has learnt nothing",
    ]);
  if (c.training.zeroScope !== undefined && (c.training.zeroShare ?? 0) === 0)
    found.push([["training", "zero_scope"], "there is no zero_share: nothing becomes 0"]);
  if (c.data.features.kind === "mfcc" && c.data.features.coefficients > c.data.features.mels)
    found.push([
      ["data", "features", "coefficients"],
      `${c.data.features.coefficients} coefficients from ${c.data.features.mels} mel filters`,
    ]);
  if (c.quantisation !== undefined) found.push(...quantisationChecks(c, c.quantisation));
  if (c.quantiser.thetaLearned === true) found.push(...thetaChecks(c));
  const stages: [(string | number)[], number, number][] = [
    [["quantiser", "theta"], c.quantiser.bits, c.quantiser.theta],
    [["quantiser", "input_theta"], c.quantiser.inputBits, c.quantiser.inputTheta],
    ...c.quantiser.curriculum.map((s, i): [(string | number)[], number, number] => [["quantiser", "curriculum", i], s.bits, s.theta]),
  ];
  for (const [path, bits, theta] of stages) {
    const silence = silenceOf({ bits, theta });
    if (silence !== null) found.push([path, silence]);
  }
  return found;
}

/** Fewest bits of a spike for which a threshold can be chosen. */
const LEAST_LEARNED_BITS = 3;

function thetaChecks({ network: { system }, quantiser: { bits, curriculum } }: TrainingConfig): [string[], string][] {
  const path = ["quantiser", "theta_learned"];
  return [
    ...(cellOf(system).kernel === "alif" ? [[path, "alif's threshold adapts by itself: learn its jump (network.per_neuron)"]] : []),
    ...(bits < LEAST_LEARNED_BITS || bits === 32 ? [[path, `spikes of ${bits} bits have no thresholds to choose among`]] : []),
    ...(curriculum.length > 0 ? [[path, "a curriculum sets theta by epoch: leave one of the two out"]] : []),
  ] as [string[], string][];
}

/** Systems whose weights can be trained on a grid. */
const spikingSystems = SYSTEMS.filter((system) => cellOf(system).spiking);

function quantisationChecks(c: TrainingConfig, q: QuantisationConfig): [(string | number)[], string][] {
  const { epochs, earlyStopEpochs } = c.training;
  const names = weightedNames(c.network.neurons.length);
  const without = q.from === null;
  const rules: [boolean, string[], string][] = [
    [cellOf(c.network.system).spiking, [], `trains ${spikingSystems.join(", ")}; ${c.network.system} is not among them yet`],
    [
      !without || q.floatEpochs > 0,
      ["float_epochs"],
      `is 0, and quantisation.from names no model: name one, or set how many of the ${epochs} epochs come before the grid`,
    ],
    [without || q.floatEpochs === 0, ["float_epochs"], `is ${q.floatEpochs}, and ${q.from} is trained already: leave it out`],
    [
      q.floatEpochs < epochs,
      ["float_epochs"],
      `is ${q.floatEpochs} of training.epochs: ${epochs}, which leaves none for the grid: set it to ${epochs - 1} or less`,
    ],
    [
      q.zeroShare === 0 || !weightBitsOf(q, names.length - 1).includes(1),
      ["zero_share"],
      `is ${q.zeroShare}, and weights of 1 bit are signs: leave it out`,
    ],
    [c.quantiser.curriculum.length === 0, [], "needs the spikes' bits from the first epoch on: leave quantiser.curriculum out"],
    [earlyStopEpochs === 0, [], "runs all its epochs: leave training.early_stop_epochs out"],
    ...Object.keys(q.layers).map((name): [boolean, string[], string] => [
      names.includes(name),
      ["layers", name],
      `is no layer of this network, which has ${names.join(", ")}`,
    ]),
  ];
  return rules.flatMap(([holds, path, message]) => (holds ? [] : [[["quantisation", ...path], message] as [string[], string]]));
}

/** How training treats a cell's parameter per neuron. */
export function learningOf(
  { network }: TrainingConfig,
  { name, initial }: NeuronParameter,
): { readonly initial: number; readonly learned: boolean } {
  if (name === "tau") return { initial: network.tau, learned: network.tauLearned };
  return network.perNeuron?.[name] ?? { initial, learned: false };
}

/**
 * A configuration file's text, checked key by key against the schema. It has a name; checks over several keys are not
 * made here.
 */
export function parseConfigDocument(text: string, file: string): ConfigDocument & { readonly name: string } {
  const raw = documentOf(locatedFromYaml(text, file));
  return { ...raw, name: nameOf(raw, file) };
}

/** A configuration from a document that was put together; `file` is its name in error messages. */
export function configOf(raw: ConfigDocument, file: string): TrainingConfig {
  return consistent(raw, file, () => ({ file, line: null, column: null }));
}

/** Parses a configuration. */
export function parseTrainingConfig(text: string, file: string): TrainingConfig {
  const document = locatedFromYaml(text, file);
  return consistent(documentOf(document), file, (path) => placeOf(document, path), idleSettings);
}

function documentOf(document: LocatedMap): ConfigDocument {
  const problems: Problem[] = [];
  const raw = checked(configSchema, document, "", scalarPaths(configSchema), problems);
  if (raw === null) throw new InputError(problems);
  return raw;
}

function consistent(
  raw: ConfigDocument,
  file: string,
  placeAt: (path: readonly (string | number)[]) => Place,
  more: typeof idleSettings = () => [],
): TrainingConfig {
  const config = complete(raw, file);
  const wrong = [...crossChecks(config, raw), ...more(raw)];
  if (wrong.length > 0) throw new InputError(wrong.map(([path, message]) => problemAt(placeAt(path), path.join("."), message)));
  return deepFreeze(config);
}

/**
 * Trains for the precision of a description, which replaces the weight bits of a training configuration. Effects: reads
 * files.
 */
import { ownWeightBits, type Precision } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { demandGridSpikes, demandLayers, type TrainingConfig, weightBitsOf, weightedNames } from "../training/index.js";
import { openChipWithPlugins } from "./open.js";
import { usualPrecision } from "./score-on-chip.js";

/** Range of weight bits that training supports. */
const [LEAST_BITS, MOST_BITS] = [1, 8];

/** Paths of the widths on which the training depends. */
const TRAINED_FOR = /^precision[.](?:layers[.].+[.])?(?:weight|spike)_bits$/;

/** A description's precision, and its file. */
export interface Aim {
  readonly file: string;
  readonly precision: Precision;
}

/** @throws InputError if the description cannot be read, its chip is coupled, or it sweeps the widths to train for */
export async function aimOf(description: string): Promise<Aim> {
  const { file, experiment, sweep } = await openChipWithPlugins(description);
  const swept = sweep?.parameters.find(({ path }) => TRAINED_FOR.test(path));
  if (swept !== undefined)
    throw inputError(
      file,
      "is swept, and a network is trained for one value",
      "give one value in a copy of this file, or let a search train a network for each: training.base",
      swept.path,
    );
  return { file, precision: experiment.precision };
}

/**
 * `config` with the weight bits of `aim`. @throws InputError if it does not train for a chip, or not for such widths
 */
export function aimedAt(config: TrainingConfig, file: string, aim: Aim): TrainingConfig {
  const { precision } = aim;
  if (config.quantisation === undefined)
    throw inputError(
      file,
      "is not for a chip: it has no quantisation section",
      "add quantisation: { from: a trained model }, or { float_epochs: n }",
      "quantisation",
    );
  const names = weightedNames(config.network.neurons.length);
  const given = ownWeightBits(precision).map(([name, own]) => [name, { weightBits: own }] as const);
  const layers = Object.fromEntries(given);
  demandLayers(Object.keys(layers), config.name, config.network.neurons.length, aim.file);
  const aimed = { ...config, quantisation: { ...config.quantisation, weightBits: precision.weightBits, layers } };
  const bits = weightBitsOf(aimed.quantisation, names.length - 1);
  const pathOf = (at: number): string =>
    Object.hasOwn(layers, names[at]) ? `precision.layers.${names[at]}.weight_bits` : "precision.weight_bits";
  const wide = bits.findIndex((own) => own > MOST_BITS);
  if (wide >= 0)
    throw inputError(
      aim.file,
      `is ${bits[wide]}: training supports ${LEAST_BITS} to ${MOST_BITS}`,
      "with more bits, a float model loses no accuracy: use it as it is",
      pathOf(wide),
    );
  const { zeroShare } = aimed.quantisation;
  const sign = bits.indexOf(1);
  if (zeroShare > 0 && sign >= 0)
    throw inputError(
      aim.file,
      `is 1, and weights of 1 bit are signs: ${file} asks for zero_share: ${zeroShare}`,
      "leave quantisation.zero_share out",
      pathOf(sign),
    );
  demandGridSpikes(config, precision, aim.file, `quantiser.bits and input_bits of ${file} train other spikes`);
  return aimed;
}

/** The precision that a network is trained for and scored at; null if it is trained in float. */
export function trainedPrecision({ quantisation, network }: TrainingConfig, aim: Aim | null): Precision | null {
  if (quantisation === undefined) return null;
  if (aim !== null) return aim.precision;
  const layers = network.neurons.length;
  const bits = weightBitsOf(quantisation, layers);
  return usualPrecision(weightedNames(layers).map((name, l) => [name, bits[l]]));
}

/**
 * Training configuration: YAML in, a complete frozen `TrainingConfig` out; all problems at once with file, line and column.
 * @throws InputError on anything unknown, missing or out of range.
 */

import { isMap, isScalar } from "yaml";
import * as z from "zod";
import { cellOf, type NeuronParameter, SYSTEMS, type System } from "../arch/index.js";
import { InputError, inputError, type Problem } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import { parseYaml } from "../base/yaml.js";
import { DEFAULT_FEATURES, type FeatureRecipe } from "./features.js";

const stage = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ epochs: z.int().min(1), ...shape });

const quantiserSchema = z.strictObject({
  bits: z.int().min(1).max(32).default(6),
  theta: z.int().min(0).default(3),
  input_bits: z.int().min(1).max(32).nullable().default(null),
  input_theta: z.int().min(0).nullable().default(null),
  fixed_range: z.number().min(0).default(0),
  input_fixed_range: z.number().min(0).default(0),
  curriculum: z.array(stage({ bits: z.int().min(1).max(32), theta: z.int().min(0) })).default([]),
});

/** U is orthogonal times this; sqrt 2 diverged, 0.5 trains. */
const RECURRENT_GAIN = 0.5;

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  seed: z.int().default(1),
  data: z.strictObject({
    set: z.string().min(1),
    path: z.string().nullable().default(null),
    validation_fraction: z.number().min(0).max(0.5).default(0),
    features: z
      .strictObject({
        kind: z.enum(["log-mel", "mfcc"]).default(DEFAULT_FEATURES.kind),
        mels: z.int().min(2).max(256).default(DEFAULT_FEATURES.mels),
        coefficients: z.int().min(1).max(256).default(DEFAULT_FEATURES.coefficients),
        low_hz: z.number().min(0).max(4000).default(DEFAULT_FEATURES.lowHz),
        normalisation: z.enum(["global", "global-scale", "speaker", "utterance", "none"]).default(DEFAULT_FEATURES.normalisation),
      })
      .prefault({}),
  }),
  network: z.strictObject({
    system: z.enum(SYSTEMS),
    neurons: z.array(z.int().min(1).max(4096)).min(1).max(8),
    recurrent_gain: z.number().positive().optional(),
    tau: z.number().min(0).max(1).default(1),
    tau_learned: z.boolean().default(false),
    per_neuron: z.record(z.string(), z.strictObject({ initial: z.number().min(0), learned: z.boolean().default(false) })).optional(),
    output_delay_frames: z.int().min(0).max(100).default(0),
    weight_format: z.enum(["float32", "float16"]).default("float32"),
  }),
  quantiser: quantiserSchema.optional(),
  training: z.strictObject({
    epochs: z.int().min(1),
    batch: z.int().min(1),
    shards: z.int().min(1).max(64).default(1),
    dropout: z.number().min(0).max(0.9).default(0.1),
    membrane_penalty: z.number().min(0).default(0),
    membrane_penalty_warmup_fraction: z.number().min(0).max(1).default(0),
    clip_norm: z.number().positive().default(1),
    learning_rate: z.discriminatedUnion("schedule", [
      z.strictObject({
        schedule: z.literal("cosine"),
        peak: z.number().positive(),
        warmup_fraction: z.number().min(0).max(1).default(0.03),
        final_fraction: z.number().min(0).max(1).default(0.02),
      }),
      z.strictObject({
        schedule: z.literal("halving"),
        initial: z.number().positive(),
        improvement_fraction: z.number().min(0).default(0.005),
        floor: z.number().positive().default(1.25e-4),
      }),
    ]),
    length_curriculum: z.array(stage({ frames: z.int().min(1) })).default([]),
    early_stop_epochs: z.int().min(0).default(0),
  }),
});

type Raw = z.infer<typeof schema>;

export interface TrainingConfig {
  readonly name: string;
  readonly seed: number;
  readonly data: {
    readonly set: string;
    readonly path: string | null;
    readonly validationFraction: number;
    readonly features: FeatureRecipe;
  };
  readonly network: {
    readonly system: System;
    readonly neurons: readonly number[];
    readonly recurrentGain: number;
    readonly tau: number;
    readonly tauLearned: boolean;
    /** Of other parameters per neuron that the cell has; what is not said of one is as the cell says. */
    readonly perNeuron?: { readonly [name: string]: { readonly initial: number; readonly learned: boolean } };
    readonly outputDelayFrames: number;
    /** Precision in which the finished network's weight matrices are rounded and stored; learning itself is in float32. */
    readonly weightFormat: "float32" | "float16";
  };
  readonly quantiser: {
    readonly bits: number;
    readonly theta: number;
    readonly inputBits: number;
    readonly inputTheta: number;
    readonly fixedRange: number;
    readonly inputFixedRange: number;
    /** Stages from the first epoch on; after them bits and theta hold. */
    readonly curriculum: readonly { readonly epochs: number; readonly bits: number; readonly theta: number }[];
  };
  readonly training: {
    readonly epochs: number;
    readonly batch: number;
    /** Parts that a batch is cut into, each with batch-norm statistics of its own; workers share them out. */
    readonly shards: number;
    readonly dropout: number;
    readonly membranePenalty: number;
    /** Share of all batches over which the penalty rises linearly from 0. */
    readonly membranePenaltyWarmupFraction: number;
    readonly clipNorm: number;
    readonly learningRate: LearningRate;
    readonly lengthCurriculum: readonly { readonly epochs: number; readonly frames: number }[];
    /** Epochs without a better validation error before training stops; 0 = never. */
    readonly earlyStopEpochs: number;
  };
}

export type LearningRate =
  | { readonly schedule: "cosine"; readonly peak: number; readonly warmupFraction: number; readonly finalFraction: number }
  | { readonly schedule: "halving"; readonly initial: number; readonly improvementFraction: number; readonly floor: number };

function complete(raw: Raw): TrainingConfig {
  const { data, network, training } = raw;
  const quantiser = raw.quantiser ?? quantiserSchema.parse({});
  const rate = training.learning_rate;
  return {
    name: raw.name,
    seed: raw.seed,
    data: {
      set: data.set,
      path: data.path,
      validationFraction: data.validation_fraction,
      features: {
        kind: data.features.kind,
        mels: data.features.mels,
        coefficients: data.features.coefficients,
        lowHz: data.features.low_hz,
        normalisation: data.features.normalisation,
      },
    },
    network: {
      system: network.system,
      neurons: network.neurons,
      recurrentGain: network.recurrent_gain ?? RECURRENT_GAIN,
      tau: network.tau,
      tauLearned: network.tau_learned,
      ...(network.per_neuron && { perNeuron: network.per_neuron }),
      outputDelayFrames: network.output_delay_frames,
      weightFormat: network.weight_format,
    },
    quantiser: {
      bits: quantiser.bits,
      theta: quantiser.theta,
      inputBits: quantiser.input_bits ?? quantiser.bits,
      inputTheta: quantiser.input_theta ?? quantiser.theta,
      fixedRange: quantiser.fixed_range,
      inputFixedRange: quantiser.input_fixed_range,
      curriculum: quantiser.curriculum,
    },
    training: {
      epochs: training.epochs,
      batch: training.batch,
      shards: training.shards,
      dropout: training.dropout,
      membranePenalty: training.membrane_penalty,
      membranePenaltyWarmupFraction: training.membrane_penalty_warmup_fraction,
      clipNorm: training.clip_norm,
      learningRate:
        rate.schedule === "cosine"
          ? { schedule: "cosine", peak: rate.peak, warmupFraction: rate.warmup_fraction, finalFraction: rate.final_fraction }
          : { schedule: "halving", initial: rate.initial, improvementFraction: rate.improvement_fraction, floor: rate.floor },
      lengthCurriculum: training.length_curriculum,
      earlyStopEpochs: training.early_stop_epochs,
    },
  };
}

/** What one field's value alone cannot say. */
function crossChecks(c: TrainingConfig, raw: Raw): [path: (string | number)[], message: string][] {
  const found: [(string | number)[], string][] = [];
  const needsValidation = c.training.learningRate.schedule === "halving" || c.training.earlyStopEpochs > 0;
  if (needsValidation && c.data.validationFraction === 0)
    found.push([["data"], "learning-rate halving and early stop need data.validation_fraction above 0"]);
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
  if (c.data.features.kind === "mfcc" && c.data.features.coefficients > c.data.features.mels)
    found.push([
      ["data", "features", "coefficients"],
      `${c.data.features.coefficients} coefficients from ${c.data.features.mels} mel filters`,
    ]);
  const stages: [(string | number)[], number, number][] = [
    [["quantiser", "theta"], c.quantiser.bits, c.quantiser.theta],
    [["quantiser", "input_theta"], c.quantiser.inputBits, c.quantiser.inputTheta],
    ...c.quantiser.curriculum.map((s, i): [(string | number)[], number, number] => [["quantiser", "curriculum", i], s.bits, s.theta]),
  ];
  for (const [path, bits, theta] of stages) {
    if (bits === 32) continue;
    const largest = powerOfTwo(bits - 1) - 1;
    if (theta >= largest) {
      const fix = bits === 1 ? "; ternary spikes (-1, 0, +1) are bits: 2, theta: 0" : "";
      found.push([path, `theta ${theta} silences every ${bits}-bit spike (largest payload ${largest})${fix}`]);
    }
  }
  return found;
}

/** How training treats a cell's parameter per neuron. */
export function learningOf(
  { network }: TrainingConfig,
  { name, initial }: NeuronParameter,
): { readonly initial: number; readonly learned: boolean } {
  if (name === "tau") return { initial: network.tau, learned: network.tauLearned };
  return network.perNeuron?.[name] ?? { initial, learned: false };
}

/** A learned range settles at max(h) / (1 - (theta + 1) / n); above this share of n its drift costs accuracy. */
const DRIFT_SHARE = 0.2;

/** What is allowed but likely a mistake, a sentence each. */
export function trainingWarnings(c: TrainingConfig): string[] {
  const { bits, theta, fixedRange } = c.quantiser;
  const share = (theta + 1) / powerOfTwo(bits - 1);
  if (!cellOf(c.network.system).spiking || bits === 32 || fixedRange > 0 || share <= DRIFT_SHARE) return [];
  const growth = (1 / (1 - share)).toFixed(2);
  return [
    `quantiser: with ${bits} bits and theta ${theta} the learned range drifts to ${growth} times the largest activation; more bits, a smaller theta or a fixed_range avoid it`,
  ];
}

/** Parses a configuration. */
export function parseTrainingConfig(text: string, file: string): TrainingConfig {
  const { document, errors, placeOf } = parseYaml(text, file);
  const problem = (path: readonly PropertyKey[], message: string): Problem => {
    let node: unknown = document.contents;
    let range: readonly [number, ...unknown[]] | undefined;
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
        if (pair && isScalar(pair.key) && pair.key.range) range = pair.key.range;
        node = pair?.value;
      } else if (typeof node === "object" && node !== null && "items" in node && typeof key === "number") {
        node = (node as { items: unknown[] }).items[key];
      } else break;
    }
    return { file, ...placeOf(range ? range[0] : 0), path: path.map(String).join("."), message, fix: "" };
  };
  if (errors.length > 0) throw new InputError(errors);
  let plain: unknown;
  try {
    plain = document.toJS(); // counts aliases out, and refuses those that explode
  } catch (error) {
    throw inputError(file, `YAML: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = schema.safeParse(plain);
  if (!parsed.success) throw new InputError(parsed.error.issues.map((issue) => problem(issue.path, issue.message)));
  const config = complete(parsed.data);
  const wrong = crossChecks(config, parsed.data);
  if (wrong.length > 0) throw new InputError(wrong.map(([path, message]) => problem(path, message)));
  return config;
}

/** The training record in a model file: how the model was made and what it reached. */
import * as z from "zod";
import type { Moments, Samples } from "../arch/index.js";
import { asJson, hashJson, type Json } from "../base/hash.js";
import type { TrainingConfig } from "./config.js";
import type { HeldOut } from "./datasets/held-out.js";
import type { Evaluation } from "./evaluate.js";
import { DEFAULT_FEATURES, type FeatureRecipe, type FeatureSettings, featureWidth, isOverTraining } from "./features.js";
import shippedMoments from "./shipped-moments.json" with { type: "json" };

/** One epoch of the learning curve. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly penalty: number;
  readonly learningRate: number;
  /** Share of wrong decisions on the validation utterances; null without any. */
  readonly validationError: number | null;
  readonly skippedSteps: number;
}

/** A network's decisions in the integers of a chip. */
export interface ChipScore {
  readonly correct: number;
  readonly scored: number;
  /** Number of independent samples that tell as much of the accuracy: frames of an utterance are right together. */
  readonly samples: number;
  /** Words (bits) with which it was scored. */
  readonly precision: Json;
}

/** Measurements of the finished model. */
export function evaluationRecord(evaluation: Evaluation): Json {
  return {
    dataset: evaluation.dataset,
    scored: evaluation.scored,
    correct: evaluation.correct,
    accuracy: evaluation.accuracy,
    density: evaluation.density,
    multiplications_per_frame: evaluation.multiplicationsPerFrame,
  };
}

/** Score in integers. */
export const chipRecord = ({ correct, scored, precision }: ChipScore) => ({ correct, scored, precision, accuracy: correct / scored });

/** The learning curve. */
export function epochRecords(curve: readonly EpochRecord[]): Json {
  return curve.map((line) => ({
    epoch: line.epoch,
    loss: line.loss,
    penalty: line.penalty,
    learning_rate: line.learningRate,
    validation_error: line.validationError,
    skipped_steps: line.skippedSteps,
  }));
}

/** The whole record. It holds neither times nor interruptions, so that the same training gives the same file. */
export function trainingRecord(made: {
  readonly command: string;
  readonly config: TrainingConfig;
  readonly backend: string;
  readonly train: Pick<Samples, "hash" | "moments" | "rateHz">;
  readonly test: Pick<Samples, "hash">;
  readonly stoppedEarly: boolean;
  readonly curve: readonly EpochRecord[];
  readonly evaluation: Evaluation;
  /** For a network trained for a chip: the model from which training began, and its score in integers. */
  readonly base: {
    readonly name: string;
    readonly hash: string;
    /** Of the same search, which made it with the same seed; null: the same model for all seeds. */
    readonly recipeButSeed: string | null;
  } | null;
  readonly onChip: ChipScore | null;
}): Json {
  const { base } = made;
  return {
    command: made.command,
    config: asJson(made.config),
    seed: made.config.seed,
    backend: made.backend,
    train_data_sha256: made.train.hash,
    test_data_sha256: made.test.hash,
    ...(made.train.moments && { normalisation: asJson(made.train.moments) }),
    ...(made.train.rateHz !== undefined && { sample_rate_hz: made.train.rateHz }),
    stopped_early: made.stoppedEarly,
    curve: epochRecords(made.curve),
    test: evaluationRecord(made.evaluation),
    ...(base && {
      base: { name: base.name, sha256: base.hash, ...(base.recipeButSeed !== null && { recipe_but_seed: base.recipeButSeed }) },
    }),
    ...(made.onChip !== null && { on_chip: chipRecord(made.onChip) }),
  };
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json })[name] : undefined;

/** Key of a training run: configuration, data, back end, and the model from which it begins. */
export function runKey(config: TrainingConfig, dataHash: string, backend: string, base: { readonly hash: string } | null): string {
  return hashJson([asJson(config), dataHash, backend, ...(base === null ? [] : [base.hash])]);
}

/** The `runKey` of a record's run; null if the record lacks it. */
export function recordedConfig(record: Json): string | null {
  const config = field(record, "config");
  const base = field(field(record, "base"), "sha256");
  const made = [field(record, "train_data_sha256") ?? null, field(record, "backend") ?? null, ...(base === undefined ? [] : [base])];
  return config === undefined ? null : hashJson([config, ...made]);
}

/** Content hash of the data on which a network was scored; null: older records do not say it. */
export const recordedTestData = (record: Json): Json => field(record, "test_data_sha256") ?? null;

/** Words of the chip with which a network was scored in integers; null: it was not. */
export const recordedChipPrecision = (record: Json): Json => field(field(record, "on_chip"), "precision") ?? null;

/** Weight bits, per layer as in `quantisation`, for which a network was trained; null: it was not trained for any. */
export function recordedWeightBits(record: Json): { readonly weightBits: number; readonly layers: ReadonlyMap<string, number> } | null {
  const quantisation = field(field(record, "config"), "quantisation");
  const weightBits = field(quantisation, "weightBits");
  if (typeof weightBits !== "number") return null;
  const own = Object.entries((field(quantisation, "layers") as { readonly [name: string]: Json } | undefined) ?? {});
  const bits = own.map(([name, layer]) => [name, field(layer, "weightBits")] as const);
  return { weightBits, layers: new Map(bits.filter((entry): entry is [string, number] => typeof entry[1] === "number")) };
}

/** What a network's training held out; null: the record does not say it. */
export function recordedHeldOut(record: Json): HeldOut | null {
  const data = field(field(record, "config"), "data");
  const [set, fraction] = [field(data, "set"), field(data, "validationFraction")];
  const [dataHash, seed] = [field(record, "train_data_sha256"), field(record, "seed")];
  if (typeof set !== "string" || typeof fraction !== "number" || typeof dataHash !== "string" || typeof seed !== "number") return null;
  return { set, dataHash, fraction, seed };
}

/** Seed of a network's training; null if the record does not say it. */
export const recordedSeed = (record: Json): Json => field(record, "seed") ?? null;

/**
 * Equal for models whose training differs only by the seed: by configuration, data, the model from which it began, and
 * the epochs that it ran, unless an early stop may choose them. Names do not matter: those of a search's configurations
 * tell seeds apart. Nor does the seed of the model from which a search's training began. Null if the record does not
 * say how they were trained.
 */
export function recordedRecipe(record: Json): string | null {
  const config = field(record, "config");
  if (config === undefined) return null;
  const { seed: _each, name: _its, quantisation, ...rest } = config as { readonly [key: string]: Json };
  const base = field(record, "base");
  const begun = field(base, "recipe_but_seed") ?? field(base, "sha256") ?? null;
  const onGrid = quantisation === undefined ? null : { ...(quantisation as { readonly [key: string]: Json }), from: null };
  const curve = field(record, "curve");
  const stop = field(field(config, "training"), "earlyStopEpochs");
  const epochs = Array.isArray(curve) && (stop ?? 0) === 0 ? curve.length : null;
  return hashJson([rest, onGrid, begun, field(record, "train_data_sha256") ?? null, epochs]);
}

/** Weight of the membrane penalty; 0: none, or not recorded. */
export function recordedPenalty(record: Json): number {
  const penalty = field(field(field(record, "config"), "training"), "membranePenalty");
  return typeof penalty === "number" && penalty > 0 ? penalty : 0;
}

/** Saturation of that penalty, in ranges; null: none, or not recorded. */
export function recordedSaturation(record: Json): number | null {
  const saturation = field(field(field(record, "config"), "training"), "membranePenaltySaturation");
  return typeof saturation === "number" && saturation > 0 ? saturation : null;
}

/**
 * One line: what the network is, and what it reached on which data. Empty if the record does not say it (a model of
 * foreign origin).
 */
export function recordedSummary(record: Json): string {
  const [config, test] = [field(record, "config"), field(record, "test")];
  const [cell, neurons] = [field(field(config, "network"), "system"), field(field(config, "network"), "neurons")];
  const [accuracy, dataset] = [field(test, "accuracy"), field(test, "dataset")];
  if (typeof cell !== "string" || !Array.isArray(neurons) || typeof accuracy !== "number" || typeof dataset !== "string") return "";
  return `${cell}, ${neurons.join(" + ")} neurons: ${(100 * accuracy).toFixed(2)} % right on ${dataset}`;
}

const momentsShape = z.object({ mean: z.array(z.number()), deviation: z.array(z.number().positive()) });

interface LearntSound {
  readonly moments: Moments | null;
  readonly rateHz: number | null;
}

/**
 * What normalised the features that a model learnt, and the samples per second of their sound: from its record or, for
 * shipped models of older records, from a table by the hash of their training data. Null: neither says it, for features
 * of this recipe.
 */
function recordedSound(record: Json, recipe: FeatureSettings): LearntSound {
  const table: { readonly [trainDataSha256: string]: Moments & { readonly rateHz: number } } = shippedMoments;
  const dataHash = field(record, "train_data_sha256");
  const shipped = typeof dataHash === "string" && Object.hasOwn(table, dataHash) ? table[dataHash] : null;
  const own = momentsShape.safeParse(field(record, "normalisation"));
  const { mean, deviation } = (own.success ? own.data : shipped) ?? { mean: [], deviation: [] };
  const fits = isOverTraining(recipe) && [mean, deviation].every(({ length }) => length === featureWidth(recipe));
  const rate = field(record, "sample_rate_hz") ?? shipped?.rateHz;
  return { moments: fits ? { mean, deviation } : null, rateHz: typeof rate === "number" ? rate : null };
}

interface RecordedData {
  readonly set: string;
  /** Features as configured. */
  readonly recipe: FeatureSettings;
  /** The same with what is known of those that the model learnt: what normalised them, and the rate of their sound. */
  readonly features: FeatureRecipe;
}

/**
 * Data set and features on which a model was trained; null if the record does not say it (a model of foreign origin).
 */
export function recordedData(record: Json): RecordedData | null {
  const data = field(field(record, "config"), "data");
  const set = field(data, "set");
  if (typeof set !== "string") return null;
  const recipe = { ...DEFAULT_FEATURES, ...(field(data, "features") as Partial<FeatureSettings> | undefined) };
  const { moments, rateHz } = recordedSound(record, recipe);
  return { set, recipe, features: { ...recipe, ...(moments && { moments }), ...(rateHz !== null && { rateHz }) } };
}

/**
 * [input, layers]: share of neurons that spike in a step on the test set, from a model's record; null if it does not
 * say it.
 */
export function recordedDensity(record: Json): readonly number[] | null {
  const density = field(field(record, "test"), "density");
  return Array.isArray(density) && density.every((share): share is number => typeof share === "number") ? density : null;
}

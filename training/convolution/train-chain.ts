/**
 * Trains a chain: surrogate gradients, Adam, a cosine of rates. Clock, progress view and checkpoint store are handed
 * in. Every random choice derives from the seed, the epoch and the batch, so a resumed run repeats an uninterrupted one
 * bit for bit.
 */
import type { LayerChain, SampleSet } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { asJson, bytesOf, hashJson, type Json, sha256 } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import { wilson } from "../../base/wilson.js";
import { type Adam, adamStep, createAdam } from "../adam.js";
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint, type Progress } from "../checkpoint.js";
import { checkApart, checkUnlearnt, heldOutCount, strangeClasses } from "../datasets/held-out.js";
import { addEpoch } from "../divergence.js";
import { createEngine } from "../fused/kernels.js";
import type { EpochEvent, ProgressEvent } from "../progress-events.js";
import { type ChipScore, chipRecord, epochRecords, recordedHeldOut } from "../record.js";
import { cosineRate } from "../schedule.js";
import type { ChainConfig } from "./chain-config.js";
import { batchOf, checkSize, drawShift } from "./chain-samples.js";
import { type ChainScore, scoreChain } from "./score-chain.js";
import { inputsOf, learnChain, parametersOf } from "./spiking-chain.js";

/** Events of a training. */
export type ChainTrainingEvent =
  | ProgressEvent
  | EpochEvent
  | { readonly kind: "scored"; readonly test: ChainScore; readonly onChip: ChipScore; readonly seconds: number };

export interface ChainData {
  /** Recordings, followed by generated samples. */
  readonly train: SampleSet;
  /** Number of recordings in `train`. */
  readonly recordings: number;
  readonly test: SampleSet;
}

interface ChainHooks extends ChainData {
  /** The configuration's file, for error messages. */
  readonly file: string;
  /** The chain from which training begins; its arrays are not changed. */
  readonly chain: LayerChain;
  /** The file with whose weights training begins, and the record in it; null: weights are drawn. */
  readonly base: { readonly name: string; readonly record: Json } | null;
  /** The command line as typed, for the record. */
  readonly command: string;
  readonly report: (event: ChainTrainingEvent) => void;
  readonly nowMs: () => number;
  readonly checkpoint: CheckpointStore;
  /** Batches between checkpoints; one is also written after every epoch. */
  readonly checkpointBatches: number;
  /** True: stop now and leave a checkpoint. Called between batches; it also lets signals and timers run. */
  readonly stop: () => Promise<boolean>;
  /** Score on the test set in a chip's integers. */
  readonly score: (chain: LayerChain) => ChipScore;
}

interface ChainResult {
  readonly chain: LayerChain;
  readonly record: Json;
}

/** A copy of the chain with the weights of the file, or with new ones. */
function begun(config: ChainConfig, chain: LayerChain): LayerChain {
  const rng = createRng(config.seed, "weights");
  const stages = chain.stages.map((stage) => {
    if (stage.kind !== "weights") return stage;
    const { weights, bias } = stage;
    if (config.graph.weights === "file") return { ...stage, weights: weights.slice(), bias: bias?.slice() ?? null };
    // K. He et al., "Delving Deep into Rectifiers", ICCV 2015: deviation sqrt(2 / fan-in).
    const deviation = Math.sqrt((2 * stage.shape.targetChannels) / weights.length);
    return { ...stage, weights: weights.map(() => deviation * rng.normal()), bias: bias === null ? null : new Float32Array(bias.length) };
  });
  return { ...chain, stages };
}

/** Key of everything on which the run's result depends. */
export function chainKey(config: ChainConfig, chain: LayerChain, dataHash: string): string {
  const drawn = config.graph.weights === "drawn";
  const stages = chain.stages.map((stage) =>
    Object.entries(stage).map(([key, value]): Json => {
      if (!(value instanceof Float32Array)) return [key, asJson(value)];
      return [key, drawn && stage.kind === "weights" ? value.length : sha256(bytesOf(value))];
    }),
  );
  return hashJson([asJson(config), stages, asJson(chain.input), dataHash]);
}

/** The recordings that are held out, of so many: a part that the seed draws, ascending. */
export function heldOut({ seed, data: { validationFraction } }: ChainConfig, recordings: number): readonly number[] {
  const all = createRng(seed, "validation").shuffle(Array.from({ length: recordings }, (_, at) => at));
  return all.slice(0, heldOutCount(validationFraction, recordings)).sort((a, b) => a - b);
}

/** Recordings that are not held out are used per epoch as often as the configuration says. */
function partsOf(
  config: ChainConfig,
  { recordings, train }: ChainData,
): { readonly learnt: readonly number[]; readonly held: readonly number[] } {
  const { repeats } = config.data;
  const held = heldOut(config, recordings);
  const isHeld = new Set(held);
  const kept = Array.from({ length: recordings }, (_, at) => at).filter((at) => !isHeld.has(at));
  const made = Array.from({ length: train.frameStart.length - 1 - recordings }, (_, at) => recordings + at);
  return { learnt: [...Array.from({ length: repeats }, () => kept).flat(), ...made], held };
}

/** Throws: InputError if chain and data do not fit each other. Returns warnings. */
function checkFit(config: ChainConfig, hooks: ChainHooks): readonly string[] {
  const { file, chain, train, test, base } = hooks;
  for (const samples of [train, test]) {
    if (samples.inputs !== inputsOf(chain))
      throw inputError(
        file,
        `${samples.name} falls on ${samples.inputs} inputs, ${chain.name} takes ${inputsOf(chain)}`,
        "inputs are channels x height x width, after crop and downsample",
        "data.events",
      );
    if (samples.classes > chain.classes)
      throw inputError(file, `${samples.name} has ${samples.classes} classes, ${chain.name} has ${chain.classes} outputs`, "", "data.set");
    if (samples.labels.some((label) => label < 0))
      throw inputError(file, `${samples.name} has samples without a label`, "name them: data.labels", "data.set");
  }
  const { learnt, held } = partsOf(config, hooks);
  const [fit, validation] = ["fit", "validation"].map((part) => ({ ...train, name: `${train.name}/${part}` }));
  const learntToo = [...checkApart(train, test), ...checkApart(fit, validation, learnt, held)];
  checkSize(chain, train, config.training.batch, file);
  checkSize(chain, test, 1, file);
  const begun = base === null ? null : { name: base.name, heldOut: recordedHeldOut(base.record) };
  const { set, validationFraction: fraction } = config.data;
  const unread = [...(train.leftOut ?? []), ...(test.leftOut ?? [])];
  const labelsOf = (chosen: readonly number[]): Int32Array => Int32Array.from(chosen, (sample) => train.labels[sample]);
  const known = { name: fit.name, labels: labelsOf(learnt) };
  return [
    ...[...unread, ...learntToo],
    ...checkUnlearnt(file, begun, { set, dataHash: train.hash, fraction, seed: config.seed }),
    ...[{ name: validation.name, labels: labelsOf(held) }, test].flatMap((scored) => strangeClasses(known, scored)),
  ];
}

/**
 * Trains a chain. Null if `hooks.stop` asked for an end, after writing a checkpoint. Throws: InputError if the data do
 * not fit.
 */
export async function trainChain(config: ChainConfig, hooks: ChainHooks): Promise<ChainResult | null> {
  const warnings = checkFit(config, hooks);
  const startedMs = hooks.nowMs();
  const seconds = (): number => (hooks.nowMs() - startedMs) / 1000;
  const { train, test, report } = hooks;
  const chain = begun(config, hooks.chain);
  const arrays = parametersOf(chain);
  const adam = createAdam(arrays);
  const engine = createEngine();
  const key = chainKey(config, hooks.chain, train.hash);
  const saved = hooks.checkpoint.read();
  const learning = { state: null, adam, arrays };
  const progress = saved === null ? begin() : decodeCheckpoint(saved, key, learning, hooks.checkpoint.file);
  const resumed = saved !== null;
  const { learnt, held } = partsOf(config, hooks);
  if (learnt.length === 0) throw inputError(hooks.file, "leaves no sample to learn from", "a smaller share", "data.validation_fraction");
  const { epochs, batch: size, clipNorm, learningRate, shiftPixels } = config.training;
  const batches = Math.ceil(learnt.length / size);
  const save = (): void => hooks.checkpoint.write(encodeCheckpoint(key, learning, progress));
  const parameters = arrays.reduce((sum, array) => sum + array.length, 0);
  const resumedAtEpoch = resumed ? progress.epoch + 1 : null;
  report({ kind: "start", backend: "kernels", epochs, parameters, resumedAtEpoch, warnings });
  for (; progress.epoch < epochs; progress.epoch++) {
    const { epoch } = progress;
    const order = createRng(config.seed, `order/${epoch}`).shuffle([...learnt]);
    for (; progress.batch < batches; progress.batch++) {
      if (await hooks.stop()) {
        save();
        return null;
      }
      const at = progress.batch;
      const chosen = order.slice(at * size, (at + 1) * size);
      const rng = createRng(config.seed, `shift/${epoch}/${at}`);
      const shifts = chosen.map(() => drawShift(rng, shiftPixels));
      const labels = chosen.map((sample) => train.labels[sample]);
      const step = learnChain(engine, chain, batchOf(chain, train, chosen, shifts), labels, config.training);
      progress.rate = cosineRate({ schedule: "cosine", ...learningRate }, epoch * batches + at, epochs * batches);
      adamStep(adam, arrays, step.gradients, progress.rate, clipNorm);
      progress.lossSum += step.loss;
      progress.penaltySum += step.penalty;
      progress.batches++;
      const done = { epoch: epoch + 1, epochs, batch: at + 1, batches, loss: progress.lossSum / progress.batches };
      report({ kind: "batch", ...done, learningRate: progress.rate, seconds: seconds() });
      if ((at + 1) % hooks.checkpointBatches === 0 && at + 1 < batches) saveAfter(progress, save);
    }
    closeEpoch(config.name, progress, adam, held.length === 0 ? null : 1 - scoreChain(engine, chain, train, held).accuracy);
    const { curve } = progress;
    report({ kind: "epoch", record: curve[curve.length - 1], curve, epochs, seconds: seconds() });
    progress.epoch++;
    save();
    progress.epoch--;
  }
  const all = Array.from({ length: test.frameStart.length - 1 }, (_, sample) => sample);
  const score = scoreChain(engine, chain, test, all);
  const onChip = hooks.score(chain);
  const record = chainRecord({ config, hooks, key, learnt: learnt.length, held: held.length }, progress, score, onChip);
  report({ kind: "scored", test: score, onChip, seconds: seconds() });
  return { chain, record };
}

const begin = (): Progress => ({
  ...{ epoch: 0, batch: 0, lossSum: 0, penaltySum: 0, batches: 0, rate: 0 },
  ...{ lastError: Number.POSITIVE_INFINITY, bestError: Number.POSITIVE_INFINITY, epochsSinceBest: 0, curve: [] },
});

/** Saves a checkpoint that continues after the batch that was just taken. */
function saveAfter(progress: Progress, save: () => void): void {
  progress.batch++;
  save();
  progress.batch--;
}

/** @throws DivergedError */
function closeEpoch(name: string, progress: Progress, { skipped, steps }: Adam, validationError: number | null): void {
  const record = {
    epoch: progress.epoch + 1,
    loss: progress.lossSum / progress.batches,
    penalty: progress.penaltySum / progress.batches,
    learningRate: progress.rate,
    validationError,
    skippedSteps: skipped,
  };
  addEpoch(name, progress.curve, record, steps);
  Object.assign(progress, { batch: 0, lossSum: 0, penaltySum: 0, batches: 0 });
}

/** Record of how the network was made and what it reached. */
function chainRecord(
  made: {
    readonly config: ChainConfig;
    readonly hooks: ChainHooks;
    readonly key: string;
    readonly learnt: number;
    readonly held: number;
  },
  { curve }: Progress,
  test: ChainScore,
  onChip: ChipScore,
): Json {
  const { config, hooks } = made;
  const { dataset, scored, correct, accuracy, density } = test;
  return {
    command: hooks.command,
    key: made.key,
    config: asJson(config),
    seed: config.seed,
    train_data_sha256: hooks.train.hash,
    test_data_sha256: hooks.test.hash,
    /** Numbers of samples, which say how far the score below can be trusted. */
    data: {
      recordings: hooks.recordings,
      recordings_held_out: made.held,
      made_from_mnist: hooks.train.frameStart.length - 1 - hooks.recordings,
      learnt_per_epoch: made.learnt,
    },
    curve: epochRecords(curve),
    test: { dataset, scored, correct, accuracy, interval_90: intervalOf(correct, scored), density: asJson(density) },
    on_chip: { ...chipRecord(onChip), interval_90: intervalOf(onChip.correct, onChip.scored) },
  };
}

/** Interval of 90 % for the share of correct decisions. */
function intervalOf(correct: number, scored: number): Json {
  const { lowPercent, highPercent } = wilson(correct, scored);
  return [lowPercent / 100, highPercent / 100];
}

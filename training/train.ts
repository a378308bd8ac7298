/**
 * Trains a network: configuration and data in, frozen network and training record out. Clock, progress view and
 * checkpoint store are handed in. Every random choice derives from the seed, the epoch and the batch, so a resumed run
 * repeats an uninterrupted one bit for bit.
 */

import type { Network, Samples } from "../arch/index.js";
import { existing } from "../base/entry.js";
import type { Json } from "../base/hash.js";
import { createRng } from "../base/rng.js";
import { augmentationOf } from "./augmentation.js";
import { averagedLearning } from "./averaged-learning.js";
import { type Backend, computeOn } from "./backend.js";
import { cutPieces, isLearnable, type Piece } from "./batch.js";
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint, epochOf, isBeyond, type Progress } from "./checkpoint.js";
import type { TrainingConfig } from "./config.js";
import { addEpoch } from "./divergence.js";
import { type Evaluation, evaluateFloat } from "./evaluate.js";
import { createEngine, type Engine } from "./fused/kernels.js";
import { withInputPeaks } from "./input-peaks.js";
import { type Learning, plainLearning } from "./learning.js";
import { measureSaliency } from "./measured-saliency.js";
import type { LearnerMaker, Learners } from "./parallel/learners.js";
import { cutShards } from "./parallel/shard.js";
import { freeze, initialise, trainableArrays } from "./parameters.js";
import type { EpochEvent, ProgressEvent } from "./progress-events.js";
import { pruneForEpoch } from "./pruning.js";
import type { BaseModel } from "./quantisation/base-model.js";
import { gridLearning } from "./quantisation/grid-learning.js";
import { type ChipScore, type EpochRecord, recordedRecipe, runKey, trainingRecord } from "./record.js";
import type { Saliency } from "./saliency.js";
import { cosineRate, halvedRate, longestAt, penaltyAt, settingsAt } from "./schedule.js";
import { trainingParts } from "./training-parts.js";
import { trainingWarnings } from "./training-warnings.js";
import { firstNetwork } from "./untrained.js";

/** Events of a training. */
export type TrainingEvent =
  | ProgressEvent
  | (EpochEvent & { readonly snapshot: () => Network })
  | {
      readonly kind: "end";
      readonly test: Evaluation;
      /** Score of a network trained for a chip, in the chip's integers. */
      readonly onChip: ChipScore | null;
      readonly seconds: number;
    };

export interface ChipHooks {
  /**
   * Called before the first batch, so that no training is wasted. @throws InputError if the chip's words cannot hold
   * the network
   */
  check(network: Network): void;
  /** Score on the test set in integers, for the record. */
  score(network: Network): ChipScore;
}

interface TrainingHooks {
  readonly backend: Backend;
  readonly train: Samples;
  readonly test: Samples;
  /**
   * For a network that a search makes: the samples that are held out to judge it, and how many of the configuration's
   * epochs run; null: all as configured. A checkpoint of more epochs is another network's: it is neither read nor
   * replaced.
   */
  readonly search: { readonly validation: Samples; readonly epochs: number } | null;
  /** The command line as typed, for the record. */
  readonly command: string;
  readonly report: (event: TrainingEvent) => void;
  readonly nowMs: () => number;
  /** Null: no checkpoint is kept. */
  readonly checkpoint: CheckpointStore | null;
  /** Batches between checkpoints; one is also written after every epoch. */
  readonly checkpointBatches: number;
  /** True: stop now and leave a checkpoint. Called between batches; it also lets signals and timers run. */
  readonly stop: () => Promise<boolean>;
  /** Computes the shards: `localLearners`, or worker threads. */
  readonly learners: LearnerMaker;
  /** The model that `quantisation.from` names; null if it names none. */
  readonly base: BaseModel | null;
  /** The chip for which the network is trained; null: none. */
  readonly chip: ChipHooks | null;
}

export interface TrainingResult {
  readonly network: Network;
  readonly record: Json;
  readonly test: Evaluation;
}

/** State of one training run. */
class Run {
  readonly config: TrainingConfig;
  readonly hooks: TrainingHooks;
  readonly engine: Engine = createEngine();
  /** Epochs before the weights are on a grid. */
  readonly floatEpochs: number;
  learning: Learning;
  readonly learners: Learners;
  readonly key: string;
  private readonly checkpoint: CheckpointStore | null;
  readonly trainPart: Samples;
  readonly validationPart: Samples | null;
  readonly warnings: readonly string[];
  readonly startedMs: number;
  /** Pieces of utterances by their greatest length. */
  private readonly cut = new Map<number, readonly Piece[]>();
  progress: Progress;
  resumed = false;

  constructor(config: TrainingConfig, hooks: TrainingHooks) {
    this.config = config;
    this.hooks = hooks;
    this.startedMs = hooks.nowMs();
    const { train } = hooks;
    const { learnt, validation, warnings } = trainingParts(config, hooks);
    this.warnings = [...trainingWarnings(config), ...warnings];
    this.trainPart = learnt;
    this.validationPart = validation;
    this.key = runKey(config, train.hash, hooks.backend.name, hooks.base);
    const found = hooks.checkpoint?.read() ?? null;
    const isOthers = found !== null && hooks.search !== null && isBeyond(found, hooks.search.epochs);
    this.checkpoint = isOthers ? null : hooks.checkpoint;
    const saved = isOthers ? null : found;
    const { quantisation } = config;
    this.floatEpochs = quantisation === undefined ? config.training.epochs : quantisation.floatEpochs;
    const state = initialise(config, train.inputs, train.classes);
    const isOnGrid = quantisation !== undefined && (saved === null ? 0 : epochOf(saved)) >= this.floatEpochs;
    this.learning = isOnGrid ? this.onGrid(firstNetwork(config, train, hooks.base)) : this.averaged(plainLearning(config, state));
    const bench = {
      backend: hooks.backend,
      engine: this.engine,
      config,
      samples: this.trainPart,
      augmentation: augmentationOf(config, this.trainPart),
    };
    this.learners = hooks.learners(bench, this.learning.state);
    const infinity = Number.POSITIVE_INFINITY;
    this.progress = {
      epoch: 0,
      batch: 0,
      lossSum: 0,
      penaltySum: 0,
      batches: 0,
      rate: this.firstRate(),
      lastError: infinity,
      bestError: infinity,
      epochsSinceBest: 0,
      curve: [],
    };
    if (saved !== null) {
      this.progress = decodeCheckpoint(saved, this.key, this.learning, hooks.checkpoint?.file ?? "");
      this.resumed = true;
    }
  }

  firstRate(): number {
    const rate = this.config.training.learningRate;
    return rate.schedule === "cosine" ? rate.peak : rate.initial;
  }

  /** With averages, if the configuration asks for them. */
  averaged(learning: Learning): Learning {
    const { averageDecay = 0 } = this.config.training;
    return averageDecay === 0 ? learning : averagedLearning(learning, averageDecay);
  }

  /** Learning on a chip's grid, beginning with `network`. */
  onGrid(network: Network): Learning {
    const { config, engine } = this;
    const quantisation = existing(config.quantisation, "a grid");
    return this.averaged(gridLearning(engine, config, quantisation, settingsAt(config, this.floatEpochs), network));
  }

  /** Ends the float phase: the network's weights are put on the chip's grid, and the schedules start again. */
  toGrid(): void {
    const { config, progress, learning } = this;
    const exact = { ...config, network: { ...config.network, weightFormat: "float32" } } as const;
    const network = learning.finished((state) => freeze(exact, state, settingsAt(config, progress.epoch - 1), this.hooks.train.task));
    this.learning = this.onGrid(network);
    const infinity = Number.POSITIVE_INFINITY;
    Object.assign(progress, { rate: this.firstRate(), lastError: infinity, bestError: infinity, epochsSinceBest: 0 });
  }

  seconds(): number {
    return (this.hooks.nowMs() - this.startedMs) / 1000;
  }

  save(): void {
    this.checkpoint?.write(encodeCheckpoint(this.key, this.learning, this.progress));
  }

  snapshot(epoch: number): Network {
    return this.learning.finished((state) => freeze(this.config, state, settingsAt(this.config, epoch), this.hooks.train.task));
  }

  /** Those from which something can be learned; epochs of one length share them. */
  pieces(epoch: number): readonly Piece[] {
    const { config, trainPart } = this;
    const { outputDelayFrames } = config.network;
    const longest = longestAt(config, epoch);
    const known = this.cut.get(longest);
    if (known !== undefined) return known;
    const pieces = cutPieces(trainPart, longest).filter((piece) => isLearnable(trainPart, piece, outputDelayFrames));
    this.cut.set(longest, pieces);
    return pieces;
  }

  /**
   * What weights are worth in the network as it would be if training ended now, on some utterances of the training set.
   */
  saliency(epoch: number): Saliency {
    const { config, engine, trainPart, hooks } = this;
    return measureSaliency(hooks.backend.tf, engine, config, this.snapshot(epoch), epoch, trainPart, this.pieces(epoch));
  }

  /** Number of batches from epoch `first` until before `end`. */
  batchesOf(first: number, end: number): number {
    const { batch } = this.config.training;
    let sum = 0;
    for (let e = first; e < end; e++) sum += Math.ceil(this.pieces(e).length / batch);
    return sum;
  }

  /** Runs one epoch from the present progress; false if asked to stop. */
  async runEpoch(): Promise<boolean> {
    const { config, hooks, progress, learning } = this;
    const { epoch } = progress;
    const { batch: size, epochs, learningRate } = config.training;
    const pieces = createRng(config.seed, `order/${epoch}`).shuffle([...this.pieces(epoch)]);
    const batches = Math.ceil(pieces.length / size);
    const settings = settingsAt(config, epoch);
    // Each phase has a cosine of its own; on the grid the penalty has its full weight from the start.
    const { folded } = learning;
    const [first, end] = folded ? [this.floatEpochs, epochs] : [0, this.floatEpochs];
    const [done, totalBatches] = [this.batchesOf(first, epoch), this.batchesOf(first, end)];
    for (; progress.batch < batches; progress.batch++) {
      if (await hooks.stop()) {
        this.save();
        return false;
      }
      const at = progress.batch;
      if (at === 0 && !learning.folded)
        await computeOn(hooks.backend, () => pruneForEpoch(config, learning.state, epoch, () => this.saliency(epoch)));
      if (learningRate.schedule === "cosine") progress.rate = cosineRate(learningRate, done + at, totalBatches);
      const { rate } = progress;
      const membranePenalty = penaltyAt(config, folded ? totalBatches : done + at, totalBatches);
      const shards = cutShards(pieces.slice(at * size, (at + 1) * size), config.training.shards).map((part, s) => ({
        pieces: part,
        settings,
        membranePenalty,
        folded,
        stream: `${epoch}/${at}${s === 0 ? "" : `/${s}`}`,
      }));
      learning.prepare();
      const step = learning.take(await this.learners.learn(learning.state, shards), rate);
      progress.lossSum += step.loss;
      progress.penaltySum += step.penalty;
      progress.batches++;
      const report = { epoch: epoch + 1, epochs, batch: at + 1, batches, loss: progress.lossSum / progress.batches, learningRate: rate };
      hooks.report({ kind: "batch", ...report, seconds: this.seconds() });
      if ((at + 1) % hooks.checkpointBatches === 0 && at + 1 < batches) {
        progress.batch++;
        this.save();
        progress.batch--;
      }
    }
    return true;
  }

  /** True if the error has not fallen for as many epochs as the configuration allows. */
  get stoppedEarly(): boolean {
    const { earlyStopEpochs } = this.config.training;
    return earlyStopEpochs > 0 && this.progress.epochsSinceBest >= earlyStopEpochs;
  }

  closeEpoch(): void {
    const { config, hooks, progress, learning } = this;
    const validation = this.validationPart
      ? evaluateFloat(this.snapshot(progress.epoch), this.validationPart, { engine: this.engine })
      : null;
    const error = validation ? 1 - validation.accuracy : null;
    const record: EpochRecord = {
      epoch: progress.epoch + 1,
      loss: progress.lossSum / progress.batches,
      penalty: progress.penaltySum / progress.batches,
      learningRate: progress.rate,
      validationError: error,
      skippedSteps: learning.adam.skipped,
    };
    addEpoch(config.name, progress.curve, record, learning.adam.steps);
    const { epoch } = progress;
    const about = { epochs: config.training.epochs, seconds: this.seconds(), snapshot: () => this.snapshot(epoch) };
    hooks.report({ kind: "epoch", record, curve: progress.curve, ...about });
    const { learningRate } = config.training;
    if (error !== null) {
      if (learningRate.schedule === "halving" && Number.isFinite(progress.lastError))
        progress.rate = halvedRate(learningRate, progress.rate, progress.lastError, error);
      progress.lastError = error;
      progress.epochsSinceBest = error < progress.bestError ? 0 : progress.epochsSinceBest + 1;
      progress.bestError = Math.min(progress.bestError, error);
    }
    progress.epoch++;
    progress.batch = 0;
    progress.lossSum = 0;
    progress.penaltySum = 0;
    progress.batches = 0;
    if (!learning.folded && progress.epoch === this.floatEpochs && config.quantisation !== undefined) this.toGrid();
    this.save();
  }
}

/** Trains a network. Null if `hooks.stop` asked for an end, after writing a checkpoint. */
export async function train(config: TrainingConfig, hooks: TrainingHooks): Promise<TrainingResult | null> {
  const run = new Run(config, hooks);
  try {
    return await finish(run);
  } finally {
    await run.learners.close();
  }
}

/** Runs all epochs and the final test. */
async function finish(run: Run): Promise<TrainingResult | null> {
  const { config, hooks } = run;
  const { train: data, test, base } = hooks;
  const { epochs } = config.training;
  const parameters = trainableArrays(run.learning.state).reduce((sum, array) => sum + array.length, 0);
  hooks.chip?.check(run.snapshot(run.progress.epoch));
  const resumedAtEpoch = run.resumed ? run.progress.epoch + 1 : null;
  hooks.report({ kind: "start", backend: hooks.backend.name, epochs, parameters, resumedAtEpoch, warnings: run.warnings });
  const last = hooks.search?.epochs ?? epochs;
  while (run.progress.epoch < last && !run.stoppedEarly) {
    if (!(await run.runEpoch())) return null;
    run.closeEpoch();
  }
  const network = withInputPeaks(run.snapshot(run.progress.epoch - 1), run.trainPart);
  const evaluation = evaluateFloat(network, test, { engine: run.engine });
  const onChip = hooks.chip?.score(network) ?? null;
  const record = trainingRecord({
    command: hooks.command,
    config,
    backend: hooks.backend.name,
    train: data,
    test,
    stoppedEarly: run.progress.epoch < last,
    curve: run.progress.curve,
    evaluation,
    base: base && { name: base.name, hash: base.hash, recipeButSeed: hooks.search === null ? null : recordedRecipe(base.record) },
    onChip,
  });
  hooks.report({ kind: "end", test: evaluation, onChip, seconds: run.seconds() });
  return { network, record, test: evaluation };
}

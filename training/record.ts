/** The training record that travels inside a model file: how it was made and what it reached. */
import type { Json } from "../arch/index.js";
import type { TrainingConfig } from "./config.js";
import type { Evaluation } from "./evaluate.js";

/** One line of the curve. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  readonly loss: number;
  readonly penalty: number;
  readonly learningRate: number;
  /** Fraction of wrong decisions on the validation part; null without one. */
  readonly validationError: number | null;
  readonly skippedSteps: number;
}

/** What was measured of the finished model. */
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

/** The whole record. */
export function trainingRecord(made: {
  readonly command: string;
  readonly config: TrainingConfig;
  readonly backend: string;
  readonly dataHash: string;
  readonly seconds: number;
  readonly resumed: boolean;
  readonly stoppedEarly: boolean;
  readonly curve: readonly EpochRecord[];
  readonly test: Evaluation;
}): Json {
  return {
    command: made.command,
    config: made.config as unknown as Json,
    seed: made.config.seed,
    backend: made.backend,
    train_data_sha256: made.dataHash,
    seconds: Math.round(made.seconds),
    resumed: made.resumed,
    stopped_early: made.stoppedEarly,
    curve: made.curve.map((line) => ({
      epoch: line.epoch,
      loss: line.loss,
      penalty: line.penalty,
      learning_rate: line.learningRate,
      validation_error: line.validationError,
      skipped_steps: line.skippedSteps,
    })),
    test: evaluationRecord(made.test),
  };
}

/** What changes during training: learning rate, utterance length, bits and threshold. Pure functions of progress. */
import { cos } from "../base/math.js";
import type { LearningRate, TrainingConfig } from "./config.js";
import type { MembranePenalty } from "./fused/membrane-penalty.js";
import type { QuantiserSettings } from "./parameters.js";

/** Cosine with linear warm-up: rate at `step` of `steps`. */
export function cosineRate(rate: Extract<LearningRate, { schedule: "cosine" }>, step: number, steps: number): number {
  const warmup = Math.max(1, Math.round(rate.warmupFraction * steps));
  if (step < warmup) return (rate.peak * (step + 1)) / warmup;
  const progress = steps > warmup ? (step - warmup) / (steps - warmup) : 1;
  return rate.peak * (rate.finalFraction + (1 - rate.finalFraction) * 0.5 * (1 + cos(Math.PI * progress)));
}

/** The membrane penalty at `step` of `steps`. */
export function penaltyAt(config: TrainingConfig, step: number, steps: number): MembranePenalty {
  const {
    membranePenalty,
    membranePenaltyWarmupFraction,
    membranePenaltySaturation: saturation = Number.POSITIVE_INFINITY,
  } = config.training;
  const warmup = Math.round(membranePenaltyWarmupFraction * steps);
  return { weight: step < warmup ? (membranePenalty * step) / warmup : membranePenalty, saturation };
}

/** The rate for the next epoch: halved if the error fell by less than the fraction; an error of 0 cannot fall. */
export function halvedRate(
  rate: Extract<LearningRate, { schedule: "halving" }>,
  current: number,
  errorBefore: number,
  errorNow: number,
): number {
  const fell = errorBefore === 0 ? Number.NEGATIVE_INFINITY : (errorBefore - errorNow) / errorBefore;
  return fell < rate.improvementFraction ? Math.max(rate.floor, current / 2) : current;
}

/** The stage at a 0-based epoch; null after the last stage. */
export function stageAt<S extends { readonly epochs: number }>(stages: readonly S[], epoch: number): S | null {
  let first = 0;
  for (const stage of stages) {
    if (epoch < first + stage.epochs) return stage;
    first += stage.epochs;
  }
  return null;
}

/** The stages as they are after so many epochs; the last one stays to the end. */
export function stagesAfter<S extends { readonly epochs: number }>(stages: readonly S[], epochs: number): S[] {
  let first = 0;
  return stages.flatMap((stage, i) => {
    const left = Math.min(stage.epochs, first + stage.epochs - epochs);
    first += stage.epochs;
    if (left > 0) return [{ ...stage, epochs: left }];
    return i === stages.length - 1 ? [stage] : [];
  });
}

/** Longest piece of an utterance at an epoch, frames; 0: whole utterances. */
export function longestAt(config: TrainingConfig, epoch: number): number {
  const stages = config.training.lengthCurriculum;
  return stages.length === 0 ? 0 : (stageAt(stages, epoch) ?? stages[stages.length - 1]).frames;
}

/** Bits and thresholds at an epoch; a curriculum changes those of the hidden layers only. */
export function settingsAt(config: TrainingConfig, epoch: number): QuantiserSettings {
  const { inputBits, inputTheta } = config.quantiser;
  const { bits, theta } = stageAt(config.quantiser.curriculum, epoch) ?? config.quantiser;
  return { bits, theta, inputBits, inputTheta };
}

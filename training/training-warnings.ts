/** Settings of a training that are allowed but likely a mistake. Pure. */
import { cellOf } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import type { TrainingConfig } from "./config.js";
import { stageAt } from "./schedule.js";

/** A learned range settles at max(h) / (1 - (theta + 1) / n); if theta + 1 is above this share of n, accuracy falls. */
const DRIFT_SHARE = 0.2;

/** Settings that are allowed but likely a mistake, one sentence each. */
export function trainingWarnings(c: TrainingConfig): string[] {
  return [...driftWarnings(c), ...shortWarnings(c)];
}

function driftWarnings(c: TrainingConfig): string[] {
  const { bits, theta, fixedRange } = c.quantiser;
  const share = (theta + 1) / powerOfTwo(bits - 1);
  if (!cellOf(c.network.system).spiking || bits === 32 || fixedRange > 0 || share <= DRIFT_SHARE) return [];
  const growth = (1 / (1 - share)).toFixed(2);
  return [
    `quantiser: with ${bits} bits and theta ${theta} the learned range drifts to ${growth} times the largest activation; more bits, a smaller theta or a fixed_range avoid it`,
  ];
}

/** Settings that a training of so few epochs never comes to; a short trial of a recipe has them, too. */
function shortWarnings({ quantiser, training }: TrainingConfig): string[] {
  const { epochs, earlyStopEpochs, lengthCurriculum } = training;
  const late = (path: string, stages: readonly { readonly epochs: number }[]): string[] => {
    let first = 0;
    return stages.flatMap((stage, i) => {
      const begins = first;
      first += stage.epochs;
      return begins < epochs ? [] : [`${path}.${i} begins after ${begins} epochs, and training.epochs is ${epochs}`];
    });
  };
  return [
    ...(earlyStopEpochs < epochs
      ? []
      : [`training.early_stop_epochs is ${earlyStopEpochs} of training.epochs: ${epochs}, so that training never stops early`]),
    ...late("quantiser.curriculum", quantiser.curriculum),
    ...neverReached(quantiser, epochs),
    ...late("training.length_curriculum", lengthCurriculum),
  ];
}

/** The network ends with other bits or thetas than `quantiser` has, because its curriculum lasts to the end. */
function neverReached({ bits, theta, curriculum }: TrainingConfig["quantiser"], epochs: number): string[] {
  const last = stageAt(curriculum, epochs - 1);
  if (last === null) return [];
  const staged = curriculum.reduce((sum, stage) => sum + stage.epochs, 0);
  return [["bits", bits, last.bits] as const, ["theta", theta, last.theta] as const].flatMap(([key, asked, had]) =>
    asked === had
      ? []
      : [
          `quantiser.${key} is ${asked}, but the curriculum lasts ${staged} epochs, and training.epochs is ${epochs}: the network ends with ${had}`,
        ],
  );
}

/**
 * Measures what the weights of a network are worth: forward and backward passes of the network with batch norm folded,
 * as it runs when it is finished, with the thetas that it has learned, over some utterances of the training set, spread
 * over it. Without dropout, augmentation and penalty: with dropout and the statistics of batches, its products were 4 %
 * more than of the finished network.
 */
import type { Network, Samples } from "../arch/index.js";
import type { Tf } from "./backend.js";
import { type Piece, packBatch } from "./batch.js";
import type { TrainingConfig } from "./config.js";
import type { Engine } from "./fused/kernels.js";
import { NO_PENALTY } from "./fused/membrane-penalty.js";
import { foldedState } from "./quantisation/fold.js";
import { Saliency } from "./saliency.js";
import { settingsAt } from "./schedule.js";
import { learn } from "./step.js";

/** About so many utterances are measured. */
const MEASURED = 256;

export function measureSaliency(
  tf: Tf,
  engine: Engine,
  config: TrainingConfig,
  network: Network,
  epoch: number,
  samples: Samples,
  pieces: readonly Piece[],
): Saliency {
  const folded = foldedState(network, config.quantiser.thetaLearned === true);
  const saliency = new Saliency(folded);
  const { batch } = config.training;
  const stride = Math.ceil(pieces.length / MEASURED);
  const chosen = pieces.filter((_, p) => p % stride === 0);
  const fixed = {
    settings: settingsAt(config, epoch),
    task: samples.task,
    membranePenalty: NO_PENALTY,
    folded: true,
    masks: null,
    saliency,
  };
  for (let first = 0; first < chosen.length; first += batch)
    learn(tf, engine, folded, packBatch(samples, chosen.slice(first, first + batch), config.network.outputDelayFrames), fixed);
  return saliency;
}

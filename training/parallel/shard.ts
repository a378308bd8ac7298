/**
 * Data-parallel training: a batch is cut into a fixed number of shards, each a small batch of its own (own batch-norm
 * statistics, own dropout), and their gradients are averaged, weighted by the number of decisions. Where and when a
 * shard is computed changes nothing.
 */

import type { Samples } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { type Augmentation, augment } from "../augmentation.js";
import type { Backend } from "../backend.js";
import { decisionsOf, type Piece, packBatch } from "../batch.js";
import type { TrainingConfig } from "../config.js";
import type { Engine } from "../fused/kernels.js";
import type { MembranePenalty } from "../fused/membrane-penalty.js";
import type { LearningState, QuantiserSettings } from "../parameters.js";
import { learn, type StepResult } from "../step.js";

/** The work of one shard, without the parameters. */
export interface Shard {
  readonly pieces: readonly Piece[];
  readonly settings: QuantiserSettings;
  readonly membranePenalty: MembranePenalty;
  /** As in `StepOptions`. */
  readonly folded: boolean;
  /** Names the random streams of augmentation and dropout: epoch, batch, and shard. */
  readonly stream: string;
}

export interface ShardResult extends StepResult {
  /** Number of frames or utterances with a class, over which the loss is a mean. */
  readonly decisions: number;
}

/** Resources of a learner for a whole run. */
export interface Bench {
  readonly backend: Backend;
  readonly engine: Engine;
  readonly config: TrainingConfig;
  readonly samples: Samples;
  /** Null: no augmentation. */
  readonly augmentation: Augmentation | null;
}

function dropoutMasks(config: TrainingConfig, utterances: number, stream: string): Float32Array[] | null {
  const { dropout } = config.training;
  if (dropout === 0) return null;
  const rng = createRng(config.seed, `dropout/${stream}`);
  const keep = Math.fround(1 / (1 - dropout));
  return config.network.neurons.map((n) => {
    const mask = new Float32Array(utterances * n);
    for (let i = 0; i < mask.length; i++) mask[i] = rng.float() < dropout ? 0 : keep;
    return mask;
  });
}

/** Loss, gradients and observations of one shard, on the active back end; changes nothing in `state`. */
export function learnShard({ backend, engine, config, samples, augmentation }: Bench, state: LearningState, shard: Shard): ShardResult {
  const packed = packBatch(samples, shard.pieces, config.network.outputDelayFrames);
  if (augmentation !== null) augment(packed, augmentation, createRng(config.seed, `augment/${shard.stream}`));
  const masks = dropoutMasks(config, packed.utterances, shard.stream);
  const { settings, membranePenalty, folded } = shard;
  const step = learn(backend.tf, engine, state, packed, { settings, task: samples.task, membranePenalty, folded, masks, saliency: null });
  return { ...step, decisions: decisionsOf(packed) };
}

/** Cuts a batch's pieces into at most `count` shards of nearly equal size, in order. */
export function cutShards(pieces: readonly Piece[], count: number): (readonly Piece[])[] {
  const shards = Math.min(count, pieces.length);
  const bound = (s: number): number => Math.floor((s * pieces.length) / shards);
  return Array.from({ length: shards }, (_, s) => pieces.slice(bound(s), bound(s + 1)));
}

/** Loss, penalty and gradients of the batch: means over its decisions, added in the order of the shards. */
export function mean(results: readonly ShardResult[]): Omit<StepResult, "observed"> {
  const decisions = results.reduce((sum, result) => sum + result.decisions, 0);
  const over = (of: (result: ShardResult) => number): number =>
    results.reduce((sum, result) => sum + result.decisions * of(result), 0) / decisions;
  const gradients = results[0].gradients.map((first, k) => {
    if (results.length === 1) return first;
    const sum = new Float64Array(first.length);
    for (const { gradients: all, decisions: weight } of results) {
      const own = all[k];
      for (let i = 0; i < sum.length; i++) sum[i] += weight * own[i];
    }
    return Float32Array.from(sum, (value) => value / decisions);
  });
  return { loss: over((result) => result.loss), penalty: over((result) => result.penalty), gradients };
}

/**
 * Ranges of the quantisers and statistics of the batch norms that one batch observed, and how they update the running
 * averages. A batch may consist of shards: their rows count as one batch, combined in the order of the shards.
 */
import { square } from "../base/math.js";
import type { Extremes } from "./fused/spikes.js";
import type { LearningState, RunningStatistics } from "./parameters.js";
import { updateRange } from "./quantiser.js";

const NORM_MOMENTUM = 0.1;

export interface Observation {
  /** Number of frames. */
  readonly rows: number;
  /** Extremes of the membranes, of the encoder and then of each layer; empty for gru and lstm. */
  readonly extremes: readonly Extremes[];
  /** Mean and variance over the rows, before batch norm: of each layer, then of the readout. */
  readonly statistics: readonly RunningStatistics[];
}

/** Updates ranges and running statistics of `state` by one batch. */
export function absorb(state: LearningState, shards: readonly Observation[]): void {
  const trackers = [state.encoderRange, ...state.ranges];
  shards[0].extremes.forEach((_, q) => {
    const low = Math.min(...shards.map((shard) => shard.extremes[q][0]));
    const high = Math.max(...shards.map((shard) => shard.extremes[q][1]));
    updateRange(trackers[q], low, high);
  });
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  [...state.statistics, state.readoutStatistics].forEach((running, n) => {
    updateRunning(running, shards, n, rows);
  });
}

/** Mean and variance over all rows, from those within the shards and between them. */
function updateRunning(running: RunningStatistics, shards: readonly Observation[], n: number, rows: number): void {
  const unbiased = rows > 1 ? rows / (rows - 1) : 1;
  for (let i = 0; i < running.mean.length; i++) {
    let mean = 0;
    for (const shard of shards) mean += shard.rows * shard.statistics[n].mean[i];
    mean /= rows;
    let variance = 0;
    for (const shard of shards) {
      const own = shard.statistics[n];
      variance += shard.rows * (own.variance[i] + square(own.mean[i] - mean));
    }
    running.mean[i] = (1 - NORM_MOMENTUM) * running.mean[i] + NORM_MOMENTUM * mean;
    running.variance[i] = (1 - NORM_MOMENTUM) * running.variance[i] + NORM_MOMENTUM * (variance / rows) * unbiased;
  }
}

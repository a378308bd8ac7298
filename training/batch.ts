/**
 * A batch of utterances packed time-major without padding frames, so batch norm and losses see valid frames only. Row
 * offset[t] + b is frame t of the b-th utterance. Utterances are sorted by falling length, so the first `counts[t]` of
 * them have a frame t.
 */
import type { Samples } from "../arch/index.js";

export interface Batch {
  readonly utterances: number;
  readonly steps: number;
  /** Total number of frames. */
  readonly rows: number;
  /** [steps]: utterances that have a frame t. */
  readonly counts: Int32Array;
  /** [steps]: first row of step t. */
  readonly offset: Int32Array;
  /** [rows][inputs]. */
  readonly features: Float32Array;
  /** [rows]: index in the batch of each row's utterance. */
  readonly owner: Int32Array;
  /** [rows]: row of the utterance's next frame; -1 of its last one. */
  readonly next: Int32Array;
  /** [utterances]: frames of each utterance. */
  readonly lengths: Int32Array;
  /** `sequence`: [utterances]; `frames`: [rows], shifted by the output delay. -1: no class. */
  readonly labels: Int32Array;
}

/** One piece of an utterance: frames first .. first + length - 1 of the data set. */
export interface Piece {
  readonly utterance: number;
  readonly firstFrame: number;
  readonly frames: number;
}

/**
 * Utterances cut into pieces of at most `maximumFrames` (0: not cut). Only frame tasks are cut, because a sequence's
 * label belongs to the whole utterance.
 */
export function cutPieces(samples: Samples, maximumFrames: number): Piece[] {
  const pieces: Piece[] = [];
  for (let u = 0; u + 1 < samples.frameStart.length; u++) {
    const start = samples.frameStart[u];
    const end = samples.frameStart[u + 1];
    const most = maximumFrames === 0 || samples.task === "sequence" ? end - start : maximumFrames;
    for (let f = start; f < end; f += most) pieces.push({ utterance: u, firstFrame: f, frames: Math.min(most, end - f) });
  }
  return pieces;
}

/** Row of `samples.labels` that frame `t` of a frame task's piece answers. */
const answered = ({ firstFrame }: Piece, t: number, delay: number): number => firstFrame + Math.max(0, t - delay);

/** Whether any class can be learned from a piece. */
export function isLearnable({ task, labels }: Samples, piece: Piece, delay: number): boolean {
  if (task === "sequence") return labels[piece.utterance] >= 0;
  for (let t = 0; t < piece.frames; t++) if (labels[answered(piece, t, delay)] >= 0) return true;
  return false;
}

/** Number of labels with a class: the decisions over which a loss is a mean. */
export const decisionsOf = ({ labels }: Batch): number => labels.reduce((count, label) => (label < 0 ? count : count + 1), 0);

/**
 * Packs pieces. Frame t has the label of frame t - delay of its piece; the first `delay` frames repeat the first label.
 */
export function packBatch(samples: Samples, chosen: readonly Piece[], delay: number): Batch {
  const pieces = chosen.map((piece, at) => ({ piece, at })).sort((a, b) => b.piece.frames - a.piece.frames || a.at - b.at);
  const steps = pieces.length === 0 ? 0 : pieces[0].piece.frames;
  const lengths = Int32Array.from(pieces, (p) => p.piece.frames);
  const rows = lengths.reduce((sum, n) => sum + n, 0);
  const counts = new Int32Array(steps);
  const offset = new Int32Array(steps);
  const features = new Float32Array(rows * samples.inputs);
  const owner = new Int32Array(rows);
  const next = new Int32Array(rows);
  const labels = new Int32Array(samples.task === "sequence" ? pieces.length : rows);
  if (samples.task === "sequence") for (let b = 0; b < pieces.length; b++) labels[b] = samples.labels[pieces[b].piece.utterance];
  let row = 0;
  for (let t = 0; t < steps; t++) {
    offset[t] = row;
    for (let b = 0; b < pieces.length && lengths[b] > t; b++) {
      const { piece } = pieces[b];
      const frame = piece.firstFrame + t;
      features.set(samples.features.subarray(frame * samples.inputs, (frame + 1) * samples.inputs), row * samples.inputs);
      owner[row] = b;
      if (samples.task === "frames") labels[row] = samples.labels[answered(piece, t, delay)];
      row++;
    }
    counts[t] = row - offset[t];
    for (let b = 0; b < counts[t]; b++) next[offset[t] + b] = lengths[b] > t + 1 ? row + b : -1;
  }
  return { utterances: pieces.length, steps, rows, counts, offset, features, owner, next, lengths, labels };
}

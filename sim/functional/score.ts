/** Correct and scored counts from the class scores of frames. */
import type { SampleSet } from "../../arch/index.js";

interface UtteranceScore {
  readonly correct: number;
  readonly scored: number;
  readonly predictions: readonly number[];
}

/** Index of the largest of `values[start .. start + count)`; the lowest index wins a tie. */
function argmax(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/**
 * Scores one utterance. `sequence`: the class with the largest sum of frame scores is compared with the utterance's
 * label. `frames`: frame t is compared with the label of frame t - outputDelayFrames; predictions are stored at the
 * labels' frames, -1 if there is none. The scores of a frame's steps are summed. Labels below 0 are not scored.
 */
export function scoreUtterance(
  network: { readonly classes: number; readonly outputDelayFrames: number },
  samples: SampleSet,
  utterance: number,
  stepScores: ArrayLike<number>,
  stepsPerFrame: number,
): UtteranceScore {
  const { classes } = network;
  const first = samples.frameStart[utterance];
  const frames = samples.frameStart[utterance + 1] - first;
  const scores = stepsPerFrame === 1 ? stepScores : summed(stepScores, frames, classes, stepsPerFrame);
  if (samples.task === "sequence") {
    const sums = new Float64Array(classes);
    for (let i = 0; i < frames * classes; i++) sums[i % classes] += scores[i];
    const prediction = argmax(sums, 0, classes);
    const label = samples.labels[utterance];
    return { correct: label >= 0 && prediction === label ? 1 : 0, scored: label >= 0 ? 1 : 0, predictions: [prediction] };
  }
  const predictions = new Array<number>(frames).fill(-1);
  let correct = 0;
  let scored = 0;
  for (let t = network.outputDelayFrames; t < frames; t++) {
    const frame = t - network.outputDelayFrames;
    const prediction = argmax(scores, t * classes, classes);
    predictions[frame] = prediction;
    if (samples.labels[first + frame] < 0) continue;
    scored++;
    if (prediction === samples.labels[first + frame]) correct++;
  }
  return { correct, scored, predictions };
}

/** [frames][classes] from [frames * stepsPerFrame][classes]. */
function summed(scores: ArrayLike<number>, frames: number, classes: number, stepsPerFrame: number): Float64Array {
  const sums = new Float64Array(frames * classes);
  for (let i = 0; i < frames * stepsPerFrame * classes; i++) {
    sums[Math.floor(i / (stepsPerFrame * classes)) * classes + (i % classes)] += scores[i];
  }
  return sums;
}

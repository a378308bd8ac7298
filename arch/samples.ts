/**
 * A part of a data set as flat arrays: the result of data-set readers and the input of engines. Features are dense; for
 * events, sparse.
 * Throws: InputError for more features than memory may hold at once.
 */
import { inputError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";

/** Sparse frames: the non-zero values of each frame, by ascending place. */
export interface SparseFrames {
  /** [frames + 1]: first entry of each frame, and the total. */
  readonly entryStart: Uint32Array;
  /** [entries]: index of the frame's input. */
  readonly place: Uint32Array;
  /** [entries]: above 0. */
  readonly value: Uint16Array;
}

/** Samples with dense or sparse features. */
export interface SampleSet {
  /** E.g. `mnist-rows/test`. */
  readonly name: string;
  /** Features per frame. */
  readonly inputs: number;
  readonly classes: number;
  readonly task: "sequence" | "frames";
  /** [frames][inputs], all utterances in succession, normalised as for the network's training; or the same, sparse. */
  readonly features: Float32Array | SparseFrames;
  /** For sparse features: number of entries, for code that needs sizes before the features are made. */
  readonly entries?: number;
  /** [utterances + 1]: first frame of each utterance, and the total. */
  readonly frameStart: Uint32Array;
  /** One label per utterance (`sequence`) or per frame (`frames`). */
  readonly labels: Int32Array;
  /** Content address of the arrays (SHA-256, hex). */
  readonly hash: string;
}

/** Samples with dense features. */
export interface Samples extends SampleSet {
  readonly features: Float32Array;
}

/** 2 GiB of float32. */
const MOST_VALUES = powerOfTwo(29);

/** Allocates zeros for frames of features. */
export function roomFor(name: string, frames: number, inputs: number): Float32Array {
  const values = frames * inputs;
  if (values > MOST_VALUES)
    throw inputError(
      name,
      `${frames} steps of ${inputs} inputs are ${values} values; at most ${MOST_VALUES} are possible at once`,
      "take longer steps",
    );
  return new Float32Array(values);
}

/** Dense features of frames `first` to `end` - 1, [frames][inputs]. */
export function featuresOf({ name, inputs, features }: SampleSet, first: number, end: number): Float32Array {
  if (features instanceof Float32Array) return features.subarray(first * inputs, end * inputs);
  const dense = roomFor(name, end - first, inputs);
  const { entryStart, place, value } = features;
  for (let frame = first; frame < end; frame++) {
    const at = (frame - first) * inputs;
    for (let e = entryStart[frame]; e < entryStart[frame + 1]; e++) dense[at + place[e]] = value[e];
  }
  return dense;
}

/** True if every feature passes a test that 0 passes; checks `size` inputs from `first` on, in all frames. */
export function everyFeature(
  { inputs, features }: SampleSet,
  { first, size }: { readonly first: number; readonly size: number },
  test: (value: number) => boolean,
): boolean {
  if (size === inputs) return (features instanceof Float32Array ? features : features.value).every(test);
  const isAsked = (at: number): boolean => at >= first && at < first + size;
  if (!(features instanceof Float32Array)) return features.value.every((value, e) => !isAsked(features.place[e]) || test(value));
  for (let at = first; at < features.length; at += inputs) if (!features.subarray(at, at + size).every(test)) return false;
  return true;
}

/** The samples with dense features. */
export function denseSamples(samples: SampleSet): Samples {
  const { name, inputs, classes, task, frameStart, labels, hash } = samples;
  const features = featuresOf(samples, 0, frameStart[frameStart.length - 1]);
  return { name, inputs, classes, task, features, frameStart, labels, hash };
}

/** The chosen utterances as a separate data set. */
export function subsetOf(samples: SampleSet, chosen: Uint32Array): Samples {
  const { inputs, task } = samples;
  const frameStart = new Uint32Array(chosen.length + 1);
  for (const [i, u] of chosen.entries()) frameStart[i + 1] = frameStart[i] + samples.frameStart[u + 1] - samples.frameStart[u];
  const features = new Float32Array(frameStart[chosen.length] * inputs);
  const labels = new Int32Array(task === "sequence" ? chosen.length : frameStart[chosen.length]);
  for (const [i, u] of chosen.entries()) {
    const [first, end] = [samples.frameStart[u], samples.frameStart[u + 1]];
    features.set(featuresOf(samples, first, end), frameStart[i] * inputs);
    if (task === "sequence") labels[i] = samples.labels[u];
    else labels.set(samples.labels.subarray(first, end), frameStart[i]);
  }
  const { name, classes, hash } = samples;
  return { name, inputs, classes, task, features, frameStart, labels, hash };
}

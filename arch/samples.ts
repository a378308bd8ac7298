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

/** Frames of features that take at most 256 values, each kept as a byte. */
export interface LevelFrames {
  /** [frames][inputs]: index of the feature's value. */
  readonly level: Uint8Array;
  /** [256] */
  readonly value: Float32Array;
}

/** What a normalisation over a training set subtracts from each column of features, and then divides it by. */
export interface Moments {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Samples with dense features, sparse ones, or levels. */
export interface SampleSet {
  /** E.g. `mnist-rows/test`. */
  readonly name: string;
  /** Features per frame. */
  readonly inputs: number;
  readonly classes: number;
  readonly task: "sequence" | "frames";
  /**
   * [frames][inputs], all utterances in succession, normalised as for the network's training; or the same in less
   * memory.
   */
  readonly features: Float32Array | SparseFrames | LevelFrames;
  /** Of features that were normalised over a training set; others have none. */
  readonly moments?: Moments | undefined;
  /** Of sound: its samples per second. */
  readonly rateHz?: number | undefined;
  /** For features that are not dense: their bytes, for code that needs sizes before the features are made. */
  readonly featureBytes?: number;
  /** For events of a camera: the inputs of a frame as [channels, height, width]. */
  readonly grid?: readonly [channels: number, height: number, width: number];
  /** [utterances + 1]: first frame of each utterance, and the total. */
  readonly frameStart: Uint32Array;
  /** One label per utterance (`sequence`) or per frame (`frames`). */
  readonly labels: Int32Array;
  /** Where each utterance comes from, for messages; left out: the data set does not say it. */
  readonly files?: readonly string[];
  /** What lies beside these samples and is not read, or holds nothing, one warning each; left out: nothing. */
  readonly leftOut?: readonly string[];
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

export const isDense = (features: SampleSet["features"]): features is Float32Array => features instanceof Float32Array;
export const isSparse = (features: SampleSet["features"]): features is SparseFrames => "place" in features;

export const sparseBytes = ({ entryStart, place, value }: SparseFrames): number =>
  entryStart.byteLength + place.byteLength + value.byteLength;

/** Dense features of frames `first` to `end` - 1, [frames][inputs]. */
export function featuresOf({ name, inputs, features }: SampleSet, first: number, end: number): Float32Array {
  if (isDense(features)) return features.subarray(first * inputs, end * inputs);
  const dense = roomFor(name, end - first, inputs);
  if (!isSparse(features)) {
    const start = first * inputs;
    for (let i = 0; i < dense.length; i++) dense[i] = features.value[features.level[start + i]];
    return dense;
  }
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
  const isAsked = (at: number): boolean => at >= first && at < first + size;
  if (isSparse(features)) return features.value.every((value, e) => !isAsked(features.place[e]) || test(value));
  if (isDense(features)) return everyColumn(features, inputs, { first, size }, test);
  const passes = Array.from(features.value, test);
  return everyColumn(features.level, inputs, { first, size }, (level) => passes[level]);
}

function everyColumn(
  values: Float32Array | Uint8Array,
  inputs: number,
  { first, size }: { readonly first: number; readonly size: number },
  test: (value: number) => boolean,
): boolean {
  if (size === inputs) return values.every(test);
  for (let at = first; at < values.length; at += inputs) if (!values.subarray(at, at + size).every(test)) return false;
  return true;
}

/** Number of features that pass a test that 0 fails, in all frames. */
export function countFeatures({ features }: SampleSet, test: (value: number) => boolean): number {
  const count = (values: ArrayLike<number>, passes: (value: number) => boolean): number => {
    let found = 0;
    for (let i = 0; i < values.length; i++) if (passes(values[i])) found++;
    return found;
  };
  if (isSparse(features)) return count(features.value, test);
  if (isDense(features)) return count(features, test);
  const passes = Array.from(features.value, test);
  return count(features.level, (level) => passes[level]);
}

/** Least and greatest feature of `size` inputs from `first` on, in all frames; 0 is always among them. */
export function featureRange(samples: SampleSet, part: { readonly first: number; readonly size: number }): readonly [number, number] {
  let [lowest, highest] = [0, 0];
  everyFeature(samples, part, (value) => {
    if (value < lowest) lowest = value;
    else if (value > highest) highest = value;
    return true;
  });
  return [lowest, highest];
}

/** The samples with dense features. */
export function denseSamples(samples: SampleSet): Samples {
  const { name, inputs, classes, task, moments, rateHz, frameStart, labels, hash } = samples;
  const features = featuresOf(samples, 0, frameStart[frameStart.length - 1]);
  return { name, inputs, classes, task, features, moments, rateHz, frameStart, labels, hash };
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

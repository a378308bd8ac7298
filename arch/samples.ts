/**
 * A data set's part as flat arrays, ready for a network: what data-set readers give and engines take. Features lie one
 * beside the other; those of events lie only where there are some.
 * Throws: InputError for more features than are kept at once.
 */
import { inputError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";

/** Frames of which most values are 0: what each holds, ascending by place. */
export interface SparseFrames {
  /** [frames + 1]: first entry of each frame, and the total. */
  readonly entryStart: Uint32Array;
  /** [entries]: which of the frame's inputs. */
  readonly place: Uint32Array;
  /** [entries]: above 0. */
  readonly value: Uint16Array;
}

/** Samples of either form. */
export interface SampleSet {
  /** E.g. `mnist-rows/test`. */
  readonly name: string;
  /** Features a frame. */
  readonly inputs: number;
  readonly classes: number;
  readonly task: "sequence" | "frames";
  /**
   * [frames][inputs], all utterances one after the other, normalised as the network was trained; or the same, sparse.
   */
  readonly features: Float32Array | SparseFrames;
  /** Of sparse features: how many entries there are, for who asks for sizes before the features are made. */
  readonly entries?: number;
  /** [utterances + 1]: first frame of each utterance, and the total. */
  readonly frameStart: Uint32Array;
  /** One label an utterance (`sequence`) or a frame (`frames`). */
  readonly labels: Int32Array;
  /** Content address of the arrays (SHA-256, hex). */
  readonly hash: string;
}

/** Samples whose features lie one beside the other. */
export interface Samples extends SampleSet {
  readonly features: Float32Array;
}

/** 2 GiB of float32. */
const MOST_VALUES = powerOfTwo(29);

/** Zeros for frames of features. */
export function roomFor(name: string, frames: number, inputs: number): Float32Array {
  const values = frames * inputs;
  if (values > MOST_VALUES)
    throw inputError(
      name,
      `${frames} steps of ${inputs} inputs are ${values} values, at most ${MOST_VALUES} are kept at once`,
      "take longer steps",
    );
  return new Float32Array(values);
}

/** Features of frames `first` to before `end`, [frames][inputs]. */
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

/** Whether every feature of `size` ones from `first` on, of each frame, passes a test that 0 passes. */
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

/** The same samples with all features one beside the other. */
export function denseSamples(samples: SampleSet): Samples {
  const { name, inputs, classes, task, frameStart, labels, hash } = samples;
  const features = featuresOf(samples, 0, frameStart[frameStart.length - 1]);
  return { name, inputs, classes, task, features, frameStart, labels, hash };
}

/** The chosen utterances as a data set of their own. */
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

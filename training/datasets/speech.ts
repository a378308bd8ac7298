/**
 * Samples from recordings: features, normalisation, frame labels; shared by all speech data sets. Global statistics
 * come from the model, else from the training recordings only, whichever split is read.
 * @throws InputError for recordings of different rates, in one split or in both, or of another than the model learnt,
 * labels that do not cover a recording, or a recording that lies there twice
 */

import { createHash } from "node:crypto";
import type { Moments, Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, canonicalJson, sha256 } from "../../base/hash.js";
import { square } from "../../base/math.js";
import { once } from "../../base/once.js";
import {
  demandFilters,
  demandLearntRate,
  type FeatureRecipe,
  featureExtractor,
  featureWidth,
  frameCentre,
  frameCount,
  isOverTraining,
} from "../features.js";
import type { Audio } from "./audio.js";
import { cached } from "./cache.js";
import type { SearchPart } from "./held-out.js";
import { lazySamples } from "./lazy-samples.js";
import type { Split } from "./split.js";

/** One labelled segment; segments follow each other without gaps from sample 0. */
export interface Segment {
  /** Index of the first sample after it. */
  readonly endSample: number;
  /** Class of its frames. */
  readonly label: number;
}

export interface Recording {
  /** Which recording of the corpus this is, wherever its file lies. */
  readonly id: string;
  /** Where its file lies, for messages. */
  readonly path: string;
  readonly speaker: string;
  /** Reads the sound. It is called more than once and nothing is kept, so that large corpora fit in memory. */
  readonly read: () => Audio;
  /** One class for the whole recording, or its segments. */
  readonly label: number | readonly Segment[];
}

export interface Corpus {
  readonly name: string;
  readonly classes: number;
  readonly train: readonly Recording[];
  readonly test: readonly Recording[];
  /** What lies beside these recordings and is not read, one warning each. */
  readonly leftOut?: readonly string[];
  /**
   * Recordings of the training split on which a search chooses its networks; left out: the data set has no rule for
   * them.
   */
  readonly isHeldOut?: (recording: Recording) => boolean;
}

/**
 * The segment from `start` to `end` after those before it. Throws: InputError at `where` if it does not follow them.
 */
export function nextSegment(before: readonly Segment[], start: number, end: number, label: number, where: string): Segment {
  const expected = before.at(-1)?.endSample ?? 0;
  if (start !== expected || !(end > expected))
    throw inputError(
      where,
      `segment ${start}..${end} does not follow ${expected}`,
      "segments follow each other from sample 0, without gaps",
    );
  return { endSample: end, label };
}

/** Sound and its labels may end this much apart: aligners round, and some label only whole frames. */
const END_SECONDS = 0.1;

/**
 * Class of every frame: that of the segment that holds the frame's centre. Frames after the last segment belong to it.
 */
export function frameLabels(segments: readonly Segment[], { count, rateHz }: Pick<Audio, "count" | "rateHz">, path: string): Int32Array {
  const end = segments.at(-1)?.endSample;
  if (end === undefined) throw inputError(path, "has no labelled segment");
  if (Math.abs(end - count) > END_SECONDS * rateHz)
    throw inputError(
      path,
      `has ${count} samples, and its labels end at sample ${end}`,
      "label the whole recording, in samples of its own rate",
    );
  const frames = frameCount(count, rateHz);
  let at = 0;
  return Int32Array.from({ length: frames }, (_, t) => {
    while (at + 1 < segments.length && frameCentre(t, rateHz) >= segments[at].endSample) at++;
    return segments[at].label;
  });
}

interface Lengths {
  /** Number of frames per recording. */
  readonly frames: readonly number[];
  /** Number of samples per recording. */
  readonly counts: readonly number[];
  readonly rateHz: number;
}

/** Checks that another recording, if there is one, has the rate of `first`: features of two rates do not compare. */
function checkRate(first: Recording, rateHz: number, other: Pick<Recording, "path" | "read"> | undefined): void {
  const rate = other?.read().rateHz ?? rateHz;
  if (other !== undefined && rate !== rateHz)
    throw inputError(other.path, `has ${rate} Hz, ${first.path} has ${rateHz} Hz`, "resample one of them");
}

/** Lengths from the files' headers; checks rate and length of each recording. */
function lengthsOf(recordings: readonly Recording[]): Lengths {
  const frames: number[] = [];
  const counts: number[] = [];
  let rateHz = 0;
  for (const { path, read } of recordings) {
    const audio = read();
    if (rateHz === 0) rateHz = audio.rateHz;
    checkRate(recordings[0], rateHz, { path, read: () => audio });
    if (!(audio.count > 0)) throw inputError(path, "holds no sound");
    counts.push(audio.count);
    frames.push(frameCount(audio.count, rateHz));
  }
  return { frames, counts, rateHz };
}

/**
 * Raw features of recordings, all frames one recording after the other; cached on disk under the hash of their sound
 * and its cuts: a recording begins and ends in silence.
 */
function extract(recordings: readonly Recording[], { frames, counts, rateHz }: Lengths, recipe: FeatureRecipe): Float32Array {
  const hash = createHash("sha256");
  for (const { read } of recordings) hash.update(bytesOf(read().samples));
  const { normalisation: _, moments: __, rateHz: ___, ...extraction } = recipe;
  const width = featureWidth(recipe);
  const key = sha256(canonicalJson({ extraction, rateHz, counts, version: 2 }), hash.digest());
  const total = frames.reduce((a, b) => a + b, 0) * width;
  return cached(key, total, () => {
    const extractor = featureExtractor(recipe, rateHz);
    const all = new Float32Array(total);
    let at = 0;
    recordings.forEach(({ read }, i) => {
      all.set(extractor(read().samples), at);
      at += frames[i] * width;
    });
    return all;
  });
}

/** Mean and standard deviation per column over rows of width `width`; a constant column gets deviation 1. */
export function momentsOf(values: Float32Array, width: number): Moments {
  const rows = values.length / width;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0; i < values.length; i++) mean[i % width] += values[i] / rows;
  for (let i = 0; i < values.length; i++) deviation[i % width] += square(values[i] - mean[i % width]) / rows;
  return { mean: [...mean], deviation: Array.from(deviation, (v) => (v > 1e-12 ? Math.sqrt(v) : 1)) };
}

/** The moments by which a normalisation over the training set takes these training features. */
function trainingMoments({ normalisation }: FeatureRecipe, train: Float32Array, width: number): Moments {
  const moments = momentsOf(train, width);
  if (normalisation === "global") return moments;
  // one deviation for every column: the root mean square of all
  const mean = moments.deviation.reduce((sum, d) => sum + d * d, 0) / width;
  return { mean: moments.mean, deviation: new Array<number>(width).fill(Math.sqrt(mean)) };
}

function apply(values: Float32Array, { mean, deviation }: Moments): void {
  const width = mean.length;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean[i % width]) / deviation[i % width];
}

/** Normalises each speaker's or each utterance's features alone. */
function normaliseGroups(
  all: Float32Array,
  recordings: readonly Recording[],
  starts: Uint32Array,
  width: number,
  { normalisation }: FeatureRecipe,
): void {
  const groups = new Map<string, number[]>();
  recordings.forEach((recording, u) => {
    const key = normalisation === "speaker" ? recording.speaker : String(u);
    groups.set(key, [...(groups.get(key) ?? []), u]);
  });
  for (const members of groups.values()) {
    const parts = members.map((u) => all.subarray(starts[u] * width, starts[u + 1] * width));
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    const moments = momentsOf(joined, width);
    for (const part of parts) apply(part, moments);
  }
}

/** Throws: InputError if a recording lies in two places: it would count twice, perhaps in both splits. */
function demandOnce({ train, test }: Corpus): void {
  const paths = new Map<string, string>();
  for (const { id, path } of [...train, ...test]) {
    const other = paths.get(id);
    if (other !== undefined)
      throw inputError(path, `is recording ${id}, which also lies at ${other}`, "keep one of them, or give the folder of one copy");
    paths.set(id, path);
  }
}

function recordingsOf(corpus: Corpus, split: Split | SearchPart): readonly Recording[] {
  if (split === "train" || split === "test") return corpus[split];
  return corpus.train.filter((recording) => (corpus.isHeldOut?.(recording) === true) === (split === "validation"));
}

/**
 * One split of a corpus, or a part of its training split, as samples. Damage is reported at once; features are made on
 * first use, so a caller who wants only the set's size does not wait for them.
 */
export function assemble(corpus: Corpus, split: Split | SearchPart, recipe: FeatureRecipe): Samples {
  demandOnce(corpus);
  const recordings = recordingsOf(corpus, split);
  if (recordings.length === 0) throw inputError(corpus.name, `has no ${split} recordings`);
  const width = featureWidth(recipe);
  const lengths = lengthsOf(recordings);
  const { frames, counts, rateHz } = lengths;
  checkRate(recordings[0], rateHz, split === "test" ? corpus.train[0] : corpus.test[0]);
  demandLearntRate(recordings[0].path, rateHz, recipe);
  const isOverOthers = split !== "train" && isOverTraining(recipe) && recipe.moments === undefined;
  if (isOverOthers && corpus.train.length === 0)
    throw inputError(
      corpus.name,
      "has no training recordings: features are normalised over them, because the model does not say what normalised those that it learnt",
      "add the recordings that it learnt, or use a model whose record holds their normalisation",
    );
  const training = isOverOthers ? lengthsOf(corpus.train) : lengths;
  const frameStart = new Uint32Array(recordings.length + 1);
  frames.forEach((n, u) => {
    frameStart[u + 1] = frameStart[u] + n;
  });
  demandFilters(recipe, rateHz);
  const task = typeof recordings[0].label === "number" ? "sequence" : "frames";
  const labels = new Int32Array(task === "sequence" ? recordings.length : frameStart[recordings.length]);
  recordings.forEach(({ label, path }, u) => {
    if (typeof label === "number") labels[u] = label;
    else labels.set(frameLabels(label, { count: counts[u], rateHz }, path), frameStart[u]);
  });
  const made = once(() => {
    const features = extract(recordings, lengths, recipe);
    if (!isOverTraining(recipe)) {
      if (recipe.normalisation !== "none") normaliseGroups(features, recordings, frameStart, width, recipe);
      return { features };
    }
    const moments =
      recipe.moments ?? trainingMoments(recipe, split === "train" ? features : extract(corpus.train, training, recipe), width);
    apply(features, moments);
    return { features, moments };
  });
  return lazySamples(
    {
      name: `${corpus.name}/${split}`,
      inputs: width,
      classes: corpus.classes,
      task,
      rateHz,
      frameStart,
      labels,
      leftOut: corpus.leftOut ?? [],
      files: recordings.map(({ path }) => path),
    },
    {
      features: () => made().features,
      moments: () => made().moments,
      hash: ({ features }) => sha256(corpus.name, split, features, frameStart, labels),
    },
  );
}

/**
 * Utterances that are held out of training: those on which one run watches its error, and those on which a search
 * chooses its networks. Pure.
 */
import { featuresOf, isSparse, type SampleSet, type Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, hashJson, sha256 } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import { leftOut } from "./left-out.js";

/**
 * Share of a training set that a search holds out, and the seed of the draw, if the data set has no rule of its own.
 */
export const SEARCH_DRAW = { fraction: 0.1, seed: 1 };

/** The parts of a search's training set: its networks are trained on `fit` and chosen on `validation`. */
export type SearchPart = "fit" | "validation";

/** How many of so many utterances are held out: at least one, if any are asked for. */
export const heldOutCount = (fraction: number, of: number): number => (fraction === 0 ? 0 : Math.max(1, Math.round(fraction * of)));

/**
 * Warns of utterances to score a network on whose features are those of an utterance that it learns, as of copies and
 * links. `learns`, `scores`: utterances of the two sets. Throws: InputError if there are no others.
 */
export function checkApart(train: SampleSet, test: SampleSet, learns = everyone(train), scores = everyone(test)): readonly string[] {
  const learnt = new Map(Array.from(contentsOf(train, learns), (content, i) => [content, learns[i]]));
  const both = Array.from(contentsOf(test, scores), (content, i) => [scores[i], learnt.get(content)] as const);
  const same = both.flatMap(([u, other]) => (other === undefined ? [] : [`${namedIn(test, u)} as ${namedIn(train, other)}`]));
  if (same.length > 0 && same.length === both.length)
    throw inputError(
      test.name,
      `holds nothing but samples of ${train.name}, so a network would be scored on what it learnt: ${same[0]}`,
      "give other recordings to score it on, or remove the copies; with validation_fraction: 0 nothing is held out of the training half",
    );
  return leftOut("sample", `of ${test.name} with the features of one in ${train.name}, so scored on what is learnt`, same);
}

/** Most classes that a warning names. */
const MOST_CLASSES = 10;

/** Warns of labels to score a network on whose class it does not learn. */
export function strangeClasses(learnt: Pick<SampleSet, "name" | "labels">, scored: Pick<SampleSet, "name" | "labels">): readonly string[] {
  const known = new Set(learnt.labels);
  const all = scored.labels.filter((label) => label >= 0);
  const strange = all.filter((label) => !known.has(label));
  if (strange.length === 0) return [];
  const classes = [...new Set(strange)].sort((a, b) => a - b);
  const more = classes.length > MOST_CLASSES ? `, and ${classes.length - MOST_CLASSES} more` : "";
  return [
    `${strange.length} of ${all.length} labels in ${scored.name} are of classes without a sample in ${learnt.name}, which are not learnt: ${classes.slice(0, MOST_CLASSES).join(", ")}${more}`,
  ];
}

const namedIn = ({ name, files }: SampleSet, u: number): string => files?.[u] ?? `number ${u} of ${name}`;

/** All utterances of a set. */
const everyone = ({ frameStart }: SampleSet): readonly number[] => Array.from({ length: frameStart.length - 1 }, (_, u) => u);

/** Hash of each chosen utterance's features. */
function* contentsOf(samples: SampleSet, chosen: readonly number[]): Generator<string> {
  const { features, frameStart } = samples;
  for (const u of chosen) {
    const [first, end] = [frameStart[u], frameStart[u + 1]];
    if (!isSparse(features)) {
      yield sha256(bytesOf(featuresOf(samples, first, end)));
      continue;
    }
    const starts = features.entryStart.slice(first, end + 1);
    const [from, to] = [starts[0], starts[end - first]];
    const entries = [features.place, features.value].map((array) => bytesOf(array.subarray(from, to)));
    yield sha256(bytesOf(starts.map((start) => start - from)), ...entries);
  }
}

/** What a training held out of its training set. */
export interface HeldOut {
  /** Name of the data set, and content hash of its training half. */
  readonly set: string;
  readonly dataHash: string;
  /** Share of the utterances, and the seed of their draw. */
  readonly fraction: number;
  readonly seed: number;
}

/**
 * Whether a training held out all utterances that another holds out of the same data: a larger share of the same draw
 * has all utterances of a smaller one.
 */
export const holdsOut = (before: Omit<HeldOut, "set">, now: Omit<HeldOut, "set">): boolean =>
  before.dataHash === now.dataHash && before.seed === now.seed && before.fraction >= now.fraction;

/** A model from which a training begins; `heldOut` null: its file does not say what it learnt. */
interface Begun {
  readonly name: string;
  readonly heldOut: HeldOut | null;
}

/**
 * Checks that a training which begins with a model watches its error on what that model has not learnt. Returns
 * warnings. `place`: name in error messages.
 * Throws: `InputError` if the model has learnt them, or learnt other parts of the same data set.
 */
export function checkUnlearnt(place: string, base: Begun | null, now: HeldOut): readonly string[] {
  if (base === null || now.fraction === 0) return [];
  const { name, heldOut: before } = base;
  if (before === null)
    return [
      `${name} does not say what it learnt: if that holds recordings which this training holds out, its validation error is too small`,
    ];
  if (holdsOut(before, now)) return [];
  if (before.set !== now.set && before.dataHash !== now.dataHash)
    return [
      `${name} learnt ${before.set}: if that holds recordings which this training holds out of ${now.set}, its validation error is too small`,
    ];
  const said = before.fraction === 0 ? "nothing" : `a share of ${before.fraction} by seed ${before.seed}`;
  const other = before.dataHash === now.dataHash ? "" : ", from other data of that name";
  throw inputError(
    place,
    `is ${now.fraction} by seed ${now.seed}, but ${name} may have learnt what this holds out of ${now.set}: it held out ${said}${other}`,
    "leave it out, or begin with a model that held out this share or more, by the same seed from the same data",
    "data.validation_fraction",
  );
}

/** Splits the utterances into training and validation utterances by a seeded draw. */
export function splitValidation(samples: Samples, fraction: number, seed: number): { train: number[]; validation: number[] } {
  const all = Array.from({ length: samples.frameStart.length - 1 }, (_, u) => u);
  if (fraction === 0) return { train: all, validation: [] };
  const shuffled = createRng(seed, "validation").shuffle([...all]);
  const held = new Set(shuffled.slice(0, heldOutCount(fraction, all.length)));
  return { train: all.filter((u) => !held.has(u)), validation: all.filter((u) => held.has(u)) };
}

/** The chosen utterances as a data set of their own. */
export function selectUtterances(samples: Samples, chosen: readonly number[], name: string): Samples {
  const lengths = chosen.map((u) => samples.frameStart[u + 1] - samples.frameStart[u]);
  const frameStart = new Uint32Array(chosen.length + 1);
  lengths.forEach((n, i) => {
    frameStart[i + 1] = frameStart[i] + n;
  });
  const total = frameStart[chosen.length];
  const features = new Float32Array(total * samples.inputs);
  const labels = new Int32Array(samples.task === "sequence" ? chosen.length : total);
  chosen.forEach((u, i) => {
    const [first, end] = [samples.frameStart[u], samples.frameStart[u + 1]];
    features.set(samples.features.subarray(first * samples.inputs, end * samples.inputs), frameStart[i] * samples.inputs);
    if (samples.task === "sequence") labels[i] = samples.labels[u];
    else labels.set(samples.labels.subarray(first, end), frameStart[i]);
  });
  const files = samples.files && { files: chosen.map((u) => samples.files?.[u] ?? "") };
  return { ...samples, ...files, name, features, frameStart, labels, hash: hashJson([samples.hash, [...chosen]]) };
}

/** One part of a training set, by a draw that is equal for every search. */
export function searchPart(train: Samples, part: SearchPart): Samples {
  const { train: fit, validation } = splitValidation(train, SEARCH_DRAW.fraction, SEARCH_DRAW.seed);
  return selectUtterances(train, part === "fit" ? fit : validation, `${train.name.replace(/\/train$/, "")}/${part}`);
}

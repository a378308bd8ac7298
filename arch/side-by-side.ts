/**
 * Joins the values of several inputs of one network into one data set, side by side in every frame. Utterance u of the
 * whole is utterance u of every part; if parts have different lengths, the shorter ones are silent at the end. Features
 * stay sparse if all parts are.
 * Throws: InputError for parts of different numbers of samples, or of different labels.
 */
import { inputError } from "../base/errors.js";
import { bytesOf, sha256 } from "../base/hash.js";
import { featuresOf, isDense, isSparse, roomFor, type SampleSet, type SparseFrames, sparseBytes } from "./samples.js";

/** Values of one input. */
export interface InputSamples {
  /** Name of the input. */
  readonly input: string;
  /** The file or folder from which the samples were read, for messages. */
  readonly place: string;
  readonly samples: SampleSet;
}

export function sideBySide(parts: readonly InputSamples[]): SampleSet {
  const [{ samples: first }, ...others] = parts;
  const count = first.frameStart.length - 1;
  for (const { input, place, samples } of others) {
    const own = samples.frameStart.length - 1;
    if (own !== count)
      throw inputError(place, `has ${own} samples for ${input}, but ${parts[0].place} has ${count} for ${parts[0].input}`, "give as many");
  }
  const frameStart = new Uint32Array(count + 1);
  for (let u = 0; u < count; u++) {
    const longest = parts.reduce((most, { samples }) => Math.max(most, samples.frameStart[u + 1] - samples.frameStart[u]), 0);
    frameStart[u + 1] = frameStart[u] + longest;
  }
  const inputs = parts.reduce((sum, { samples }) => sum + samples.inputs, 0);
  const areSparse = parts.every(({ samples }) => isSparse(samples.features));
  const features = areSparse ? sparse(parts, frameStart) : dense(parts, frameStart, inputs);
  const labels = labelsOf(parts);
  const names = JSON.stringify(parts.map(({ input, samples }) => [input, samples.inputs, samples.hash]));
  return {
    name: parts.map(({ samples }) => samples.name).join(" + "),
    inputs,
    classes: parts.reduce((most, { samples }) => Math.max(most, samples.classes), 1),
    task: "sequence",
    features,
    ...(isDense(features) ? {} : { featureBytes: sparseBytes(features) }),
    frameStart,
    labels,
    leftOut: [...new Set(parts.flatMap(({ samples }) => samples.leftOut ?? []))],
    hash: sha256("inputs", names, bytesOf(frameStart), bytesOf(labels)),
  };
}

/** Frames of each utterance of a part, and the index of its first frame in the whole. */
function* spans(part: SampleSet, frameStart: Uint32Array): Generator<{ readonly from: number; readonly end: number; readonly to: number }> {
  for (let u = 0; u + 1 < frameStart.length; u++) yield { from: part.frameStart[u], end: part.frameStart[u + 1], to: frameStart[u] };
}

function dense(parts: readonly InputSamples[], frameStart: Uint32Array, inputs: number): Float32Array {
  const frames = frameStart[frameStart.length - 1];
  const features = roomFor(parts.map(({ samples }) => samples.name).join(" + "), frames, inputs);
  let column = 0;
  for (const { samples } of parts) {
    for (const { from, end, to } of spans(samples, frameStart)) {
      const own = featuresOf(samples, from, end);
      for (let frame = 0; frame < end - from; frame++)
        features.set(own.subarray(frame * samples.inputs, (frame + 1) * samples.inputs), (to + frame) * inputs + column);
    }
    column += samples.inputs;
  }
  return features;
}

function sparse(parts: readonly InputSamples[], frameStart: Uint32Array): SparseFrames {
  const frames = frameStart[frameStart.length - 1];
  const entryStart = new Uint32Array(frames + 1);
  const given = parts.flatMap(({ samples: { features } }) => (isSparse(features) ? [features] : []));
  for (const [p, { samples }] of parts.entries()) {
    for (const { from, end, to } of spans(samples, frameStart))
      for (let frame = from; frame < end; frame++)
        entryStart[to + frame - from + 1] += given[p].entryStart[frame + 1] - given[p].entryStart[frame];
  }
  for (let frame = 0; frame < frames; frame++) entryStart[frame + 1] += entryStart[frame];
  const next = entryStart.slice(0, frames);
  const place = new Uint32Array(entryStart[frames]);
  const value = new Uint16Array(entryStart[frames]);
  let column = 0;
  for (const [p, { samples }] of parts.entries()) {
    const of = given[p];
    for (const { from, end, to } of spans(samples, frameStart)) {
      for (let frame = from; frame < end; frame++) {
        for (let e = of.entryStart[frame]; e < of.entryStart[frame + 1]; e++) {
          const at = next[to + frame - from]++;
          place[at] = column + of.place[e];
          value[at] = of.value[e];
        }
      }
    }
    column += samples.inputs;
  }
  return { entryStart, place, value };
}

/** Labels of the whole: a class that one part has is the class of all. */
function labelsOf(parts: readonly InputSamples[]): Int32Array {
  const labels = parts[0].samples.labels.slice();
  for (const { input, place, samples } of parts.slice(1)) {
    for (const [u, label] of samples.labels.entries()) {
      if (labels[u] >= 0 && label >= 0 && label !== labels[u])
        throw inputError(
          place,
          `sample ${u} has class ${label} for ${input}, but class ${labels[u]} before`,
          "give the samples of all inputs in the same order",
        );
      if (labels[u] < 0) labels[u] = label;
    }
  }
  return labels;
}

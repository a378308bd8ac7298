/**
 * Samples and functional runs as bytes: u32 header bytes, a JSON header, then the sections whose lengths it names, each
 * padded to 8 bytes. Opening a parcel checks sizes, the order of offsets and ranges. Throws: `InputError` if a parcel
 * is damaged.
 */

import * as z from "zod";
import { decodeSpikes, encodeSpikes, isDense, isSparse, type LevelFrames, type SampleSet, type SparseFrames } from "../../arch/index.js";
import { boundedJson } from "../../base/bounded-json.js";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { bytesOf } from "../../base/hash.js";
import { listOf } from "../../base/list-schema.js";
import { powerOfTwo } from "../../base/math.js";
import type { Functional } from "../../sim/functional/index.js";
import { checkedErrors } from "../store/packed-errors.js";

/**
 * Room for 4,096 layers and as many populations, each with all its counts. It bounds names and lists too, which have no
 * limit of their own in the readers of networks and data.
 */
const HEADER_LIMIT_BYTES = 4 * MIB;
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const named = z.string();
const envelope = z.strictObject({ kind: z.enum(["samples", "functional"]), sections: z.array(count).max(8), body: z.unknown() });

/** Inputs of a sensor of 2048 x 2048 pixels and two polarities. */
const MOST_INPUTS = powerOfTwo(23);
const samplesHeader = z.strictObject({
  name: named,
  inputs: z.int().min(1).max(MOST_INPUTS),
  classes: z.int().min(1).max(65_536),
  task: z.enum(["sequence", "frames"]),
  hash: z.string().min(1).max(200),
  moments: z.strictObject({ mean: listOf(z.number()), deviation: listOf(z.number().positive()) }).optional(),
  rateHz: z.number().positive().optional(),
});
const mean = z.number().min(0);
const neurobench = z.strictObject({
  footprintBytes: count,
  packedBits: count,
  parameters: count,
  connectionSparsity: mean,
  activationSparsity: mean,
  denseOperations: mean,
  effectiveMacs: mean,
  effectiveAcs: mean,
  membraneUpdates: mean.nullable(),
  neuronOperations: mean.nullable(),
  samples: count,
  layers: listOf(z.strictObject({ name: named, effectiveMacs: mean, effectiveAcs: mean, denseOperations: mean })),
  neurons: listOf(
    z.strictObject({
      name: named,
      activationSparsity: mean.nullable(),
      membraneUpdates: mean.nullable(),
      neuronOperations: mean.nullable(),
    }),
  ),
});
export const operationsSchema = z.strictObject({
  frames: count,
  utterances: count,
  layers: listOf(
    z.strictObject({
      name: named,
      payloadBits: count,
      weightBits: count,
      spikes: count,
      density: z.number(),
      macs: count,
      acs: count,
      effective: count,
      bitSerialAcs: count,
      elementMultiplies: count,
      elementAdds: count,
      lutReads: count,
      denseEquivalent: count,
    }),
  ),
  accumulatorOverflows: count,
  stateSaturations: count,
  neurobench: neurobench.nullable(),
});
const functionalHeader = z.strictObject({
  key: digest,
  correct: count,
  scored: count,
  operations: operationsSchema,
  lostMessages: count.nullable(),
  multiplicationsPerFrame: mean,
  modelHash: z.string().min(1).max(200),
  dataHash: z.string().min(1).max(200),
});

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function seal(kind: "samples" | "functional", body: unknown, sections: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.from(JSON.stringify({ kind, sections: sections.map(({ length }) => length), body }));
  const start = padded(4 + header.length);
  const bytes = new Uint8Array(sections.reduce((sum, { length }) => sum + padded(length), start));
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = start;
  for (const section of sections) {
    bytes.set(section, at);
    at += padded(section.length);
  }
  return bytes;
}

function open(kind: "samples" | "functional", bytes: Uint8Array, counts: readonly number[]): { body: unknown; sections: Uint8Array[] } {
  const fail = (message: string): never => {
    throw inputError(kind, message, "it was damaged on its way here");
  };
  if (bytes.length < 4) fail("is cut");
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (headerBytes > HEADER_LIMIT_BYTES || 4 + headerBytes > bytes.length) fail(`has a header of ${headerBytes} bytes, which does not fit`);
  let json: unknown;
  try {
    json = boundedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(4, 4 + headerBytes)), HEADER_LIMIT_BYTES);
  } catch {
    fail("has a header that is no JSON");
  }
  const parsed = envelope.safeParse(json);
  if (!parsed.success || parsed.data.kind !== kind || !counts.includes(parsed.data.sections.length)) return fail("is something else");
  let at = padded(4 + headerBytes);
  const sections = parsed.data.sections.map((length) => {
    const section = Uint8Array.from(bytes.subarray(at, at + length)); // a copy of its own begins where any array type may begin
    at += padded(length);
    return section;
  });
  if (at !== bytes.length) fail(`is ${bytes.length} bytes long, its header says ${at}`);
  return { body: parsed.data.body, sections };
}

function headerOf<T>(schema: z.ZodType<T>, body: unknown, kind: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw inputError(kind, issue?.message ?? "is not valid", "", issue?.path.join(".") ?? "");
}

function words(section: Uint8Array, kind: string): ArrayBuffer {
  if (section.length % 4 !== 0) throw inputError(kind, "an array is cut");
  return section.buffer as ArrayBuffer;
}

/**
 * Dense features are one section, levels two: places and values. Sparse features are three: where each frame begins,
 * indices, values.
 */
export function encodeSamples(samples: SampleSet): Uint8Array {
  const { name, inputs, classes, task, hash, moments, rateHz, features, frameStart, labels } = samples;
  return seal("samples", { name, inputs, classes, task, hash, moments, rateHz }, [...partsOf(features), frameStart, labels].map(bytesOf));
}

function partsOf(features: SampleSet["features"]): readonly (Float32Array | Uint32Array | Uint16Array | Uint8Array)[] {
  if (isDense(features)) return [features];
  return isSparse(features) ? [features.entryStart, features.place, features.value] : [features.level, features.value];
}

export function decodeSamples(bytes: Uint8Array): SampleSet {
  const { body, sections } = open("samples", bytes, [DENSE_SECTIONS, LEVEL_SECTIONS, SPARSE_SECTIONS]);
  const header = headerOf(samplesHeader, body, "samples");
  const frameStart = new Uint32Array(words(sections[sections.length - 2], "samples"));
  const labels = new Int32Array(words(sections[sections.length - 1], "samples"));
  const utterances = frameStart.length - 1;
  const frames = frameStart[utterances];
  const features = featuresIn(sections, header.inputs);
  const held = isSparse(features) ? features.entryStart.length - 1 : (isDense(features) ? features : features.level).length / header.inputs;
  if (utterances < 1 || !ascends(frameStart) || held !== frames) throw inputError("samples", "frames and features do not agree");
  if (labels.length !== (header.task === "sequence" ? utterances : frames)) throw inputError("samples", "labels and frames do not agree");
  if (labels.some((label) => label >= header.classes)) throw inputError("samples", `a label is not below ${header.classes}`);
  return { ...header, features, frameStart, labels };
}

const DENSE_SECTIONS = 3;
const LEVEL_SECTIONS = 4;
const SPARSE_SECTIONS = 5;
const ascends = (starts: Uint32Array): boolean => starts.every((start, i) => (i === 0 ? start === 0 : start >= starts[i - 1]));

function featuresIn(sections: readonly Uint8Array[], inputs: number): SampleSet["features"] {
  if (sections.length === DENSE_SECTIONS) return new Float32Array(words(sections[0], "samples"));
  return sections.length === LEVEL_SECTIONS ? levelsOf(sections) : sparseOf(sections, inputs);
}

function levelsOf([level, values]: readonly Uint8Array[]): LevelFrames {
  const value = new Float32Array(words(values, "samples"));
  if (value.length !== 256) throw inputError("samples", `has ${value.length} values for its levels, expected 256`);
  return { level, value };
}

function sparseOf([starts, places, values]: readonly Uint8Array[], inputs: number): SparseFrames {
  const entryStart = new Uint32Array(words(starts, "samples"));
  const place = new Uint32Array(words(places, "samples"));
  if (values.length !== 2 * place.length || !ascends(entryStart) || entryStart[entryStart.length - 1] !== place.length)
    throw inputError("samples", "entries and frames do not agree");
  if (place.some((at) => at >= inputs)) throw inputError("samples", `an entry lies outside the ${inputs} inputs`);
  return { entryStart, place, value: new Uint16Array(values.buffer as ArrayBuffer) };
}

export function encodeFunctional(functional: Functional): Uint8Array {
  const { trace, placedBy, timedUtterances, errors, ...body } = functional;
  const counts = [errors.utterances, errors.scored, errors.wrong].map(bytesOf);
  const other = placedBy === trace ? [] : [encodeSpikes(placedBy)];
  return seal("functional", body, [encodeSpikes(trace), bytesOf(timedUtterances), ...counts, ...other]);
}

export function decodeFunctional(bytes: Uint8Array): Functional {
  const { body, sections } = open("functional", bytes, [FUNCTIONAL_SECTIONS, FUNCTIONAL_SECTIONS + 1]);
  const header = headerOf(functionalHeader, body, "functional");
  const trace = decodeSpikes(sections[0], "spike trace");
  const [timedUtterances, utterances, scored, wrong] = sections.slice(1, 5).map((section) => new Uint32Array(words(section, "functional")));
  if (trace.stepStart.length !== timedUtterances.length + 1) throw inputError("functional", "its trace is of other utterances");
  const errors = checkedErrors({ utterances, scored, wrong }, "functional");
  const sum = (counts: Uint32Array): number => counts.reduce((total, each) => total + each, 0);
  if (sum(scored) !== header.scored || sum(scored) - sum(wrong) !== header.correct)
    throw inputError("functional", "its errors do not add up to its accuracy");
  const placedBy = sections.length === FUNCTIONAL_SECTIONS ? trace : decodeSpikes(sections[5], "spike trace");
  return { ...header, trace, placedBy, timedUtterances, errors };
}

/** Trace, timed utterances, and what was wrong; a run whose chip decides what it computes has one more. */
const FUNCTIONAL_SECTIONS = 5;

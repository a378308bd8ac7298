/**
 * What functional runs got wrong, in the form in which the store keeps it and workers send it. The runs of a study
 * share their recordings, which are utterances and how many of their frames are scored. A run has only its wrong
 * frames.
 * Throws: `InputError` if bytes are damaged.
 */
import { deflateRawSync } from "node:zlib";
import { inputError } from "../../base/errors.js";
import { inflated } from "../../base/inflate.js";
import { MOST_COUNT_BYTES, readCounts, writeCounts } from "../../base/packed-counts.js";
import type { Functional, UtteranceErrors } from "../../sim/functional/index.js";

/** What is scored of a data set. */
export interface Recordings extends Pick<UtteranceErrors, "utterances" | "scored"> {
  /** Content address of the data set. */
  readonly dataHash: string;
}

/** What a functional run got wrong. */
export interface ScoredRun extends Pick<UtteranceErrors, "wrong"> {
  /** Key of the functional run. */
  readonly key: string;
  readonly recordings: Recordings;
}

export function scoredRun({ key, dataHash, errors }: Functional): ScoredRun {
  const { utterances, scored, wrong } = errors;
  return { key, recordings: { dataHash, utterances, scored }, wrong };
}

/** Most utterances of a run: as many as `workload.samples` may ask for. */
const MOST_UTTERANCES = 10_000_000;

/** @throws InputError if utterances do not ascend, or counts contradict each other */
export function checkedErrors(errors: UtteranceErrors, what: string): UtteranceErrors {
  const { utterances, scored, wrong } = errors;
  const isWhole =
    utterances.length <= MOST_UTTERANCES &&
    scored.length === utterances.length &&
    wrong.length === utterances.length &&
    utterances.every((utterance, i) => i === 0 || utterance > utterances[i - 1]) &&
    wrong.every((count, i) => count <= scored[i]);
  if (!isWhole) throw inputError(what, "its errors by utterance contradict each other");
  return errors;
}

function packed(counts: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(MOST_COUNT_BYTES * counts.length);
  return deflateRawSync(bytes.subarray(0, writeCounts(counts, bytes) ?? 0));
}

/** @throws InputError if the bytes do not hold exactly `length` counts */
function unpacked(bytes: Uint8Array, length: number, what: string): Uint32Array {
  const damaged = (): Error => inputError(what, "its errors by utterance are damaged");
  if (!Number.isInteger(length) || length < 0 || length > 2 * MOST_UTTERANCES) throw damaged();
  const plain = inflated(bytes, MOST_COUNT_BYTES * length);
  const counts = new Uint32Array(length);
  if (plain === null || readCounts(plain, counts) !== plain.length) throw damaged();
  return counts;
}

/** Distance of each utterance from the one before, then scored frames. */
export function packRecordings({ utterances, scored }: Recordings): Uint8Array {
  const counts = new Uint32Array(2 * utterances.length);
  for (const [i, utterance] of utterances.entries()) counts[i] = i === 0 ? utterance : utterance - utterances[i - 1];
  counts.set(scored, utterances.length);
  return packed(counts);
}

export function unpackRecordings(dataHash: string, utterances: number, bytes: Uint8Array, what: string): Recordings {
  const counts = unpacked(bytes, 2 * utterances, what);
  const places = counts.slice(0, utterances);
  for (let i = 1; i < utterances; i++) places[i] += places[i - 1];
  return { dataHash, utterances: places, scored: counts.slice(utterances) };
}

export const packWrong = ({ wrong }: Pick<ScoredRun, "wrong">): Uint8Array => packed(wrong);

export function unpackRun(key: string, recordings: Recordings, bytes: Uint8Array, what: string): ScoredRun {
  const wrong = unpacked(bytes, recordings.utterances.length, what);
  checkedErrors({ ...recordings, wrong }, what);
  return { key, recordings, wrong };
}

/**
 * A checkpoint: everything that training changes, as bytes, so that an interrupted run resumes bit for bit.
 * Layout: 4 bytes magic, 32 bytes SHA-256 of all that follows, 4 bytes length of the JSON header, the header, then all
 * float32 arrays in order.
 * @throws CheckpointError if a checkpoint is cut, damaged or of another configuration
 */
import { existsSync, rmSync } from "node:fs";
import { InputError, inputError } from "../base/errors.js";
import { bytesOf, sha256 } from "../base/hash.js";
import { MOST_BINARY_BYTES, readBounded } from "../base/read-file.js";
import { writeWhole } from "../base/write-file.js";
import type { Learning } from "./learning.js";
import type { EpochRecord } from "./record.js";

const MAGIC = 0x534e4e32;
/**
 * Version of the arithmetic of training: one more with each change after which the same checkpoint would learn other
 * weights. `checkpoint-arithmetic.test.ts` holds the weights of this one.
 */
const ARITHMETIC = 1;
/** Offsets. */
const [SUM_AT, LENGTH_AT, HEADER_AT] = [4, 36, 40];

/** How far the run has come. */
export interface Progress {
  epoch: number;
  /** Index of the epoch's next batch. */
  batch: number;
  /** Sums over the epoch so far. */
  lossSum: number;
  penaltySum: number;
  batches: number;
  /** Schedule `halving`: rate of this epoch, and the last validation error (infinite before the first). */
  rate: number;
  lastError: number;
  /** State of the early stop. */
  bestError: number;
  epochsSinceBest: number;
  readonly curve: EpochRecord[];
}

/**
 * Store of a checkpoint; the caller hands in the one of a file. Training never removes it: until the caller has stored
 * the network, the checkpoint is all that is left of it.
 */
export interface CheckpointStore {
  /** Name in error messages. */
  readonly file: string;
  read(): Uint8Array | null;
  write(bytes: Uint8Array): void;
}

/** A checkpoint in a file, replaced atomically; `clear` removes it. */
export function fileCheckpoint(path: string): CheckpointStore & { clear(): void } {
  return {
    file: path,
    read: () => (existsSync(path) ? readBounded(path, { what: "checkpoint", mostBytes: MOST_BINARY_BYTES, fix: AGAIN }) : null),
    write: (bytes) => writeWhole(path, bytes),
    clear: () => rmSync(path, { force: true }),
  };
}

/** The parts of a learning that a checkpoint holds; `state` null: it has no ranges. */
interface Saved extends Pick<Learning, "adam" | "arrays"> {
  readonly state: Pick<Learning["state"], "encoderRange" | "ranges"> | null;
}

const rangesOf = ({ state }: Saved) => (state === null ? [] : [state.encoderRange, ...state.ranges]);

const allArrays = ({ arrays, adam }: Saved): Float32Array[] => [...arrays, ...adam.first, ...adam.second];

interface Header {
  readonly key: string;
  /** Left out by older versions. */
  readonly arithmetic?: number;
  readonly adam: { readonly steps: number; readonly skipped: number };
  readonly ranges: readonly { readonly low: number; readonly high: number; readonly updates: number; readonly fixed: number }[];
  readonly progress: Progress;
}

/** JSON has neither infinity nor NaN: their names are written for them. */
const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(String);
const written = (_: string, value: unknown): unknown => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const read = (_: string, value: unknown): unknown => (typeof value === "string" && NOT_FINITE.includes(value) ? Number(value) : value);

/** Bytes of a checkpoint; `key` identifies configuration, data and back end. */
export function encodeCheckpoint(key: string, learning: Saved, progress: Progress): Uint8Array {
  const { adam } = learning;
  const header: Header = {
    key,
    arithmetic: ARITHMETIC,
    adam: { steps: adam.steps, skipped: adam.skipped },
    ranges: rangesOf(learning).map(({ low, high, updates, fixed }) => ({ low, high, updates, fixed })),
    progress,
  };
  const text = new TextEncoder().encode(JSON.stringify(header, written));
  const parts = [text, ...allArrays(learning).map((array) => bytesOf(array))];
  const bytes = new Uint8Array(HEADER_AT + parts.reduce((sum, part) => sum + part.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(LENGTH_AT, text.length);
  let at = HEADER_AT;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.set(Buffer.from(sha256(bytes.subarray(LENGTH_AT)), "hex"), SUM_AT);
  return bytes;
}

const sizeOf = (arrays: readonly Float32Array[]): number => arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** A checkpoint from which training cannot go on. */
export class CheckpointError extends InputError {
  constructor(file: string, message: string, fix: string) {
    super(inputError(file, message, fix).problems);
  }
}

/** What to do about a checkpoint that is of no use; the library's option is called as the command's. */
const AGAIN = "start again with --fresh, which deletes it";

const damaged = (file: string): CheckpointError => new CheckpointError(file, "is a damaged checkpoint", AGAIN);

/** @throws CheckpointError if a store holds the checkpoint of another training, or a damaged one */
export function demandOwnCheckpoint({ file, read }: Pick<CheckpointStore, "file" | "read">, key: string): void {
  const bytes = read();
  if (bytes !== null) ownHeader(bytes, key, file);
}

function ownHeader(bytes: Uint8Array, key: string, file: string): NonNullable<ReturnType<typeof headerOf>> {
  const found = headerOf(bytes);
  if (found === null) throw damaged(file);
  const { arithmetic } = found.header;
  if (found.header.key !== key)
    throw new CheckpointError(
      file,
      "is the checkpoint of another configuration, data set or back end",
      `${AGAIN}, or train under another output name`,
    );
  if (arithmetic === ARITHMETIC) return found;
  const writtenBy = arithmetic === undefined ? "of a version that did not say its arithmetic" : `of arithmetic ${arithmetic}`;
  throw new CheckpointError(
    file,
    `is a checkpoint ${writtenBy}, and this version trains by arithmetic ${ARITHMETIC}: going on would mix both`,
    `end the training with the version that wrote it, or ${AGAIN}`,
  );
}

/** The header, and the offset of its end; null: the bytes are not as they were written. */
function headerOf(bytes: Uint8Array): { readonly header: Header; readonly textEnd: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_AT || view.getUint32(0) !== MAGIC) return null;
  if (sha256(bytes.subarray(LENGTH_AT)) !== Buffer.from(bytes.subarray(SUM_AT, LENGTH_AT)).toString("hex")) return null;
  const textEnd = HEADER_AT + view.getUint32(LENGTH_AT);
  return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, textEnd)), read) as Header, textEnd };
}

/**
 * The epoch, from 0, in which a checkpoint continues; 0 if it cannot be read: `decodeCheckpoint` then reports the
 * fault.
 */
export const epochOf = (bytes: Uint8Array): number => placeOf(bytes).epoch;

/** True if a checkpoint has learnt more than so many whole epochs; false if it cannot be read. */
export function isBeyond(bytes: Uint8Array, epochs: number): boolean {
  const { epoch, batch } = placeOf(bytes);
  return epoch > epochs || (epoch === epochs && batch > 0);
}

const placeOf = (bytes: Uint8Array): Pick<Progress, "epoch" | "batch"> => headerOf(bytes)?.header.progress ?? { epoch: 0, batch: 0 };

/**
 * Restores a learning from a checkpoint and returns the progress. `file`: name of the checkpoint, for error messages.
 * @throws CheckpointError
 */
export function decodeCheckpoint(bytes: Uint8Array, key: string, learning: Saved, file: string): Progress {
  const { adam } = learning;
  const arrays = allArrays(learning);
  const { header, textEnd } = ownHeader(bytes, key, file);
  const body = bytes.subarray(textEnd);
  if (header.ranges.length !== rangesOf(learning).length || body.length !== sizeOf(arrays)) throw damaged(file);
  let at = 0;
  for (const array of arrays) {
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  adam.steps = header.adam.steps;
  adam.skipped = header.adam.skipped;
  rangesOf(learning).forEach((tracker, i) => {
    Object.assign(tracker, header.ranges[i]);
  });
  return header.progress;
}

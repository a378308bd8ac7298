/**
 * The safetensors container, float32 and float16: u64 header length, JSON header, then the tensors' bytes, little
 * endian, without holes. A matrix of half-precision numbers is written as float16: half the bytes, the same values.
 *
 * Source: safetensors format description (huggingface/safetensors). The Python package reads files of this program, and
 * the other way round. Throws `InputError` that names the first mistake; hostile sizes and offsets are refused before
 * memory is allocated.
 * Not modelled: other element types, hosts that are not little endian.
 */
import { type InputError, inputError } from "../../base/errors.js";
import { halfBits, halfValue, roundToHalf } from "../../base/half.js";
import { bytesOf } from "../../base/hash.js";
import { superblockAt } from "../../base/hdf5-superblock.js";
import { binaryKind, SAFETENSORS, START_BYTES } from "./binary-kind.js";

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const HEADER_LIMIT_BYTES = 16 * 1024 * 1024;
/** Largest file that is read: 1 GiB, 268 million weights. */
export const FILE_LIMIT_BYTES = 1024 * 1024 * 1024;

const BYTES = { F32: 4, F16: 2 } as const;
type Dtype = keyof typeof BYTES;
type Entry = {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
};

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSize = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

export function encodeSafetensors(file: SafetensorsFile): Uint8Array {
  const header: [string, unknown][] = [["__metadata__", Object.fromEntries(file.metadata)]];
  let end = 0;
  const pieces: Uint8Array[] = [];
  // float32 first: every tensor then starts at a multiple of its element's size
  const typed = [...file.tensors].map(([name, tensor]) => ({ name, tensor, dtype: dtypeOf(tensor) }));
  for (const dtype of ["F32", "F16"] as const)
    for (const { name, tensor } of typed.filter((entry) => entry.dtype === dtype)) {
      const piece = dtype === "F32" ? bytesOf(tensor.data) : bytesOf(Uint16Array.from(tensor.data, halfBits));
      const begin = end;
      end += piece.byteLength;
      header.push([name, { dtype, shape: tensor.shape, data_offsets: [begin, end] }]);
      pieces.push(piece);
    }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let at = 8 + headerBytes;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

function dtypeOf({ shape, data }: Tensor): Dtype {
  return shape.length > 1 && data.every((value) => roundToHalf(value) === value) ? "F16" : "F32";
}

/** Strict reader; tensors are copies, so `bytes` may be reused. */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  if (bytes.length > FILE_LIMIT_BYTES) throw inputError(file, `is ${bytes.length} bytes long; at most ${FILE_LIMIT_BYTES} are read`);
  if (bytes.length < 10) throw inputError(file, `is ${bytes.length} bytes long: too short for a safetensors file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(HEADER_LIMIT_BYTES) || headerBytes > BigInt(bytes.length - 8)) throw noSafetensors(bytes, file, headerBytes);
  const dataStart = 8 + Number(headerBytes);
  const header = parseHeader(bytes.subarray(8, dataStart), file);
  const metadata = readMetadata(header, file);
  const entries = readEntries(header, file);
  const dataBytes = bytes.length - dataStart;
  checkCover(entries, dataBytes, file);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    // Copied, so that every position is aligned. slice() of a Buffer is a view of a shared pool, so this copies through
    // a plain Uint8Array.
    const { buffer } = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    tensors.set(name, { shape, data: dtype === "F32" ? new Float32Array(buffer) : Float32Array.from(new Uint16Array(buffer), halfValue) });
  }
  return { metadata, tensors };
}

/** First byte of the header. */
const OPENING_BRACE = 0x7b;

function noSafetensors(bytes: Uint8Array, file: string, headerBytes: bigint): InputError {
  const start = bytes.subarray(0, START_BYTES);
  if (superblockAt(start) >= 0)
    return inputError(
      file,
      "is an HDF5 file, as networks of NIR and Lava are, and not a safetensors file",
      "sim, quantise and estimate run such a network; its name ends in .nir or .net",
    );
  const kind = binaryKind(start);
  if (kind?.isSure === true && kind.name !== SAFETENSORS) return inputError(file, `is ${kind.name}, and not a safetensors file`);
  if (bytes[8] !== OPENING_BRACE)
    return inputError(
      file,
      "is not a safetensors file",
      "name a model that snn-dse train wrote; networks of other tools end in .nir or .net",
    );
  return inputError(file, `is not a safetensors file, or was cut: header length ${headerBytes} bytes, file ${bytes.length} bytes`);
}

function parseHeader(bytes: Uint8Array, file: string): { readonly [key: string]: unknown } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw inputError(file, "header is not JSON text: not a safetensors file, or a damaged one");
  }
  if (!isRecord(header)) throw inputError(file, "header is not a JSON object");
  return header;
}

function readMetadata(header: { readonly [key: string]: unknown }, file: string): Map<string, string> {
  const metadata = new Map<string, string>();
  const raw = Object.hasOwn(header, "__metadata__") ? header.__metadata__ : {};
  if (!isRecord(raw)) throw inputError(file, "__metadata__ is not an object of strings");
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== "string") throw inputError(file, "is not a string", "", `__metadata__.${key}`);
    metadata.set(key, value);
  }
  return metadata;
}

function readEntries(header: { readonly [key: string]: unknown }, file: string): Entry[] {
  const entries: Entry[] = [];
  for (const [name, raw] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (!isRecord(raw)) throw inputError(file, "tensor entry is not an object", "", name);
    const { dtype, shape, data_offsets: offsets } = raw;
    if (dtype !== "F32" && dtype !== "F16")
      throw inputError(file, `element type is ${String(dtype)}, expected F32 or F16`, "save the tensor as float32", name);
    if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize)) throw inputError(file, "shape is not a list of sizes", "", name);
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
      throw inputError(file, "data_offsets are not two byte positions", "", name);
    const [begin, end] = offsets as [number, number];
    const elements = shape.reduce((product: number, size: number) => product * size, 1);
    const needed = elements * BYTES[dtype];
    if (end - begin !== needed)
      throw inputError(file, `shape [${shape.join(", ")}] needs ${needed} bytes, data_offsets span ${end - begin}`, "", name);
    entries.push({ name, dtype, shape, begin, end });
  }
  return entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
}

/** Checks that the tensors cover the data section without overlap or hole. */
function checkCover(entries: readonly Entry[], dataBytes: number, file: string): void {
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (end > dataBytes) throw inputError(file, `ends at byte ${end} of the data, which has ${dataBytes}: the file was cut`, "", name);
    if (begin < expected) throw inputError(file, `overlaps the tensor before it (starts at byte ${begin}, expected ${expected})`, "", name);
    if (begin > expected) throw inputError(file, `leaves a hole before it (starts at byte ${begin}, expected ${expected})`, "", name);
    expected = end;
  }
  if (expected !== dataBytes) throw inputError(file, `has ${dataBytes - expected} bytes after its last tensor`);
}

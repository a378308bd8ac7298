/**
 * Recognises binary files by their first bytes, so that errors name their kind and they are not read as tables. Pure.
 * Source: iniVation, AEDAT file formats 1 to 4; Prophesee, DAT, EVT 2.0, 2.1 and 3.0 files (text headers of lines that
 * begin with `% `); PKWARE APPNOTE 4.3; HDF5 file format 3.0; RFC 1952; PNG 1.2; numpy.lib.format; safetensors (u64
 * length, then JSON). Throws (`refuseBinary`, `refuseControls`): InputError.
 */
import { inputError } from "../../base/errors.js";
import { SUPERBLOCK_WITHIN, superblockAt } from "../../base/hdf5-superblock.js";

/** Number of bytes at the start of a file that are checked: enough for an HDF5 file behind its largest user block. */
export const START_BYTES = SUPERBLOCK_WITHIN;

/** How the user can convert events with an address and a time. */
export const FROM_EVENTS =
  "recordings of event cameras are read with workload.dataset: events; or write CSV with the header step,neuron: step = floor(t / step length), neuron = (p * height + y) * width + x";
const READABLE = "read are .csv (a row per step, or a header step,neuron), .npy, .npz, and HDF5 of NIRData or of the Heidelberg digits";

/** Name of the kind of this program's own model files. */
export const SAFETENSORS = "a safetensors file";

interface Kind {
  readonly name: string;
  /** What to do with such a file; a list of readable files follows. */
  readonly fix: string;
  /** False if the bytes only show that the file is not text. */
  readonly isSure: boolean;
}

interface Signature extends Kind {
  readonly bytes: readonly number[];
}

const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const signature = (name: string, bytes: readonly number[] | string, fix = ""): Signature => ({
  name,
  bytes: typeof bytes === "string" ? ascii(bytes) : bytes,
  fix,
  isSure: true,
});

const SIGNATURES: readonly Signature[] = [
  ...["1", "2", "3", "4"].map((version) =>
    signature(`an AEDAT ${version} recording of an event camera`, `#!AER-DAT${version}`, FROM_EVENTS),
  ),
  signature("a ROS bag", "#ROSBAG", FROM_EVENTS),
  signature("a zip archive (.npz, .pt)", [0x50, 0x4b, 0x03, 0x04], "of spikes, save arrays with numpy.savez"),
  signature("an empty zip archive", [0x50, 0x4b, 0x05, 0x06]),
  signature("a NumPy array (.npy)", [0x93, ...ascii("NUMPY")]),
  signature("gzip data", [0x1f, 0x8b], "unpack it with gunzip"),
  signature("bzip2 data", "BZh", "unpack it with bunzip2"),
  signature("xz data", [0xfd, ...ascii("7zXZ"), 0], "unpack it with unxz"),
  signature("zstd data", [0x28, 0xb5, 0x2f, 0xfd], "unpack it with unzstd"),
  signature("a PNG picture", [0x89, ...ascii("PNG")], "write its pixels as a row of numbers"),
  signature("a JPEG picture", [0xff, 0xd8, 0xff], "write its pixels as a row of numbers"),
  signature("a MATLAB file", "MATLAB 5.0", "write its matrix with writematrix"),
  signature("a spike trace of snn-dse", "SNNSPIKE"),
  signature("UTF-16 text", [0xff, 0xfe], "save it as UTF-8"),
  signature("UTF-16 text", [0xfe, 0xff], "save it as UTF-8"),
];

/** Kind of a binary file; null if the bytes may be text. `start`: the first `START_BYTES` bytes of a file, or all. */
export function binaryKind(start: Uint8Array): Kind | null {
  if (superblockAt(start) >= 0) return { name: "an HDF5 file", fix: "", isSure: true };
  const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => start[i] === byte));
  if (known !== undefined) return known;
  return prophesee(start) ?? safetensors(start) ?? pickle(start) ?? unknown(start);
}

/** Throws for a binary file. `readable`: what this reader can read. */
export function refuseBinary(start: Uint8Array, file: string, readable = READABLE): void {
  const kind = binaryKind(start);
  if (kind !== null)
    throw inputError(file, `is ${kind.name}, which cannot be read`, [kind.fix, readable].filter((text) => text !== "").join("; "));
}

/** Throws for a text that cannot be a table: with control characters, or not in UTF-8. */
export function refuseControls(text: string, file: string, readable = READABLE): void {
  const at = text.search(NO_TEXT);
  if (at < 0) return;
  const code = text.charCodeAt(at);
  const what = code === 0xfffd ? "bytes that are not UTF-8" : `a control character (0x${code.toString(16).padStart(2, "0")})`;
  throw inputError(file, `line ${1 + newlines(text, at)} holds ${what}: it is not a text file`, readable);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]/;

function newlines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function prophesee(start: Uint8Array): Kind | null {
  if (start[0] !== 0x25 || start[1] !== 0x20) return null;
  const header = new TextDecoder("latin1").decode(start);
  const format = /^% (?:format )?evt ?(\d)(?:\.?(\d))?/im.exec(header);
  if (format !== null) return { name: `a Prophesee recording (EVT ${format[1]}.${format[2] ?? "0"})`, fix: FROM_EVENTS, isSure: true };
  if (/^% (?:data file containing|version \d)/im.test(header))
    return { name: "a Prophesee recording (DAT)", fix: FROM_EVENTS, isSure: true };
  return null;
}

function safetensors(start: Uint8Array): Kind | null {
  if (start.length < 9 || start[8] !== 0x7b) return null;
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  return length >= 2n && length < 1n << 32n ? { name: SAFETENSORS, fix: "models go to network.model", isSure: true } : null;
}

/** A Python pickle begins with its protocol, 2 to 5, and a frame, a name or a container. */
function pickle(start: Uint8Array): Kind | null {
  const isPickle = start[0] === 0x80 && start[1] >= 2 && start[1] <= 5;
  return isPickle ? { name: "a Python pickle", fix: "save one array with numpy.save", isSure: true } : null;
}

/** Of a file that begins with so much text, what follows is refused by its line. */
const TEXT_BYTES = 4096;

function unknown(start: Uint8Array): Kind | null {
  const at = start.subarray(0, TEXT_BYTES).indexOf(0);
  return at < 0 ? null : { name: `a binary file of no known kind (byte ${at} is 0)`, fix: FROM_EVENTS, isSure: false };
}

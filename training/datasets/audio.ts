/**
 * Sound files as float samples in [-1, 1): RIFF WAV (8, 16, 24, 32-bit integer, 32-bit float) and NIST SPHERE (pcm,
 * 16-bit), of one channel.
 * Not modelled: several channels, compressed SPHERE (shorten), A-law, mu-law, FLAC; they are refused with a message.
 * @throws InputError that says what the file is instead, which value of its header cannot be, or which of its samples
 *   is no finite number
 */
import { inputError, quoted } from "../../base/errors.js";

export interface Audio {
  readonly rateHz: number;
  /** Number of samples. */
  readonly count: number;
  /** Decoded on demand: the header alone gives the length. Throws: InputError if one is no finite number. */
  readonly samples: Float32Array;
}

const REWRITE = "write the file again";

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** Reads RIFF or SPHERE; the first bytes decide which, not the name (TIMIT's .WAV files are SPHERE). */
export function readAudio(bytes: Uint8Array, file: string): Audio {
  const head = ascii(bytes, 0, 4);
  if (head === "RIFF") return readRiff(bytes, file);
  if (ascii(bytes, 0, 7) === "NIST_1A") return readSphere(bytes, file);
  if (head === "fLaC") throw inputError(file, "is FLAC", "convert it to WAV: flac -d, or ffmpeg -i x.flac x.wav");
  throw inputError(file, `is neither RIFF WAV nor NIST SPHERE (starts with ${JSON.stringify(head)})`);
}

/** Throws: InputError: which of two channels is meant is not known, and their mean is another sound. */
function demandMono(channels: number, file: string): void {
  if (channels !== 1) throw inputError(file, `has ${channels} channels`, "make it one: ffmpeg -i x.wav -ac 1 mono.wav mixes them");
}

function decode(view: DataView, start: number, frames: number, stride: number, bits: number, float: boolean): Float32Array {
  const out = new Float32Array(frames);
  for (let i = 0; i < frames; i++) {
    const at = start + i * stride;
    if (float) out[i] = view.getFloat32(at, true);
    else if (bits === 8) out[i] = (view.getUint8(at) - 128) / 128;
    else if (bits === 16) out[i] = view.getInt16(at, true) / 32768;
    else if (bits === 24) out[i] = (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
    else out[i] = view.getInt32(at, true) / 2147483648;
  }
  return out;
}

function readRiff(bytes: Uint8Array, file: string): Audio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (ascii(bytes, 8, 12) !== "WAVE") throw inputError(file, "is RIFF but not WAVE");
  let format: { code: number; channels: number; rateHz: number; stride: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = ascii(bytes, at, at + 4);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === "fmt " && body + 16 <= bytes.length) {
      const declared = view.getUint16(body, true);
      const code = declared === 0xfffe && size >= 26 && body + 26 <= bytes.length ? view.getUint16(body + 24, true) : declared;
      const channels = view.getUint16(body + 2, true);
      format = {
        code,
        channels,
        rateHz: view.getUint32(body + 4, true),
        stride: view.getUint16(body + 12, true),
        bits: view.getUint16(body + 14, true),
      };
    }
    if (id === "data") {
      if (format === null) throw inputError(file, "has no fmt chunk before its data");
      const { code, channels, stride, bits, rateHz } = format;
      demandMono(channels, file);
      if (rateHz === 0) throw inputError(file, "its header has a rate of 0 Hz, expected samples per second", REWRITE);
      if (!((code === 1 && [8, 16, 24, 32].includes(bits)) || (code === 3 && bits === 32)) || stride * 8 < bits)
        throw inputError(file, `has sample format ${code} with ${bits} bits`, "convert it to 16-bit PCM");
      // A stream of unknown length has size 0 or 0xffffffff: it is read to the end of the file. A chunk of size 0 is
      // empty if the size of the whole says that something follows it.
      const available = bytes.length - body;
      const wholeEnd = 8 + view.getUint32(4, true);
      const isOpen = size === 0 && (wholeEnd <= body || wholeEnd > 0xffffffff);
      if (size > available && size < 0x7fffffff) throw inputError(file, `is cut short: ${available} bytes of ${size} bytes of sound`);
      const count = Math.floor((isOpen ? available : Math.min(size, available)) / stride);
      return {
        rateHz,
        count,
        get samples() {
          const decoded = decode(view, body, count, stride, bits, code === 3);
          const broken = decoded.findIndex((value) => !Number.isFinite(value));
          if (broken >= 0) throw inputError(file, `sample ${broken} is ${decoded[broken]}, no finite number`, REWRITE);
          return decoded;
        },
      };
    }
    at = body + size + (size & 1);
  }
  throw inputError(file, "has no data chunk");
}

function readSphere(bytes: Uint8Array, file: string): Audio {
  const headerBytes = Number.parseInt(ascii(bytes, 8, 16).trim(), 10);
  if (!(headerBytes >= 16 && headerBytes <= bytes.length)) throw inputError(file, "has a broken SPHERE header");
  const header = new Map<string, string>();
  for (const line of ascii(bytes, 0, headerBytes).split("\n").slice(2)) {
    const [key, , ...rest] = line.trim().split(/\s+/);
    if (key === "end_head") break;
    if (key) header.set(key, rest.join(" "));
  }
  const coding = header.get("sample_coding") ?? "pcm";
  if (coding !== "pcm") throw inputError(file, `is SPHERE with sample coding ${coding}`, "convert it with sph2pipe -f wav");
  const refuse = (key: string, expected: string): never => {
    const text = header.get(key);
    const got = text === undefined ? `no ${key}` : `${key} ${quoted(text)}`;
    throw inputError(file, `its SPHERE header has ${got}, expected ${expected}`, REWRITE);
  };
  /** A missing number is `fallback`, one that is no number is refused. */
  const number = (key: string, fallback: number, isOne: (value: number) => boolean, expected: string): number => {
    const text = header.get(key);
    const value = text === undefined ? fallback : text === "" ? Number.NaN : Number(text);
    return isOne(value) ? value : refuse(key, expected);
  };
  const rateHz = number("sample_rate", 0, (rate) => rate > 0 && Number.isFinite(rate), "samples per second");
  number("sample_n_bytes", 2, (width) => width === 2, "2");
  demandMono(number("channel_count", 1, Number.isInteger, "a whole number"), file);
  const order = header.get("sample_byte_format") ?? "01";
  if (order !== "01" && order !== "10") refuse("sample_byte_format", "01 or 10");
  const available = Math.floor((bytes.length - headerBytes) / 2);
  const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0;
  const count = number("sample_count", available, isCount, "a whole number from 0");
  if (count > available) throw inputError(file, `is cut short: ${available} of ${count} samples`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes);
  return {
    rateHz,
    count,
    get samples() {
      return Float32Array.from({ length: count }, (_, i) => view.getInt16(2 * i, order === "01") / 32768);
    },
  };
}

/**
 * NumPy .npz archives: arrays by name, each a .npy in a zip file, stored or deflated.
 * Source: PKWARE APPNOTE 4.3 (end of central directory, central directory, local headers); numpy.savez. Throws:
 * InputError.
 * Not modelled: zip64, encryption, archives over several files.
 */
import { crc32 } from "../../base/crc32.js";
import { inputError } from "../../base/errors.js";
import { inflated } from "../../base/inflate.js";

const END = { signature: 0x06054b50, bytes: 22, mostComment: 65_535 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const STORED = 0;
const DEFLATED = 8;
const ENDING = ".npy";

/** An array of the archive; `bytes` are those of a .npy file. */
interface NpzArray {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

/** Arrays in the archive's order. `mostBytes`: limit of an unpacked array; `file` is only named in errors. */
export function readNpz(bytes: Uint8Array, file: string, mostBytes: number): readonly NpzArray[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (what: string) => inputError(file, `was cut, or is damaged: ${what}`, "save it again with numpy.savez");
  const end = endOf(view);
  if (end === null) throw cut("the central directory of the zip file is missing");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw inputError(file, "is a zip64 archive", "save fewer or smaller arrays");
  const found: NpzArray[] = [];
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL.bytes > end || view.getUint32(at, true) !== CENTRAL.signature) throw cut(`entry ${i} of its directory is invalid`);
    const entry = {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      local: view.getUint32(at + 42, true),
    };
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + CENTRAL.bytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw cut(`entry ${i} of its directory ends after it`);
    const full = new TextDecoder().decode(bytes.subarray(at + CENTRAL.bytes, at + CENTRAL.bytes + nameBytes));
    at = next;
    if (!full.endsWith(ENDING))
      throw inputError(file, `holds ${JSON.stringify(full.slice(0, 100))}, which is not an array`, "save it with numpy.savez");
    const name = full.slice(0, -ENDING.length);
    if (found.some((one) => one.name === name))
      throw inputError(file, `holds two arrays ${JSON.stringify(name.slice(0, 100))}`, "save each once");
    found.push({ name, bytes: () => unpacked(bytes, view, entry, `${file}: ${name.slice(0, 100)}`, mostBytes) });
  }
  return found;
}

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
}

/** Byte at which the archive's last record begins; null: there is none. */
function endOf(view: DataView): number | null {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - END.mostComment); at--) {
    if (view.getUint32(at, true) === END.signature && at + END.bytes + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return null;
}

function unpacked(bytes: Uint8Array, view: DataView, entry: Entry, place: string, mostBytes: number): Uint8Array {
  const { flags, method, crc, packed, size, local } = entry;
  const damaged = (what: string) => inputError(place, `is damaged: ${what}`, "save it again with numpy.savez");
  if (flags & 1) throw inputError(place, "is encrypted", "save it with numpy.savez");
  if (size > mostBytes) throw inputError(place, `unpacks to ${size} bytes, at most ${mostBytes} are read`, "save fewer samples");
  if (local + LOCAL.bytes > bytes.length || view.getUint32(local, true) !== LOCAL.signature)
    throw damaged("it is not where the directory says");
  const start = local + LOCAL.bytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) throw damaged("it ends after the file");
  const raw = bytes.subarray(start, start + packed);
  const whole = method === STORED ? raw : method === DEFLATED ? inflated(raw, size) : null;
  if (whole === null)
    throw inputError(
      place,
      method === DEFLATED ? "is damaged: it does not unpack" : `is compressed by method ${method}`,
      "save it with numpy.savez",
    );
  if (whole.length !== size || crc32(whole) !== crc) throw damaged("its checksum is another");
  return whole;
}

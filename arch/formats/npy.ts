/**
 * NumPy .npy arrays as spike grids: [steps][neurons], or [samples][steps][neurons].
 * Source: the format's description (numpy.lib.format, versions 1 to 3). Throws: InputError.
 * Not modelled: Fortran order, big-endian data, structured and complex types.
 */

import { inputError } from "../../base/errors.js";
import { halfValue } from "../../base/half.js";
import { refuseEvents, shortened } from "./event-columns.js";
import type { Raster } from "./raster.js";

/** Element readers by NumPy type code. */
const READERS: { readonly [code: string]: { readonly bytes: number; readonly read: (view: DataView, at: number) => number } } = {
  "|b1": { bytes: 1, read: (view, at) => view.getUint8(at) },
  "|u1": { bytes: 1, read: (view, at) => view.getUint8(at) },
  "|i1": { bytes: 1, read: (view, at) => view.getInt8(at) },
  "<u2": { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  "<i2": { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  "<u4": { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  "<i4": { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  "<u8": { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  "<i8": { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  "<f2": { bytes: 2, read: (view, at) => halfValue(view.getUint16(at, true)) },
  "<f4": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** Text of an array's header, and where its elements begin. `file` is only named in errors. */
export function npyHeader(bytes: Uint8Array, file: string): { readonly header: string; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint8(0) !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== "NUMPY") {
    throw inputError(file, "is not a .npy file", "save it with numpy.save");
  }
  const wide = view.getUint8(6) >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) throw inputError(file, "was cut: its header is longer than the file");
  return { header: new TextDecoder("latin1").decode(bytes.subarray(wide ? 12 : 10, start)), start };
}

/** Sizes of the array's axes; NaN for a size that is not a whole number. */
export function npyShape(header: string): readonly number[] {
  return (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((size) => size.trim() !== "")
    .map((size) => (/^\s*\d{1,15}\s*$/.test(size) ? Number(size) : Number.NaN));
}

/** For one step, or for steps of several axes. */
function shapeFix(shape: readonly number[]): string {
  if (shape.length === 0 || !shape.every((size) => size >= 1)) return "";
  const steps = shape.length === 1 ? 1 : shape[0];
  const neurons = shape.reduce((product, size) => product * size, 1) / steps;
  const several = shape.length === 1 ? "" : "; of several samples (samples, steps, neurons)";
  return `save reshape(${steps}, ${neurons}) of it, which is (steps, neurons) of one sample${several}`;
}

/** Every sample of the array. `file` is only named in errors. */
export function parseNpy(bytes: Uint8Array, file: string): Raster[] {
  const { header, start } = npyHeader(bytes, file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records = /'descr':\s*\[(.*?)\]/s.exec(header)?.[1];
  if (records !== undefined) {
    const fields = Array.from(records.matchAll(/\(\s*'([^']*)'\s*,/g), ([, field]) => field);
    refuseEvents(fields, file);
    throw inputError(file, `holds records of ${shortened(fields.join(", "))}, expected numbers`, "save one field of it");
  }
  const code = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shape = npyShape(header);
  if (!Object.hasOwn(READERS, code))
    throw inputError(
      file,
      `elements of type ${JSON.stringify(shortened(code))}, expected one of ${Object.keys(READERS).join(", ")}`,
      "convert with astype",
    );
  if (/'fortran_order':\s*True/.test(header)) throw inputError(file, "is in Fortran order", "save numpy.ascontiguousarray of it");
  if (shape.length !== 2 && shape.length !== 3)
    throw inputError(file, `has shape (${shape.join(", ")}), expected (steps, neurons) or (samples, steps, neurons)`, shapeFix(shape));
  if (!shape.every((size) => size >= 1)) throw inputError(file, `has shape (${shape.join(", ")}), expected whole numbers from 1`);
  const [samples, steps, neurons] = shape.length === 3 ? shape : [1, ...shape];
  const reader = READERS[code];
  const count = samples * steps * neurons;
  if (!Number.isSafeInteger(count) || bytes.length - start !== count * reader.bytes) {
    throw inputError(
      file,
      `shape (${shape.join(", ")}) of ${code} needs ${count * reader.bytes} bytes, the file has ${bytes.length - start}`,
    );
  }
  return Array.from({ length: samples }, (_, sample) => {
    const at = start + sample * steps * neurons * reader.bytes;
    return { steps, neurons, data: Float64Array.from({ length: steps * neurons }, (_, i) => reader.read(view, at + i * reader.bytes)) };
  });
}

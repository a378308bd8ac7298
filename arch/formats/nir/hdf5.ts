/**
 * The HDF5 library for reading and writing NIR files and events. Throws: InputError for a file that is damaged, or
 * claims to hold more than it can.
 */

import { readFileSync, statSync } from "node:fs";
import type { Dataset, File } from "h5wasm/node";
import { MIB } from "../../../base/bytes.js";
import { InputError, inputError } from "../../../base/errors.js";
import { halfValue } from "../../../base/half.js";
import { guarded, loadHdf5, MOST_BYTES_A_BYTE, readValue } from "../../../base/hdf5.js";
import { powerOfTwo } from "../../../base/math.js";

type Library = typeof import("h5wasm/node").default;

/** Set by `startHdf5`, which must run before reading and writing. */
export let h5wasm: Library;

export async function startHdf5(): Promise<void> {
  h5wasm ??= (await loadHdf5()).default;
}

/**
 * Opens the HDF5 file at `path` and returns the result of `read`; `startHdf5` must have run. Throws: InputError, also
 * if the library finds damage.
 */
export function openHdf5<T>(path: string, read: (file: File) => T): T {
  return guarded(path, (reason) => {
    const because = (otherwise: string): string => (reason() === "" ? otherwise : reason());
    const file = new h5wasm.File(path, "r");
    // The library reports a failed open by a negative identifier.
    if (file.file_id < 0n) throw inputError(path, `is an HDF5 file that cannot be opened, damaged or cut: ${because("no reason given")}`);
    try {
      return read(file);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw inputError(path, `is damaged inside: ${because(error instanceof Error ? error.message : String(error))}`);
    } finally {
      file.close();
    }
  });
}

/** Size of a file in bytes: its content cannot take more, unless links repeat it or filters compress it. */
export const bytesOf = (path: string): number => statSync(path).size;

const LARGEST_DATASET = powerOfTwo(25);
/** H5T_FLOAT of HDF5's H5Tpublic.h. */
const [INTEGER_CLASS, FLOAT_CLASS] = [0, 1];
/** Sizes of floats that the library reads; it reports others as damage. */
const FLOAT_BYTES: readonly number[] = [4, 8];
const HALF_BYTES = 2;
/**
 * Part of a datatype of two bytes: size, first bit, bits; and the rest for binary16: positions and widths of exponent
 * and fraction, bias. Source: HDF5 File Format Specification 3.0, IV.A.2.d, class 1.
 */
const TWO_BYTES = Buffer.from([2, 0, 0, 0, 0, 0, 16, 0]);
const BINARY16 = Buffer.from([10, 5, 0, 10, 15, 0, 0, 0]);
/** Values that were never written take no space in the file; this many bytes of them are always accepted. */
const ALWAYS_READ_BYTES = MIB;

/** Values of a dataset of the file at `file`; a damaged or hostile file may claim any number of them. */
export function valuesOf(dataset: Dataset, file: string, path: string): unknown {
  const count = (dataset.shape ?? []).reduce((product, size) => product * size, 1);
  if (!(count <= LARGEST_DATASET)) throw inputError(file, `holds ${count} values; at most ${LARGEST_DATASET} are read`, "", path);
  const bytes = count * dataset.metadata.size;
  if (bytes > ALWAYS_READ_BYTES && bytes > MOST_BYTES_A_BYTE * bytesOf(file))
    throw inputError(file, `claims to hold ${count} values, more than the file has room for: damaged`, "", path);
  const { type, size } = dataset.metadata;
  if (type !== FLOAT_CLASS || FLOAT_BYTES.includes(size)) return readValue(dataset, file, path);
  if (size !== HALF_BYTES)
    throw inputError(file, `holds floats of ${8 * size} bits; only 16, 32 and 64 can be read`, "write them as float32", path);
  if (!holdsBinary16Only(readFileSync(file)))
    throw inputError(file, "holds floats of 16 bits that are not IEEE 754 binary16", "write them as float32", path);
  return halvesOf(dataset, file, path);
}

/**
 * The library cannot distinguish binary16 from other floats of two bytes (bfloat16), so the whole file must hold only
 * one kind.
 */
function holdsBinary16Only(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(TWO_BYTES); at >= 0; at = bytes.indexOf(TWO_BYTES, at + 1)) {
    const isFloat = at >= 4 && (bytes[at - 4] & 0xf) === FLOAT_CLASS;
    const from = at + TWO_BYTES.length;
    if (isFloat && !bytes.subarray(from, from + BINARY16.length).equals(BINARY16)) return false;
  }
  return true;
}

/** The library reads the bit patterns as whole numbers; each half is exact in single precision. */
function halvesOf(dataset: Dataset, file: string, path: string): number | Float32Array {
  const metadata = { value: { ...dataset.metadata, type: INTEGER_CLASS, signed: false } };
  const value = readValue(Object.create(dataset, { metadata }) as Dataset, file, path);
  return typeof value === "number" ? halfValue(value) : Float32Array.from(value as Uint16Array, halfValue);
}

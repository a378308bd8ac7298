/** The HDF5 library where NIR files are read and written. Throws: InputError for a dataset that says it holds more than it can. */

import { statSync } from "node:fs";
import type { Dataset } from "h5wasm/node";
import { MIB } from "../../../base/bytes.js";
import { inputError } from "../../../base/errors.js";
import { loadHdf5, MOST_BYTES_A_BYTE } from "../../../base/hdf5.js";
import { powerOfTwo } from "../../../base/math.js";

type Library = typeof import("h5wasm/node").default;

/** Set by `startHdf5`; reading and writing begin with it. */
export let h5wasm: Library;

export async function startHdf5(): Promise<void> {
  h5wasm ??= (await loadHdf5()).default;
}

const LARGEST_DATASET = powerOfTwo(25);
/** Never written values cost nothing in the file; a few are no attack. */
const ALWAYS_READ_BYTES = MIB;

/** What a dataset of the file at `file` holds; a damaged or hostile one may say that it is endless. */
export function valuesOf(dataset: Dataset, file: string, path: string): unknown {
  const count = (dataset.shape ?? []).reduce((product, size) => product * size, 1);
  if (!(count <= LARGEST_DATASET)) throw inputError(file, `holds ${count} values; at most ${LARGEST_DATASET} are read`, "", path);
  const bytes = count * dataset.metadata.size;
  if (bytes > ALWAYS_READ_BYTES && bytes > MOST_BYTES_A_BYTE * statSync(file).size)
    throw inputError(file, `says it holds ${count} values, more than the file has room for: damaged`, "", path);
  return dataset.value;
}

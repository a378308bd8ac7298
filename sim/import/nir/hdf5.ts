/**
 * The HDF5 library, loaded when a file is first opened: its memory (600 MB of address space touched at start) is not for every command and worker.
 * Throws: InputError for a dataset that says it holds more than it can.
 */
import { statSync } from "node:fs";
import type { Dataset } from "h5wasm/node";
import { inputError } from "../../../arch/index.js";

type Library = typeof import("h5wasm/node").default;

/** Set by `loadHdf5`; reading and writing begin with it. */
export let h5wasm: Library;

export async function loadHdf5(): Promise<void> {
  h5wasm ??= (await import("h5wasm/node")).default;
  await h5wasm.ready;
}

/** Of one dataset: a matrix of 5,792 x 5,792. The library, its copy and ours are in memory at once. */
const LARGEST_DATASET = 2 ** 25;
/** Of gzip, the densest filter in use: more bytes than so many times the file's are not in the file. */
const MOST_BYTES_A_BYTE = 1032;
/** Never written values cost nothing in the file; a few are no attack. */
const ALWAYS_READ_BYTES = 2 ** 20;

/** What a dataset of the file at `file` holds; a damaged or hostile one may say that it is endless. */
export function valuesOf(dataset: Dataset, file: string, path: string): unknown {
  const count = (dataset.shape ?? []).reduce((product, size) => product * size, 1);
  if (!(count <= LARGEST_DATASET)) throw inputError(file, `holds ${count} values; at most ${LARGEST_DATASET} are read`, "", path);
  const bytes = count * dataset.metadata.size;
  if (bytes > ALWAYS_READ_BYTES && bytes > MOST_BYTES_A_BYTE * statSync(file).size)
    throw inputError(file, `says it holds ${count} values, more than the file has room for: damaged`, "", path);
  return dataset.value;
}

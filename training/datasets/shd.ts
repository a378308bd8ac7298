/**
 * Spiking Heidelberg Digits: `shd_train.h5`, `shd_test.h5` with `spikes/times` (seconds, float16 or float32),
 * `spikes/units` (0 to 699) and `labels` (20 classes). Spikes are counted in frames of 10 ms and groups of 5
 * neighbouring units: 140 inputs, not normalised. The HDF5 library starts asynchronously: `prepareShd` must have run
 * before `loadShd`.
 * @throws InputError that says what the file lacks.
 */

import { join } from "node:path";
import { ROUNDING, type Samples, stepAt } from "../../arch/index.js";
import { InputError, InvariantError, inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import { guarded, type Hdf5, loadHdf5, readValue } from "../../base/hdf5.js";
import { NO_SUPERBLOCK, SUPERBLOCK_WITHIN, superblockAt } from "../../base/hdf5-superblock.js";
import { powerOfTwo } from "../../base/math.js";
import { firstBytes } from "../../base/read-file.js";
import { isLabel, LARGEST_LABEL } from "./class-label.js";
import { givenPlace } from "./fetched.js";
import { recordingName, silentRecordings } from "./left-out.js";
import type { Split } from "./split.js";

type Hdf5File = InstanceType<Hdf5["File"]>;

/** Units of every recording. */
export const HEIDELBERG_UNITS = 700;
const UNITS_AN_INPUT = 5;
const FRAME_SECONDS = 0.01;
const CLASSES = 20;
/** Most recordings: ten times those of the largest Heidelberg set. */
const MOST_RECORDINGS = powerOfTwo(20);
const MOST_SPIKES = powerOfTwo(28);
/** Latest spike that is read; real recordings last about one second. */
const LATEST_SECONDS = 1e6;
/** Longest recording that is kept in frames. */
const LONGEST_SECONDS = 100;
/** 1 GiB of float32. */
const MOST_FEATURES = powerOfTwo(28);

let library: Hdf5 | null = null;

/** Starts the HDF5 library. */
export async function prepareShd(): Promise<void> {
  library = await loadHdf5();
}

/** The number of IEEE half-precision bits. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * powerOfTwo(-24) : sign * (1 + fraction / 1024) * powerOfTwo(exponent - 15);
}

/** Rows of numbers of different lengths. The library refuses float16, so the rows are read from its memory. */
function readRows(hdf5: Hdf5, file: Hdf5File, path: string, name: string): Float64Array[] {
  const dataset = file.get(path);
  if (!(dataset instanceof hdf5.Dataset)) throw inputError(name, `holds no dataset ${path}`);
  const { metadata, file_id } = dataset;
  const base = metadata.vlen_type;
  if (base === undefined || metadata.shape === null || metadata.shape.length !== 1)
    throw inputError(name, `${path} is not a list of rows of different lengths`);
  const isFloat = base.type === hdf5.Module.H5T_class_t.H5T_FLOAT.value;
  const key = `${isFloat ? "float" : base.signed ? "int" : "uint"}${base.size * 8}`;
  const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
    float16: (v, at) => halfToNumber(v.getUint16(at, true)),
    float32: (v, at) => v.getFloat32(at, true),
    float64: (v, at) => v.getFloat64(at, true),
    int16: (v, at) => v.getInt16(at, true),
    uint16: (v, at) => v.getUint16(at, true),
    int32: (v, at) => v.getInt32(at, true),
    uint32: (v, at) => v.getUint32(at, true),
    int64: (v, at) => Number(v.getBigInt64(at, true)),
  };
  const read = readers[key];
  if (read === undefined || !base.littleEndian)
    throw inputError(name, `${path} holds ${key}, expected little-endian numbers of 16 to 64 bits`);
  const heap = hdf5.Module as unknown as { _malloc(bytes: number): number; _free(pointer: number): void; readonly HEAPU8: Uint8Array };
  const count = metadata.shape[0];
  if (!(count <= MOST_RECORDINGS)) throw inputError(name, `${path} says it has ${count} rows; at most ${MOST_RECORDINGS} are read`);
  const pairs = heap._malloc(Math.max(1, count) * 8);
  if (pairs === 0) throw inputError(name, `${path} has ${count} rows, more than fit in memory`);
  try {
    if (hdf5.Module.get_dataset_data(file_id, path, null, null, null, BigInt(pairs)) < 0)
      throw inputError(name, `${path} cannot be read: damaged`);
    const view = new DataView(heap.HEAPU8.buffer);
    let spikes = 0;
    const rows = Array.from({ length: count }, (_, i) => {
      const [length, start] = [view.getUint32(pairs + 8 * i, true), view.getUint32(pairs + 8 * i + 4, true)];
      spikes += length;
      if (start + length * base.size > view.byteLength || spikes > MOST_SPIKES) throw inputError(name, `${path}, row ${i}: damaged`);
      return Float64Array.from({ length }, (__, k) => read(view, start + k * base.size));
    });
    hdf5.Module.reclaim_vlen_memory(file_id, path, "", BigInt(pairs));
    return rows;
  } finally {
    heap._free(pairs);
  }
}

function checkSignature(file: string): void {
  const start = firstBytes(file, SUPERBLOCK_WITHIN, { what: "file", fix: "give the folder that holds shd_train.h5 and shd_test.h5" });
  if (start[0] === 0x1f && start[1] === 0x8b) throw inputError(file, "is still packed", "gunzip it first");
  if (superblockAt(start) < 0) throw inputError(file, `is not an HDF5 file: ${NO_SUPERBLOCK}`);
}

/** Recordings of a file. */
interface ShdRecordings {
  /** Seconds and units of the spikes, one row per recording. */
  readonly times: readonly Float64Array[];
  readonly units: readonly Float64Array[];
  readonly labels: Int32Array;
}

/** Reads one split. */
export function loadShd(path: string | null, split: Split): Samples {
  const folder = givenPlace(path, { name: "shd", fetch: "download shd_train.h5 and shd_test.h5 from zenkelab.org" });
  const name = join(folder, `shd_${split}.h5`);
  const { times, units, labels } = readShd(name);
  return bin(times, units, labels, split, name);
}

/** The spikes of the file `name`; units are whole numbers below `HEIDELBERG_UNITS`. */
export function readShd(name: string): ShdRecordings {
  if (library === null) throw new InvariantError("training/datasets/shd", null, "prepareDataset was not awaited");
  checkSignature(name);
  const hdf5 = library;
  return guarded(name, (reason) => readRecordings(hdf5, name, reason));
}

function readRecordings(library: Hdf5, name: string, reason: () => string): ShdRecordings {
  const file = new library.File(name, "r");
  if (file.file_id < 0n) throw inputError(name, `is an HDF5 file that cannot be opened, damaged or cut: ${reason()}`);
  try {
    const times = readRows(library, file, "spikes/times", name);
    const units = readRows(library, file, "spikes/units", name);
    const dataset = file.get("labels");
    if (!(dataset instanceof library.Dataset)) throw inputError(name, "holds no dataset labels");
    if (!((dataset.shape?.[0] ?? 0) <= MOST_RECORDINGS)) throw inputError(name, `labels says it has ${dataset.shape?.[0]} rows: damaged`);
    const given = Array.from(readValue(dataset, name, "labels") as ArrayLike<number | bigint>, Number);
    const wrong = given.findIndex((label) => !isLabel(label));
    if (wrong >= 0) throw inputError(name, `recording ${wrong} has label ${given[wrong]}`, `labels are -1 (none) to ${LARGEST_LABEL}`);
    const labels = Int32Array.from(given);
    if (times.length !== units.length || times.length !== labels.length)
      throw inputError(name, `holds ${times.length} rows of times, ${units.length} of units, ${labels.length} labels`);
    for (const [u, row] of times.entries()) {
      if (row.length !== units[u].length) throw inputError(name, `recording ${u} has ${row.length} times and ${units[u].length} units`);
      const odd = units[u].findIndex(
        (unit, k) => !(Number.isInteger(unit) && unit >= 0 && unit < HEIDELBERG_UNITS && row[k] >= 0 && row[k] < LATEST_SECONDS),
      );
      if (odd >= 0)
        throw inputError(
          name,
          `recording ${u} has a spike of unit ${units[u][odd]} at ${row[odd]} s`,
          `units are whole numbers from 0 to ${HEIDELBERG_UNITS - 1}, times are from 0 to ${LATEST_SECONDS} s`,
        );
    }
    return { times, units, labels };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw inputError(name, `is damaged inside: ${error instanceof Error ? error.message : error}`);
  } finally {
    file.close();
  }
}

const frameOf = (seconds: number): number => stepAt(seconds, FRAME_SECONDS, ROUNDING.single);

function bin(times: readonly Float64Array[], units: readonly Float64Array[], labels: Int32Array, split: Split, name: string): Samples {
  const inputs = HEIDELBERG_UNITS / UNITS_AN_INPUT;
  const frameStart = new Uint32Array(times.length + 1);
  times.forEach((row, u) => {
    const last = row.reduce((latest, t) => Math.max(latest, t), 0);
    if (last > LONGEST_SECONDS)
      throw inputError(name, `recording ${u} has a spike at ${last} s`, `times up to ${LONGEST_SECONDS} s are read`);
    frameStart[u + 1] = frameStart[u] + frameOf(last) + 1;
  });
  const values = frameStart[times.length] * inputs;
  if (values > MOST_FEATURES) throw inputError(name, `its ${frameStart[times.length]} frames are more than are kept in memory`);
  const features = new Float32Array(values);
  times.forEach((row, u) => {
    row.forEach((t, k) => {
      features[(frameStart[u] + frameOf(t)) * inputs + Math.floor(units[u][k] / UNITS_AN_INPUT)]++;
    });
  });
  const wrong = labels.findIndex((label) => !(label >= 0 && label < CLASSES));
  if (wrong >= 0) throw inputError(name, `recording ${wrong} has label ${labels[wrong]}, expected 0 to ${CLASSES - 1}`);
  const hash = sha256("shd", split, bytesOf(features), bytesOf(frameStart), bytesOf(labels));
  const silent = times.flatMap((row, u) => (row.length === 0 ? [recordingName(name, u)] : []));
  return {
    ...{ name: `shd/${split}`, inputs, classes: CLASSES, task: "sequence", features, frameStart, labels, hash },
    leftOut: silentRecordings(silent),
  };
}

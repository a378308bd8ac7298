/**
 * Spike files of other tools as a workload: CSV, npy, npz, NIRData and Heidelberg digits (HDF5), with or without
 * labels.
 * Effects: reads files. Events in seconds become steps of `network.nir.step_seconds`; samples are extended by silent
 * neurons to the network's number of inputs.
 */

import { statSync } from "node:fs";
import { basename } from "node:path";
import {
  isWord,
  parseNpy,
  parseSpikeCsv,
  type Raster,
  ROUNDING,
  readNirData,
  readNpz,
  refuseBinary,
  type Samples,
  START_BYTES,
  stepAt,
} from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { type InputError, inputError } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { guarded, loadHdf5 } from "../../base/hdf5.js";
import { superblockAt } from "../../base/hdf5-superblock.js";
import { powerOfTwo } from "../../base/math.js";
import { firstBytes, MOST_BINARY_BYTES, MOST_TEXT_BYTES, readBounded, readText } from "../../base/read-file.js";
import { isLabel } from "./class-label.js";
import { HEIDELBERG_UNITS, prepareShd, readShd } from "./shd.js";

interface SpikeFile {
  readonly path: string;
  /** Seconds per step; null: not given. */
  readonly stepSeconds: number | null;
  /** File with the classes of the samples, one per line; null: the classes in the spike file, if any. */
  readonly labels: string | null;
  /** Number of inputs of the network; null: as many as the file has. */
  readonly inputs: number | null;
  /** True: only a list of events may have fewer neurons than `inputs`. */
  readonly isWhole?: boolean;
  /**
   * Input of the network that selects a node in NIRData or an array in .npz; null: the only one, or the one named
   * `input`.
   */
  readonly node?: string | null;
  /** True for a network of several inputs, which a common file must distinguish by name. */
  readonly byName?: boolean;
}

/** Rasters of a file, and their classes if it has any. */
interface Recorded {
  readonly rasters: readonly Raster[];
  readonly labels: Int32Array | null;
}

/** Reads the samples of a file. A sample without steps counts as one silent step. */
export async function readSpikeSamples(asked: SpikeFile): Promise<Samples> {
  const { path, stepSeconds, labels, inputs, isWhole = false, node = null, byName = false } = asked;
  const recorded = await readRecorded(path, stepSeconds, { node, byName });
  const { rasters } = recorded;
  if (rasters.length === 0) throw inputError(path, "holds no sample");
  const widest = rasters.reduce((most, raster) => Math.max(most, raster.neurons), 0);
  const takesMore = !isWhole || rasters.every(({ isOpen }) => isOpen === true);
  const width = takesMore ? Math.max(widest, inputs ?? 0) : widest;
  const frameStart = new Uint32Array(rasters.length + 1);
  for (const [u, raster] of rasters.entries()) frameStart[u + 1] = frameStart[u] + Math.max(1, raster.steps);
  const values = frameStart[rasters.length] * width;
  if (values > MOST_VALUES)
    throw inputError(
      path,
      `its ${frameStart[rasters.length]} steps of ${width} inputs are ${values} values, at most ${MOST_VALUES} are kept`,
      "take fewer samples, or longer steps",
    );
  const features = new Float32Array(values);
  for (const [u, { steps, neurons, data }] of rasters.entries()) {
    for (let step = 0; step < steps; step++) {
      const at = (frameStart[u] + step) * width;
      features.set(data.subarray(step * neurons, (step + 1) * neurons), at);
      const odd = features.subarray(at, at + neurons).findIndex((value) => !Number.isFinite(value));
      if (odd >= 0)
        throw inputError(
          path,
          `sample ${u}, step ${step}, neuron ${odd} is ${data[step * neurons + odd]}, expected a finite number of float32`,
          "replace it; 0 is no spike",
        );
    }
  }
  const known = labels === null ? recorded.labels : readLabels(labels, rasters.length);
  const classes = known?.reduce((most, label) => Math.max(most, label + 1), 1) ?? 1;
  const all = known ?? new Int32Array(rasters.length).fill(-1);
  const hash = sha256("spike-file", String(width), features, frameStart, all);
  const unsaid = inputs !== null && widest < inputs && rasters.some(({ isOpen }) => isOpen !== true);
  return {
    ...{ name: `spike-file/${basename(path)}`, inputs: width, classes, task: "sequence", features, frameStart, labels: all, hash },
    leftOut: unsaid ? [`${path} has values of ${widest} of ${inputs} inputs, and the others are silent`] : [],
  };
}

/** 2 GiB of float32. */
const MOST_VALUES = powerOfTwo(29);
/** Limit that grows with the file, because a few bytes can name a step far in the future. */
const mostValues = (path: string): number => Math.min(MOST_VALUES, 64 * MIB + 64 * statSync(path).size);
const SPIKES = { what: "spike file", fix: "give a spike file: .csv, .npy, .npz or HDF5" };
const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const NUMPY = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);

type Wanted = Required<Pick<SpikeFile, "node" | "byName">>;

/** Reads a file by its content if that tells the format, or else by the ending of its name. */
async function readRecorded(path: string, stepSeconds: number | null, wanted: Wanted): Promise<Recorded> {
  const start = firstBytes(path, START_BYTES, SPIKES);
  const begins = (signature: Buffer): boolean => start.subarray(0, signature.length).equals(signature);
  if (superblockAt(start) >= 0) return readEvents(path, stepSeconds, wanted);
  if (begins(ZIP)) return { rasters: readArrays(path, wanted), labels: null };
  if (wanted.byName) throw notByName(path, wanted);
  if (begins(NUMPY)) return { rasters: parseNpy(readBounded(path, { ...SPIKES, mostBytes: MOST_BINARY_BYTES }), path), labels: null };
  refuseBinary(start, path);
  if (path.endsWith(".npy")) throw inputError(path, "is not a .npy file", "save it with numpy.save");
  return { rasters: parseSpikeCsv(readText(path, { ...SPIKES, mostBytes: MOST_TEXT_BYTES }), path), labels: null };
}

const notByName = (path: string, { node }: Wanted): InputError =>
  inputError(
    path,
    `does not say which of its values are of the input ${node}`,
    `name a file for each input: workload.inputs.${node}.path; or save NIRData, or .npz, with one name per input`,
  );

/** Of the nodes or arrays in a file: that of the network's input, or else the only one, or else `input`. */
function chosenOf(names: readonly string[], { node, byName }: Wanted, path: string): string {
  const named = names.find((name) => name === node);
  const chosen = named ?? (byName ? undefined : names.length === 1 ? names[0] : names.find((name) => name === "input"));
  if (chosen !== undefined) return chosen;
  throw inputError(
    path,
    `holds values of ${names.slice(0, 20).join(", ") || "nothing"}, none of a node ${node ?? "input"}`,
    "save the input alone",
  );
}

/** The only observable of a node, or its `spikes`. */
function observableOf(node: string, observables: readonly string[], path: string): string {
  const chosen = observables.length === 1 ? observables[0] : observables.find((name) => name === `${node}/spikes`);
  if (chosen !== undefined) return chosen;
  throw inputError(path, `holds ${observables.slice(0, 20).join(", ")}, and none is called spikes`, "save one of them alone");
}

function readArrays(path: string, wanted: Wanted): readonly Raster[] {
  const arrays = readNpz(readBounded(path, { ...SPIKES, mostBytes: MOST_BINARY_BYTES }), path, MOST_BINARY_BYTES);
  const names = arrays.map(({ name }) => name);
  const chosen = chosenOf(names, wanted, path);
  const [array] = arrays.filter(({ name }) => name === chosen);
  return parseNpy(array.bytes(), `${path}: ${chosen}`);
}

async function readEvents(path: string, stepSeconds: number | null, wanted: Wanted): Promise<Recorded> {
  if (stepSeconds === null) {
    throw inputError(path, "its events are in seconds, and no step is given", "e.g. step_seconds: 1e-3", "network.nir.step_seconds");
  }
  if (!(await isHeidelberg(path))) {
    const observed = await readNirData(path, stepSeconds);
    const nodeOf = (name: string): string => name.split("/")[0];
    const names = [...observed.keys()];
    const node = chosenOf([...new Set(names.map(nodeOf))], wanted, path);
    const own = names.filter((name) => nodeOf(name) === node);
    return { rasters: observed.get(observableOf(node, own, path)) ?? [], labels: null };
  }
  if (wanted.byName) throw notByName(path, wanted);
  const { times, units, labels } = readShd(path);
  const stepOf = (seconds: number): number => stepAt(seconds, stepSeconds, ROUNDING.single);
  const most = mostValues(path);
  let total = 0;
  const rasters = times.map((row, u): Raster => {
    const steps = 1 + row.reduce((last, t) => Math.max(last, stepOf(t)), 0);
    total += steps * HEIDELBERG_UNITS;
    if (!(total <= most))
      throw inputError(path, `recording ${u} ends at step ${steps - 1}: more than ${most} values by then`, "take longer steps");
    const data = new Float64Array(steps * HEIDELBERG_UNITS);
    for (const [k, t] of row.entries()) data[stepOf(t) * HEIDELBERG_UNITS + units[u][k]]++;
    return { steps, neurons: HEIDELBERG_UNITS, data };
  });
  return { rasters, labels };
}

/** Files of the Heidelberg sets have groups of their own and no type attribute. */
async function isHeidelberg(path: string): Promise<boolean> {
  await prepareShd();
  const { default: hdf5 } = await loadHdf5();
  return guarded(path, () => {
    const file = new hdf5.File(path, "r");
    try {
      return file.file_id >= 0n && file.get("spikes") !== null && file.attrs.__type__ === undefined;
    } catch (error) {
      throw inputError(path, `is damaged inside: ${error instanceof Error ? error.message : error}`);
    } finally {
      file.close();
    }
  });
}

const MOST_LABEL_BYTES = 64 * MIB;

/**
 * One class per line, and the last line may have a line end; an empty line or -1 is a sample without a class. A word is
 * a header only if a line per sample follows. A letter is none, because O and l are misread for 0 and 1.
 */
function readLabels(path: string, count: number): Int32Array {
  const wanted = { what: "file", mostBytes: MOST_LABEL_BYTES, fix: "one class per line" };
  refuseBinary(firstBytes(path, START_BYTES, wanted), path, "one class per line");
  const lines = readText(path, wanted)
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);
  const first = lines[0].trim();
  const named = first.length > 1 && isWord(first) ? 1 : 0;
  while (lines.length > count + named && lines[lines.length - 1].trim() === "") lines.pop();
  const header = lines.length > count ? named : 0;
  const rows = lines.slice(header);
  if (rows.length !== count)
    throw inputError(
      path,
      `has ${rows.length} ${rows.length === 1 ? "label" : "labels"}, the spike file ${count} ${count === 1 ? "sample" : "samples"}`,
      "one class per line; an empty line, or -1, is a sample without a class",
    );
  return Int32Array.from(rows, (text, row) => {
    const label = text.trim() === "" ? -1 : Number(text);
    if (!isLabel(label))
      throw inputError(path, `line ${row + 1 + header}: ${JSON.stringify(text.slice(0, 100))} is no class`, "classes count from 0");
    return label;
  });
}

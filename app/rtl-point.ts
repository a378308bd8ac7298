/**
 * Finds the point that the user named, checks it, and emits it as hardware. Effects: reads files.
 */
import { basename } from "node:path";
import type { Experiment } from "../arch/index.js";
import { type InputError, inputError } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import { candidateOf, checkEmittable, type Emission, emit, type PointParts, partsOf } from "../rtl/index.js";
import { Store } from "../sweeps/index.js";
import { loadModel, samplesFor } from "./inputs.js";
import { experimentWith, openChipWithPlugins, type Values } from "./open.js";
import type { Plugin } from "./plugins.js";
import { inSection } from "./problem-places.js";
import { besideOf } from "./stored.js";
import { demandStoredCycles, type StoredRun, storedCycles } from "./stored-cycles.js";
import { storedPoint } from "./stored-experiment.js";
import { type LoadPoint, loadPoint } from "./stored-network.js";

/** Where the point's values and files come from, and where it is written. */
export interface PointOptions {
  /** Folder to write; null: named after the source. */
  readonly out?: string | null;
  /** Values by path that replace those of a description. */
  readonly values?: Values;
  /** For a database: the description to which paths of models and data are relative. */
  readonly base?: string | null;
  /** Result of `loadPlugins`; for a database, the plug-ins that its study names. */
  readonly plugins?: readonly Plugin[];
}

/** A point as the user named it, and the file to which its model's path is relative. */
interface NamedPoint {
  readonly place: string;
  readonly experiment: Experiment;
  readonly file: string;
  readonly folder: string;
  /** Values by path that make it of its description. */
  readonly values: Values;
  readonly isStored: boolean;
  /** What its database has of its run; null: it is no stored point, or has no result. */
  readonly stored: StoredRun | null;
  readonly load: LoadPoint;
}

/** @throws InputError if there is no such point, or its chip is coupled. */
export async function namedPoint(source: string, point: number | null, options: PointOptions): Promise<NamedPoint> {
  return point === null ? describedPoint(source, options) : pointOfStudy(source, point, options);
}

async function describedPoint(file: string, { values = {}, base = null, out = null, plugins = [] }: PointOptions): Promise<NamedPoint> {
  if (base !== null) throw inputError("--base", "has no effect without a database and a point", "leave --base out");
  const experiment = experimentWith(await openChipWithPlugins(file, { plugins }), values, "--set");
  const load: LoadPoint = async (fewer) => {
    const model = await loadModel(fewer, file, null);
    return { model, samples: await samplesFor(model, fewer, file) };
  };
  const folder = out ?? `${basename(file).replace(/\.[^.]*$/, "")}-rtl`;
  return { place: file, experiment, file, folder, values, isStored: false, stored: null, load };
}

function pointOfStudy(database: string, id: number, { base = null, out = null, values = {} }: PointOptions): NamedPoint {
  if (Object.keys(values).length > 0)
    throw inputError("--set", "a point of a study already has its values", "leave it out, or name a description");
  const store = Store.read(database);
  try {
    const { experiment, values: own } = storedPoint(store, id, "has no SystemVerilog here");
    const folder = out ?? `${basename(database).replace(/\.[^.]*$/, "")}-${id}-rtl`;
    const load = loadPoint(store, id, base, null);
    const result = store.result(id);
    const stored = result === null ? null : { database, id, result };
    const file = besideOf(base, database);
    return { place: `${database} point ${id}`, experiment, file, folder, values: own, isStored: true, stored, load };
  } finally {
    store.close();
  }
}

/** Keys whose text is the path of a file: in an experiment, and as the last name of a value's path. */
const FILE_KEY = /(^|\.)(model|path|labels)$/;

/** The value as plain data, with files by their names without folders: a chip is the same wherever they lie. */
const withoutFolders = (value: unknown): Json =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (typeof part === "string" && FILE_KEY.test(key) ? basename(part) : part)),
  ) as Json;

function tooMany(most: number, { timingSamples, samples }: Experiment["workload"], isStored: boolean): InputError {
  const more = [...(most > samples ? [`--set workload.samples=${most}`] : []), `--set workload.timing_samples=${most}`];
  return inputError("--samples", `got ${most}, the point times ${timingSamples}`, isStored ? `--samples ${timingSamples}` : more.join(" "));
}

/** A point's files, and its entry in the manifest. */
export interface EmittedPoint {
  readonly parts: PointParts;
  readonly emission: Emission;
  readonly about: Json;
}

/**
 * `most`: most utterances that the bench runs; null: as many as the point timed. @throws InputError if the point cannot
 * be emitted, with the reason and the nearest change, or if it takes other cycles than its database has.
 */
export async function emitted(named: NamedPoint, most: number | null): Promise<EmittedPoint> {
  const { place, experiment, file, values, isStored, stored, load } = named;
  const { workload } = experiment;
  if (most !== null && most > workload.timingSamples) throw tooMany(most, workload, isStored);
  const { model, samples } = await load(experiment);
  const parts = await inSection(file, "mapping", () => partsOf(experiment, model.network, samples, most));
  const has = parts.functional.timedUtterances.length;
  if (most !== null && most > has) throw inputError("--samples", `got ${most}, the point's data has ${has}`, `--samples ${has}`);
  checkEmittable(candidateOf(parts), place);
  if (stored !== null) {
    const isCut = storedCycles(stored, Array.from(parts.functional.timedUtterances)) === null;
    const { functional, run } = isCut ? partsOf(experiment, model.network, samples) : parts;
    demandStoredCycles(stored, functional.timedUtterances, run.timing.latencyCycles);
  }
  const emission = emit(parts);
  const about: Json = {
    // names without folders: the same chip gives the same file wherever it is written
    point: basename(place),
    values: withoutFolders(values),
    // of the whole resolved point, defaults included
    experiment: hashJson(withoutFolders(experiment)),
    model: { file: basename(experiment.network.training === null ? experiment.network.model : model.path), sha256: model.hash },
    utterances: Array.from(parts.functional.timedUtterances),
    memoryBits: emission.memoryBits,
  };
  return { parts, emission, about };
}

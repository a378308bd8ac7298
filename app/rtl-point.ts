/**
 * Finds the point that the user named, checks it, and emits it as hardware. Effects: reads files.
 */
import { basename } from "node:path";
import type { Experiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { candidateOf, checkEmittable, type Emission, emit, type PointParts, partsOf } from "../rtl/index.js";
import { Store } from "../sweeps/index.js";
import { loadModel, samplesFor } from "./inputs.js";
import { experimentWith, openChipWithPlugins, type Values } from "./open.js";
import type { Plugin } from "./plugins.js";
import { inSection } from "./problem-places.js";
import { besideOf } from "./stored.js";
import { storedExperiment } from "./stored-experiment.js";
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
  readonly load: LoadPoint;
}

/** @throws InputError if there is no such point, or its chip is coupled. */
export async function namedPoint(source: string, point: number | null, options: PointOptions): Promise<NamedPoint> {
  return point === null ? describedPoint(source, options) : storedPoint(source, point, options);
}

async function describedPoint(file: string, { values = {}, base = null, out = null, plugins = [] }: PointOptions): Promise<NamedPoint> {
  if (base !== null) throw inputError("--base", "has no effect without a database and a point", "leave --base out");
  const experiment = experimentWith(await openChipWithPlugins(file, { plugins }), values, "--set");
  const load: LoadPoint = async (fewer) => {
    const model = await loadModel(fewer, file, null);
    return { model, samples: await samplesFor(model, fewer, file) };
  };
  return { place: file, experiment, file, folder: out ?? `${basename(file).replace(/\.[^.]*$/, "")}-rtl`, load };
}

function storedPoint(database: string, id: number, { base = null, out = null, values = {} }: PointOptions): NamedPoint {
  if (Object.keys(values).length > 0)
    throw inputError("--set", "a point of a study already has its values", "leave it out, or name a description");
  const store = Store.read(database);
  try {
    const experiment = storedExperiment(store, id, "has no SystemVerilog here");
    const folder = out ?? `${basename(database).replace(/\.[^.]*$/, "")}-${id}-rtl`;
    const load = loadPoint(store, id, base, null);
    return { place: `${database} point ${id}`, experiment, file: besideOf(base, database), folder, load };
  } finally {
    store.close();
  }
}

/** A point's files, and its entry in the manifest. */
export interface EmittedPoint {
  readonly parts: PointParts;
  readonly emission: Emission;
  readonly about: Json;
}

/**
 * `most`: most utterances that are timed; null: as many as the point timed. @throws InputError if the point cannot be
 * emitted, with the reason and the nearest change.
 */
export async function emitted({ place, experiment, file, load }: NamedPoint, most: number | null): Promise<EmittedPoint> {
  const { workload } = experiment;
  const fewer =
    most === null ? experiment : { ...experiment, workload: { ...workload, timingSamples: Math.min(most, workload.timingSamples) } };
  const { model, samples } = await load(fewer);
  const parts = await inSection(file, "mapping", () => partsOf(fewer, model.network, samples));
  checkEmittable(candidateOf(parts), place);
  const emission = emit(parts);
  const about: Json = {
    // names without folders: the same chip gives the same file wherever it is written
    point: basename(place),
    model: { file: basename(fewer.network.training === null ? fewer.network.model : model.path), sha256: model.hash },
    utterances: Array.from(parts.functional.timedUtterances),
    memoryBits: emission.memoryBits,
  };
  return { parts, emission, about };
}

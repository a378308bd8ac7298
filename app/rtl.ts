/** A point as SystemVerilog: found, checked, written, run. Effects: reads files, writes a folder, starts a simulator. */
import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { type Experiment, ofKind, patchExperiment, pathOf } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import {
  checkEmittable,
  emit,
  judge,
  partsOf,
  readChip,
  runBench,
  simulatorOf,
  TOOLS,
  type Verdict,
  versionOf,
  writeChip,
} from "../rtl/index.js";
import { byPathAt, Space, Store } from "../sweeps/index.js";
import { loadModel, samplesFor } from "./inputs.js";
import { experimentWith, openChip, type Values } from "./open.js";
import { besideOf, pointOf, studyOf } from "./stored.js";

export type { Verdict } from "../rtl/index.js";

export interface RtlOptions {
  /** Folder to write; null: named after the source. */
  readonly out?: string | null;
  /** Also runs the test bench and compares everything with the simulator. */
  readonly runs?: boolean;
  /** `iverilog` or `verilator`; null: the one that is installed, Verilator first. */
  readonly simulator?: string | null;
  /** Utterances that the bench runs at most; null: those that the point timed. */
  readonly samples?: number | null;
  /** Of a description: values by path over it. */
  readonly values?: Values;
  /** Of a database: the description beside which models and data lie. */
  readonly base?: string | null;
}

/** What was written and run. */
export interface RtlRun {
  readonly folder: string;
  /** Files written; null: the folder was there. */
  readonly files: number | null;
  /** Whether the chip does what the simulator says; null: nothing was run. */
  readonly verdict: Verdict | null;
  /** Sources that were changed by hand. */
  readonly edited: readonly string[];
}

type Simulator = ReturnType<typeof simulatorOf>;

/** A point by the name that the user gave it, and where its model lies. */
interface Named {
  readonly place: string;
  readonly experiment: Experiment;
  readonly file: string;
  readonly folder: string;
}

/**
 * Writes one core as SystemVerilog with memory images, test bench and expected results; runs the bench where asked to.
 *
 * @param source a study's database, a description or the name of a shipped one, or the folder of a chip that was written
 * @param point number of the database's point; null for descriptions and folders
 * @throws InputError where the point, its model or the simulator is not there, or the point cannot be written: why, and the nearest change
 */
export async function rtl(source: string, point: number | null, options: RtlOptions = {}): Promise<RtlRun> {
  const place = point === null ? pathOf(source, "example", "chip") : source;
  if (!existsSync(place)) throw inputError(place, "is not there", "name a study, a description, or the folder of a chip");
  const simulator = options.runs === true ? chosen(options.simulator ?? null) : null;
  if (statSync(place).isDirectory()) {
    if (simulator === null) throw inputError(source, "is a folder, with nothing to do", `snn-dse rtl ${source} --run`);
    return { folder: source, files: null, ...runIn(source, simulator) };
  }
  const named = point === null ? describedPoint(place, options) : storedPoint(source, point, options);
  const files = await write(named, options);
  const ran = simulator === null ? { verdict: null, edited: [] } : runIn(named.folder, simulator);
  return { folder: named.folder, files, ...ran };
}

function chosen(name: string | null): Simulator {
  if (name === null) return simulatorOf();
  if (name !== "iverilog" && name !== "verilator") throw inputError("--simulator", `got ${quoted(name)}, expected iverilog or verilator`);
  if (versionOf(name) === null) throw inputError("--simulator", `${name} is not installed`, `apt-get install ${TOOLS[name].debian}`);
  return name;
}

function describedPoint(file: string, { values = {}, out = null }: RtlOptions): Named {
  const experiment = experimentWith(openChip(file), values, "--set");
  return { place: file, experiment, file, folder: out ?? `${basename(file).replace(/\.[^.]*$/, "")}-rtl` };
}

function storedPoint(database: string, id: number, { base = null, out = null, values = {} }: RtlOptions): Named {
  if (Object.keys(values).length > 0) throw inputError("--set", "a point of a study has its values", "leave it out, or name a description");
  const store = Store.read(database);
  try {
    const point = pointOf(store, id);
    const study = studyOf(store);
    const { document } = store.edition(point.edition);
    const byPath = byPathAt(document, new Space(study.sweep.parameters).byPath(point.values), point.fidelity);
    const experiment = ofKind<Experiment>(patchExperiment({ document, file: database }, byPath), {
      board: (board) => board,
      coupled: () => {
        throw inputError(database, "is a study of a recorded chip, which has no SystemVerilog here", "take another study");
      },
    });
    const folder = out ?? `${basename(database).replace(/\.[^.]*$/, "")}-${id}-rtl`;
    return { place: `${database} point ${id}`, experiment, file: besideOf(base, database), folder };
  } finally {
    store.close();
  }
}

/** Writes the point's folder; the number of files. */
async function write({ place, experiment, file, folder }: Named, { samples: most = null }: RtlOptions): Promise<number> {
  const { workload } = experiment;
  const fewer =
    most === null ? experiment : { ...experiment, workload: { ...workload, timingSamples: Math.min(most, workload.timingSamples) } };
  const model = await loadModel(fewer, file);
  const parts = partsOf(fewer, model.network, await samplesFor(model, fewer, file));
  checkEmittable({ experiment: fewer, model: model.network, placement: parts.run.placement }, place);
  const { files, expected, memoryBits } = emit(parts);
  const about: Json = {
    point: place,
    model: { file: fewer.network.model, sha256: model.hash },
    utterances: Array.from(parts.functional.timedUtterances),
    memoryBits,
  };
  return writeChip(folder, files, expected, about);
}

function runIn(folder: string, simulator: Simulator): Pick<RtlRun, "verdict" | "edited"> {
  const { manifest, edited } = readChip(folder);
  return { verdict: judge(runBench(folder, simulator), manifest.expected), edited };
}

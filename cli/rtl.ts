/** A point as SystemVerilog: found, checked, written, run. Effects: reads files, writes a folder, starts a simulator, prints. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Experiment, isCoupled, patchExperiment } from "../arch/index.js";
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
import { EXIT } from "./exit.js";
import { loadArch, loadModel, loadSamples, parseSets, withSets } from "./load.js";
import { print, printJson } from "./print.js";
import { pointOf } from "./stored.js";

export interface RtlOptions {
  /** null: named after the source. */
  readonly out: string | null;
  readonly runs: boolean;
  readonly simulator: string | null;
  readonly samples: number | null;
  readonly sets: readonly string[];
  readonly base: string | null;
  readonly json: boolean;
}

type Simulator = ReturnType<typeof simulatorOf>;

/** A point by the name that the user gave it, and where its model lies. */
interface Named {
  readonly place: string;
  readonly experiment: Experiment;
  readonly file: string;
  readonly folder: string;
}

/** Writes, runs, or both; the exit code: 1 where the chip differs from the simulator. */
export async function rtl(source: string, point: number | null, options: RtlOptions): Promise<number> {
  if (!existsSync(source)) throw inputError(source, "is not there", "name a study, a description, or the folder of a chip");
  const simulator = options.runs ? chosen(options.simulator) : null;
  if (statSync(source).isDirectory()) {
    if (simulator === null) throw inputError(source, "is a folder, with nothing to do", `snn-dse rtl ${source} --run`);
    return report({ folder: source, files: null, ...runIn(source, simulator) }, options.json);
  }
  const named = point === null ? describedPoint(source, options) : storedPoint(source, point, options);
  const files = await write(named, options);
  const ran = simulator === null ? { verdict: null, edited: [] } : runIn(named.folder, simulator);
  return report({ folder: named.folder, files, ...ran }, options.json);
}

function chosen(name: string | null): Simulator {
  if (name === null) return simulatorOf();
  if (name !== "iverilog" && name !== "verilator") throw inputError("--simulator", `got ${quoted(name)}, expected iverilog or verilator`);
  if (versionOf(name) === null) throw inputError("--simulator", `${name} is not installed`, `apt-get install ${TOOLS[name].debian}`);
  return name;
}

function describedPoint(file: string, { sets, out }: RtlOptions): Named {
  const experiment = withSets(loadArch(file), parseSets(sets));
  return { place: file, experiment, file, folder: out ?? `${basename(file).replace(/\.[^.]*$/, "")}-rtl` };
}

function storedPoint(database: string, id: number, { base, out, sets }: RtlOptions): Named {
  if (sets.length > 0) throw inputError("--set", "a point of a study has its values", "leave it out, or name a description");
  const store = Store.read(database);
  try {
    const point = pointOf(store, database, id);
    const study = store.study();
    if (study === null) throw inputError(database, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
    const { document } = store.edition(point.edition);
    const byPath = byPathAt(document, new Space(study.sweep.parameters).byPath(point.values), point.fidelity);
    const experiment = patchExperiment({ document, file: database }, byPath);
    if (isCoupled(experiment))
      throw inputError(database, "is a study of a recorded chip, which has no SystemVerilog here", "take another study");
    const folder = out ?? `${basename(database).replace(/\.[^.]*$/, "")}-${id}-rtl`;
    return { place: `${database} point ${id}`, experiment, file: base ?? join(dirname(database), "description"), folder };
  } finally {
    store.close();
  }
}

/** Writes the point's folder; the number of files. */
async function write({ place, experiment, file, folder }: Named, { samples: most }: RtlOptions): Promise<number> {
  const { workload } = experiment;
  const fewer =
    most === null ? experiment : { ...experiment, workload: { ...workload, timingSamples: Math.min(most, workload.timingSamples) } };
  const model = await loadModel(fewer, file);
  const parts = partsOf(fewer, model.network, await loadSamples(fewer, file));
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

interface Ran {
  /** null: nothing was run. */
  readonly verdict: Verdict | null;
  /** Sources that were changed by hand. */
  readonly edited: readonly string[];
}

function runIn(folder: string, simulator: Simulator): Ran {
  const { manifest, edited } = readChip(folder);
  return { verdict: judge(runBench(folder, simulator), manifest.expected), edited };
}

function report(done: Ran & { readonly folder: string; readonly files: number | null }, json: boolean): number {
  const { folder, files, verdict, edited } = done;
  if (json) printJson(done, 2);
  else
    print([
      ...(files === null ? [] : [`${folder}: ${files} files written; manifest.json has their hashes`]),
      ...(edited.length === 0 ? [] : [`changed since they were written: ${edited.join(", ")}`]),
      ...(verdict === null ? [] : verdictLines(verdict)),
    ]);
  return verdict === null || verdict.isEqual ? EXIT.ok : EXIT.internal;
}

function verdictLines({ isEqual, compared, differences }: Verdict): readonly string[] {
  const counts = Object.entries(compared).map(([kind, count]) => `${count} ${kind}`);
  if (isEqual) return [`equal to the simulator: ${counts.join(", ")}`];
  return [`differs from the simulator; compared: ${counts.join(", ")}`, ...differences.map((difference) => `  ${difference}`)];
}

/**
 * Spike files, recordings and folders of data that a search names and that are not there: it would end at its first
 * point of one. Effects: looks for files.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Experiment, isEventDataset, resolveDataPath, type SweepSpec, valuesOf } from "../arch/index.js";
import { quoted } from "../base/errors.js";
import { SPIKE_FILE } from "../training/index.js";

/** Sentences, in the order of the search's parameters. `file`: of the description, beside which paths are. */
export function sweptFiles(file: string, { workload: { dataset } }: Experiment, sweep: SweepSpec): readonly string[] {
  if (sweep.parameters.some(({ path }) => path === "workload.dataset")) return [];
  const isOfFiles = dataset === SPIKE_FILE || isEventDataset(dataset);
  return missing(sweep, /^workload\.(path|labels|inputs\..+\.path)$/, (name) =>
    isOfFiles ? resolve(dirname(file), name) : resolveDataPath(name, file),
  );
}

/** The same of the folders of recorded cases. */
export const sweptCases = (file: string, sweep: SweepSpec): readonly string[] =>
  missing(sweep, /^workload\.case$/, (name) => resolve(dirname(file), name));

const missing = ({ parameters }: SweepSpec, paths: RegExp, placeOf: (name: string) => string): readonly string[] =>
  parameters.flatMap(({ path, domain }) =>
    (paths.test(path) ? valuesOf(domain) : [])
      .filter((name) => typeof name === "string" && !existsSync(placeOf(name)))
      .map((name) => `${path} ends the search where it is ${quoted(String(name))}: no such file or folder`),
  );

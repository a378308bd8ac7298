/**
 * Spike files and recordings that a search names and that are not there: it would end at its first point of one.
 * Effects: looks for files.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Experiment, isEventDataset, type SweepSpec, valuesOf } from "../arch/index.js";
import { quoted } from "../base/errors.js";
import { SPIKE_FILE } from "../training/index.js";

const NAMES_FILES = /^workload\.(path|labels|inputs\..+\.path)$/;

/** Sentences, in the order of the search's parameters. `file`: of the description, beside which paths are. */
export function sweptFiles(file: string, { workload: { dataset } }: Experiment, { parameters }: SweepSpec): readonly string[] {
  const isOfFiles = dataset === SPIKE_FILE || isEventDataset(dataset);
  if (!isOfFiles || parameters.some(({ path }) => path === "workload.dataset")) return [];
  return parameters.flatMap(({ path, domain }) => {
    if (!NAMES_FILES.test(path)) return [];
    const missing = valuesOf(domain).filter((name) => typeof name === "string" && !existsSync(resolve(dirname(file), name)));
    return missing.map((name) => `${path} ends the search where it is ${quoted(String(name))}: no such file or folder`);
  });
}

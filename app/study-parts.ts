/** Opens the parts of a sweep, or of a study that its caller drives: search, files, database. Effects: databases. */

import { existsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { basename, dirname, extname } from "node:path";
import { MOST_POINTS, ofKind, patchExperiment, type SweepSpec } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { asJson, hashJson, sha256 } from "../base/hash.js";
import { packageVersion } from "../base/package-root.js";
import { clearTemporaries } from "../base/write-file.js";
import { selfCheck } from "../sim/index.js";
import {
  buildDigest,
  buildInputs,
  buildWith,
  type Input,
  isBetterModel,
  ModelsInMemory,
  modelsBeside,
  networksBeside,
  PROGRAM,
  pluginInputs,
  Store,
  type StudyEvent,
  type StudySetup,
  storedModels,
  threadLimit,
  unmadePoints,
  warmStart,
} from "../sweeps/index.js";
import { checkCoupledSearch } from "./coupled-search.js";
import { checkPriced } from "./fpga-objectives.js";
import { checkScored } from "./inputs.js";
import type { Description } from "./open.js";
import { type Provenance, provenanceNow, revisionText } from "./provenance.js";
import { withStore } from "./stored.js";
import { StudyFiles } from "./study-files.js";
import { checkTrained } from "./training-files.js";

/** Options of every search. */
export interface SearchOptions {
  /** Points that run at the same time; default: the usable cores. Limited by the machine's cores and memory. */
  readonly workers?: number;
  /** Number of points, instead of the description's `sampler.budget`. */
  readonly budget?: number;
  /** Further attempts of a point whose worker died; default: 2, with a cluster 4. */
  readonly retries?: number;
  /** Runs failed and timed-out points of earlier sessions again. */
  readonly retryFailed?: boolean;
  /** If an input has changed: runs every point again, and keeps the old results as another edition. */
  readonly rerun?: boolean;
  /** Database of another sweep over the same parameters, with whose results the sampler begins. */
  readonly warmStart?: string;
  /** Called for every event when it happens. */
  readonly onEvent?: (event: StudyEvent) => void;
  /** Called with warnings for the user. */
  readonly onWarning?: (text: string) => void;
}

/** Kinds of the options of every search. */
export const SEARCH_OPTIONS = {
  workers: "whole number from 1",
  budget: "whole number from 1",
  retries: "whole number from 0",
  retryFailed: "boolean",
  rerun: "boolean",
  warmStart: "text",
  onEvent: "function",
  onWarning: "function",
} as const;

interface StudyParts {
  readonly store: Store;
  readonly files: StudyFiles;
  readonly setup: StudySetup;
  readonly provenance: Provenance;
  /** Short revision of the program; empty if unknown. */
  readonly revision: string;
  /** Takes the events of engines: `onEvent`, and what the store keeps of networks. */
  readonly tell: (event: StudyEvent) => void;
}

/**
 * The description's search, with another budget if given. @throws InputError if it has none, if the budget is larger
 * than a description's may be, or if its data cannot give a metric that it uses
 */
export async function searchOf({ file, experiment, sweep, plugins }: Description, budget: number | undefined): Promise<SweepSpec> {
  if (sweep === null)
    throw inputError(file, "has no sweep section", "add `sweep:` or replace a value by {sweep: [...]}; snn-dse init writes an example");
  await ofKind(experiment, {
    board: (board) => {
      checkPriced(sweep, board, file);
      checkTrained(sweep, board, file);
      return checkScored(sweep, board, file, plugins);
    },
    coupled: async (found) => checkCoupledSearch(sweep, found, file),
  });
  if (budget !== undefined && budget > MOST_POINTS)
    throw inputError("budget", `got ${budget}, expected at most ${MOST_POINTS}`, "split a larger search into several, with other seeds");
  return budget === undefined ? sweep : { ...sweep, sampler: { ...sweep.sampler, budget } };
}

/**
 * Opens a study's database, and collects the parts of the study; the caller closes the store.
 *
 * @param database null: a database in memory
 * @param evaluator another program that finds the results; null: this program
 */
export function studyParts(
  description: Description,
  spec: SweepSpec,
  database: string | null,
  evaluator: string | null,
  { warmStart: other, onWarning = () => {}, onEvent = () => {} }: SearchOptions,
): StudyParts {
  const { file } = description;
  // A kill before the first write leaves no database; the same command must then still end as an undisturbed run.
  if (database !== null && !existsSync(dirname(database)))
    throw inputError(database, `its folder ${dirname(database)} does not exist`, "make it first, or choose another --db");
  const program = programOf(evaluator);
  const provenance = provenanceNow(selfCheck());
  const store = database === null ? Store.inMemory() : Store.open(database);
  try {
    const part = store.study()?.sweep.sampler.options;
    if ((part?.shards ?? 1) !== 1 && (spec.sampler.options.shards ?? 1) === 1)
      onWarning(`${database}: part ${part?.shard} of ${part?.shards} of this search; the whole search continues with its points`);
    if (other !== undefined) beginWith(store, other, spec, onWarning);
    if (database !== null) clearTemporaries(modelsBeside(database)); // whoever holds the database is alone in its folder
    const models = database === null ? new ModelsInMemory() : networksBeside(store);
    const files = new StudyFiles(file, onWarning, models, description.plugins, spec.parameters);
    const setup: StudySetup = {
      name: basename(file, extname(file)),
      file,
      spec,
      document: description.document,
      experimentOf: (byPath) => {
        const experiment = patchExperiment(description, byPath);
        files.demandTrainable(experiment);
        return experiment;
      },
      engineVersion: evaluator ?? packageVersion(),
      build: buildWith(description.plugins, program.build),
      inputs: [
        ...program.inputs,
        ...pluginInputs(description.plugins),
        ...description.bases.map((base): Input => ({ kind: "description", ...base })),
      ],
      inputsOf: files.inputsOf,
      provenance: asJson(provenance),
    };
    return { store, files, setup, provenance, revision: revisionText(provenance), tell: withModels(store, onEvent) };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Stores how each network was trained, or why there is none, and which points' networks could not be trained. */
export function withModels(store: Store, tell: (event: StudyEvent) => void): (event: StudyEvent) => void {
  const known = new Map<string, Parameters<typeof isBetterModel>[1]>(storedModels(store));
  const without = new Map([...unmadePoints(store).values()].map(({ key, model }) => [key, model]));
  return (event) => {
    if (event.type === "unmade" && without.get(event.key) !== event.model) {
      const { key, model } = event;
      store.log("unmade", { key, model });
      without.set(key, model);
    }
    if (event.type === "model" && isBetterModel(known.get(event.key), event)) {
      const { type: _model, ...about } = event;
      store.log("model", about);
      known.set(event.key, event);
    }
    tell(event);
  };
}

const NAME_LIMIT = 200;

/** The program that computes the results, as part of keys and editions: two evaluators never share a point. */
function programOf(evaluator: string | null): { readonly build: string; readonly inputs: readonly Input[] } {
  if (evaluator === null) return { build: buildDigest(), inputs: buildInputs() };
  if (evaluator === PROGRAM || !/^[\x20-\x7e]+$/.test(evaluator) || evaluator.length > NAME_LIMIT)
    throw inputError("evaluator", `got ${quoted(evaluator)}`, `expected a name with its version, e.g. "my model 1.0", and not ${PROGRAM}`);
  return { build: hashJson({ evaluator }), inputs: [{ kind: "program", name: evaluator, sha256: sha256(evaluator) }] };
}

/** The number of local workers: as many as wanted, limited by the machine's cores and memory. */
export function workersOf(workers: number | undefined, warn: (text: string) => void): number {
  const cores = availableParallelism();
  if (workers === undefined) return cores;
  const { threads, by } = threadLimit(cores, freemem());
  if (workers <= threads) return workers;
  const why = by === "cores" ? `4 per core of this machine (${cores})` : "as many as its free memory holds";
  warn(`--workers ${workers}: ${threads} are used, ${why}`);
  return threads;
}

/** Gives a new study the results of another sweep, and tells the user how many. */
function beginWith(store: Store, file: string, spec: SweepSpec, warn: (text: string) => void): void {
  const { taken, left } = withStore(file, (source) => warmStart(store, source, spec));
  const others = left === 0 ? "" : `, ${left} left out: outside this space, or refused there by a limit whose value was not kept`;
  warn(`warm start: ${taken} ${taken === 1 ? "point" : "points"} of ${file}${others}`);
}

/** Names this program by its files as they are now, for a process whose first study begins later. */
export const nameProgram = (): void => {
  buildInputs();
};

/** A search of a description's design space, and its results in a database. Effects: everything that a sweep needs. */
import { existsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { basename, dirname, extname } from "node:path";
import { ofKind, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { asJson } from "../base/hash.js";
import { selfCheck } from "../sim/index.js";
import {
  buildDigest,
  buildInputs,
  type Engine,
  type Input,
  partOfSearch,
  type Shard,
  Store,
  Study,
  type StudyEvent,
  type StudySetup,
  type StudySummary,
  studyRecord,
  systemClock,
  threadLimit,
  warmStart,
} from "../sweeps/index.js";
import { type Cluster, openEngine } from "./engine.js";
import { checkScored } from "./inputs.js";
import type { Description } from "./open.js";
import { packageVersion, provenanceNow, revisionText } from "./provenance.js";
import { withStore } from "./stored.js";
import { StudyFiles } from "./study-files.js";

export interface SweepOptions {
  /** Result database; default: the description's name + `.db` in the current folder. What it holds already is not run again. */
  readonly db?: string;
  /** Points at a time; default: the usable cores. More than the machine has cores and memory for are not used. */
  readonly workers?: number;
  /** Points in all, in place of the description's `sampler.budget`. */
  readonly budget?: number;
  /** Ends cleanly after this many milliseconds; null: no limit. */
  readonly timeLimitMs?: number | null;
  /** Ends cleanly after so many points without a rise of the hypervolume; null: no limit. */
  readonly patience?: number | null;
  /** Further attempts of a point whose worker died; default 2, with a cluster 4. */
  readonly retries?: number;
  /** Ends at the first point that fails or times out. */
  readonly failFast?: boolean;
  /** Runs failed and timed-out points of earlier sessions again. */
  readonly retryFailed?: boolean;
  /** Where an input has changed since: asks every point anew, and keeps the old results apart. */
  readonly rerun?: boolean;
  /** Database of another sweep over the same parameters, whose findings this one begins with. */
  readonly warmStart?: string;
  /** Only this part of a grid, random or Sobol search. */
  readonly shard?: Shard;
  /** Workers on other hosts in place of threads of this one. */
  readonly cluster?: Cluster | null;
  /** Told every event as it happens. */
  readonly onEvent?: (event: StudyEvent) => void;
  /** Told what the user should know and is no error. */
  readonly onWarning?: (text: string) => void;
  /** Stops the search: points under way are given up, everything finished is stored, and the same call continues it. */
  readonly signal?: AbortSignal;
}

/** What can be done to a study while it runs. */
export type StudyControls = Pick<Study, "pause" | "resume" | "stop" | "setWorkers" | "retryFailed">;

/** A study that is open and has not run; `run` runs it to its end and closes it. */
export interface OpenSweep {
  readonly database: string;
  /** What is searched and on what, as a content address. */
  readonly identity: string;
  /** Short revision of the program; empty where unknown. */
  readonly revision: string;
  readonly study: StudyControls;
  run(): Promise<StudySummary>;
}

/**
 * Searches a design space; the same call continues an interrupted or extended search.
 *
 * @param description what `open` gave, with a `sweep` section
 * @returns how it ended, its counts and its front; the rows are in the database: `results`
 * @throws InputError where the description has no search, an input has changed since (without `rerun`), or the database is of another study
 */
export async function sweep(description: Description, options: SweepOptions = {}): Promise<StudySummary> {
  const { signal } = options;
  signal?.throwIfAborted();
  const opened = await openSweep(description, options);
  const stop = (): void => opened.study.stop(false);
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await opened.run();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Opens a study for `run`. @throws InputError as `sweep`. */
export async function openSweep(description: Description, options: SweepOptions = {}): Promise<OpenSweep> {
  const { file, experiment, sweep: written } = description;
  const { onWarning = () => {}, onEvent = () => {}, cluster = null } = options;
  if (written === null)
    throw inputError(
      file,
      "has no sweep section",
      "add `sweep:` or write {sweep: [...]} in place of a value; snn-dse init writes an example",
    );
  await ofKind(experiment, { board: (board) => checkScored(written, board, file), coupled: async () => {} });
  const database = options.db ?? `${basename(file, extname(file))}.db`;
  // A kill before the first write leaves no database: the same command must still end where an undisturbed run does.
  if (!existsSync(dirname(database)))
    throw inputError(database, `its folder ${dirname(database)} does not exist`, "make it first, or choose another --db");
  const asked = options.budget === undefined ? written : { ...written, sampler: { ...written.sampler, budget: options.budget } };
  const spec = options.shard === undefined ? asked : partOfSearch(asked, options.shard);
  const workers = workersOf(options, onWarning);
  const provenance = provenanceNow(selfCheck());
  const store = Store.open(database);
  let engine: Engine | null = null;
  try {
    if (options.warmStart !== undefined) beginWith(store, options.warmStart, spec, onWarning);
    const files = new StudyFiles(file, onWarning);
    const setup: StudySetup = {
      name: basename(file, extname(file)),
      file,
      spec,
      document: description.document,
      experimentOf: (byPath) => patchExperiment(description, byPath),
      engineVersion: packageVersion(),
      build: buildDigest(),
      inputs: [...buildInputs(), ...description.bases.map((base): Input => ({ kind: "description", ...base }))],
      inputsOf: files.inputsOf,
      provenance: asJson(provenance),
    };
    let study: Study | null = null;
    let atOnce = 2;
    engine = await openEngine(
      files,
      experiment,
      setup,
      { workers, cluster },
      {
        tell: onEvent,
        // Twice as many points under way as threads: whoever ends one finds the next waiting.
        onThreads: (threads) => {
          const wanted = Math.max(2, 2 * threads);
          if (options.workers !== undefined || wanted === atOnce) return;
          atOnce = wanted;
          study?.setWorkers(wanted);
        },
      },
    );
    const settings = {
      workers,
      retries: options.retries ?? (cluster === null ? 2 : 4),
      failFast: options.failFast === true,
      retryFailed: options.retryFailed === true,
      rerun: options.rerun === true,
      timeLimitMs: options.timeLimitMs ?? null,
      patience: options.patience ?? null,
    };
    const made = new Study(setup, settings, { store, engine, clock: systemClock }, onEvent);
    study = made;
    return { database, identity: studyRecord(setup).identity, revision: revisionText(provenance), study: made, run: () => made.run() };
  } catch (error) {
    await engine?.close(true);
    store.close();
    throw error;
  }
}

/** As many local workers as asked, but no more than the machine has cores and memory for. */
function workersOf({ workers, cluster = null }: SweepOptions, warn: (text: string) => void): number {
  const cores = availableParallelism();
  if (cluster !== null) return workers ?? 2;
  if (workers === undefined) return cores;
  const { threads, by } = threadLimit(cores, freemem());
  if (workers <= threads) return workers;
  const why = by === "cores" ? `4 per core of this machine (${cores})` : "as many as its free memory holds";
  warn(`--workers ${workers}: ${threads} are used, ${why}`);
  return threads;
}

/** Tells a new study what another sweep found, and the user how much of it. */
function beginWith(store: Store, file: string, spec: StudySetup["spec"], warn: (text: string) => void): void {
  const { taken, left } = withStore(file, (source) => warmStart(store, source, spec));
  const others = left === 0 ? "" : `, ${left} left out: outside this space, or refused there by a limit whose value was not kept`;
  warn(`warm start: ${taken} points of ${file}${others}`);
}

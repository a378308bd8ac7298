/** Searches a description's design space and stores the results in a database. Effects: files, threads, network. */

import { basename, extname } from "node:path";
import { ofKind } from "../arch/index.js";
import { asJson } from "../base/hash.js";
import { type Engine, partOfSearch, type Shard, type Store, Study, type StudySummary, studyRecord, systemClock } from "../sweeps/index.js";
import { checkedOptions, completeOptions, demandDescription } from "./checked-options.js";
import { type Cluster, localEngine, openEngine, queueIdentity, queueNameOf } from "./engine.js";
import type { Description } from "./open.js";
import { inSection } from "./problem-places.js";
import { searchWarnings } from "./search-warnings.js";
import { withStore } from "./stored.js";
import { SEARCH_OPTIONS, type SearchOptions, searchOf, studyParts, withModels, workersOf } from "./study-parts.js";
import { testFront } from "./test-front.js";

/** How a search runs, where it stores its points, and when it ends. */
export interface SweepOptions extends SearchOptions {
  /**
   * Result database; default: the description's name + `.db` in the current folder. Points that it already holds are
   * not run again.
   */
  readonly db?: string;
  /** Ends cleanly after this many milliseconds; null: no limit. */
  readonly timeLimitMs?: number | null;
  /** Ends cleanly after this many points without a rise of the hypervolume; null: no limit. */
  readonly patience?: number | null;
  /** Ends at the first point that fails or times out. */
  readonly failFast?: boolean;
  /** Only this part of a grid, random or Sobol search. */
  readonly shard?: Shard;
  /** Workers on other hosts instead of threads of this one. */
  readonly cluster?: Cluster | null;
  /**
   * Stops the search, or its run on the test set: running points are dropped, finished points are stored; the same call
   * continues it.
   */
  readonly signal?: AbortSignal;
}

const SWEEP_OPTIONS = {
  ...SEARCH_OPTIONS,
  db: "text",
  timeLimitMs: "number above 0 or null",
  patience: "whole number from 1 or null",
  failFast: "boolean",
  shard: "object",
  cluster: "object or null",
  signal: "signal",
} as const;

const CLUSTER_OPTIONS = {
  redisUrl: "text",
  key: "text or null",
  prefix: "text",
  sharedDir: "text or null",
  leaseMs: "number above 0",
} as const;

/** Controls of a running study. */
export type StudyControls = Pick<Study, "pause" | "resume" | "stop" | "setWorkers" | "retryFailed">;

/** An open study that does not run yet; `run` runs it to its end and closes it. */
export interface OpenSweep {
  readonly database: string;
  /** Content address of the search and its inputs. */
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
 * @throws InputError if the description has no search, an input has changed (without `rerun`), or the database holds
 * another study
 */
export async function sweep(description: Description, options: SweepOptions = {}): Promise<StudySummary> {
  checkedOptions("sweep", options, SWEEP_OPTIONS);
  demandDescription("sweep", description);
  const { signal, cluster = null, shard } = options;
  if (cluster !== null) completeOptions("sweep: cluster", cluster, CLUSTER_OPTIONS);
  if (shard !== undefined) completeOptions("sweep: shard", shard, { shard: "whole number from 1", shards: "whole number from 1" });
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

/** Ends after which the same command runs no further point. */
const FINAL: ReadonlySet<StudySummary["reason"]> = new Set(["budget", "exhausted", "no-improvement"]);

/** Opens a study for `run`. @throws InputError as `sweep`. */
export async function openSweep(description: Description, options: SweepOptions = {}): Promise<OpenSweep> {
  const { file, experiment } = description;
  const { onWarning = () => {}, onEvent = () => {}, cluster = null, shard } = options;
  const asked = await searchOf(description, options.budget);
  for (const text of await searchWarnings(description, asked)) onWarning(`warning: ${text}`);
  const spec = shard === undefined ? asked : partOfSearch(asked, shard);
  const workers = cluster === null ? workersOf(options.workers, onWarning) : (options.workers ?? 2);
  const database = options.db ?? `${basename(file, extname(file))}.db`;
  const parts = studyParts(description, spec, database, null, options);
  const { store, files, provenance, revision, tell } = parts;
  let engine: Engine | null = null;
  try {
    const queueName = queueNameOf(store);
    const setup = cluster === null ? parts.setup : { ...parts.setup, provenance: asJson({ ...provenance, queueName }) };
    let study: Study | null = null;
    let atOnce = 2;
    engine = await openEngine(
      files,
      experiment,
      setup,
      { workers, cluster, identity: queueIdentity(setup, database, queueName) },
      {
        tell,
        // Twice as many points as threads are asked for, so that a thread that ends one finds the next waiting.
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
    // they stop the run on the test set too, which begins after the study's end
    const [drain, drop] = [new AbortController(), new AbortController()];
    const controls: StudyControls = {
      pause: () => made.pause(),
      resume: () => made.resume(),
      setWorkers: (count) => made.setWorkers(count),
      retryFailed: () => made.retryFailed(),
      stop: (drains) => {
        made.stop(drains);
        (drains ? drain : drop).abort();
      },
    };
    const run = async (): Promise<StudySummary> => {
      const summary = await inSection(file, "mapping", () => made.run());
      const makes = ofKind(experiment, { board: ({ network }) => network.training !== null, coupled: () => false });
      if (!makes || !FINAL.has(summary.reason)) return summary;
      const openTest = (into: Store): Engine =>
        localEngine(files, experiment, workersOf(options.workers, onWarning), withModels(into, onEvent));
      // that of all stored points: also merged ones, and those of a larger budget
      const front = withStore(database, (stored) => stored.frontIds());
      const isWhole = await testFront(front, {
        setup,
        database,
        openEngine: openTest,
        retries: settings.retries,
        tell: onEvent,
        drain: drain.signal,
        drop: drop.signal,
      });
      if (isWhole) return summary;
      const stopped = { ...summary, reason: "stopped" } as const;
      onEvent({ type: "finished", ...stopped });
      return stopped;
    };
    return { database, identity: studyRecord(setup).identity, revision, study: controls, run };
  } catch (error) {
    await engine?.close(true);
    store.close();
    throw error;
  }
}

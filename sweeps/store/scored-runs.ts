/**
 * What the functional runs of a study got wrong, once per run. Each row has a digest; rows that were changed are
 * refused, and the sweep computes one point of the run again.
 * Throws: `InputError` if a run's rows were changed.
 */
import { InputError, inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import { Connection } from "./connection.js";
import { packRecordings, packWrong, type Recordings, type ScoredRun, unpackRecordings, unpackRun } from "./packed-errors.js";
import type { Row } from "./rows.js";

/** Id of recordings, made from their content. */
const idOf = ({ dataHash, utterances, scored }: Recordings): number =>
  Number.parseInt(sha256(`${dataHash}\n`, bytesOf(utterances), bytesOf(scored)).slice(0, 12), 16);

const digestOf = ({ key, wrong }: ScoredRun, id: number): string => sha256(`${key}\n${id}\n`, bytesOf(wrong)).slice(0, 16);

/** What the functional run of a key got wrong; null if that is not known. */
export type RunOf = (functionalKey: string) => ScoredRun | null;

/** Reads each run once, because many points share one. */
export function runsOf(store: Pick<ScoredRuns, "scoredRun">): RunOf {
  const runs = new Map<string, ScoredRun>();
  return (key) => {
    const found = runs.get(key) ?? store.scoredRun(key);
    if (found !== null) runs.set(key, found);
    return found;
  };
}

export class ScoredRuns extends Connection {
  /** Recordings that were read, by id; null: changed, or not there. */
  private readonly known = new Map<number, Recordings | null>();
  /** Keys of the runs that this connection has stored. */
  private readonly kept = new Set<string>();

  /** What a functional run got wrong; null if that is not stored. @throws InputError if its rows were changed */
  scoredRun(key: string): ScoredRun | null {
    const row = this.get("SELECT recordings_id AS recordings, wrong_deflate AS wrong, digest FROM scored_run WHERE key = ?", [key]);
    if (row === undefined) return null;
    const run = this.soundRun(key, row);
    if (run !== null) return run;
    throw inputError(
      this.file,
      `is damaged: what the functional run ${key.slice(0, 12)} got wrong`,
      "run its sweep again with --resume: it computes what is damaged anew",
    );
  }

  /** Keys of the runs whose rows were changed. */
  brokenRuns(): readonly string[] {
    return this.query("SELECT key, recordings_id AS recordings, wrong_deflate AS wrong, digest FROM scored_run ORDER BY key")
      .filter((row) => this.soundRun(row.key as string, row) === null)
      .map(({ key }) => key as string);
  }

  /** Removes runs, and recordings that no run has. */
  removeRuns(keys: readonly string[]): void {
    this.transaction(() => {
      for (const key of keys) this.run("DELETE FROM scored_run WHERE key = ?", [key]);
      this.run("DELETE FROM recordings WHERE id NOT IN (SELECT recordings_id FROM scored_run)", []);
    });
    this.known.clear();
    this.kept.clear();
  }

  /** Stores what a functional run got wrong, if it is not stored yet. */
  keepRun(run: ScoredRun): void {
    const { key, recordings } = run;
    if (this.kept.has(key)) return;
    const { dataHash, utterances } = recordings;
    const id = idOf(recordings);
    this.transaction(() => {
      this.run("INSERT OR REPLACE INTO recordings VALUES (?, ?, ?, ?)", [id, dataHash, utterances.length, packRecordings(recordings)]);
      this.run("INSERT OR REPLACE INTO scored_run VALUES (?, ?, ?, ?)", [key, id, packWrong(run), digestOf(run, id)]);
    });
    this.kept.add(key);
    this.known.delete(id); // they may have been damaged before
  }

  /** Stores the runs of another database, except those that this one has. */
  keepRunsOf(source: ScoredRuns): void {
    for (const { key } of source.query("SELECT key FROM scored_run ORDER BY key")) {
      const run = this.scoredRun(key as string) === null ? source.scoredRun(key as string) : null;
      if (run !== null) this.keepRun(run);
    }
  }

  /** Null if a row was changed. */
  private soundRun(key: string, { recordings: id, wrong, digest }: Row): ScoredRun | null {
    const recordings = this.recordings(id as number);
    const run = recordings === null ? null : sound(() => unpackRun(key, recordings, wrong as Buffer, this.file));
    return run !== null && digestOf(run, id as number) === digest ? run : null;
  }

  private recordings(id: number): Recordings | null {
    let found = this.known.get(id);
    if (found === undefined) {
      const row = this.get("SELECT data_hash AS data, utterances, scored_deflate AS scored FROM recordings WHERE id = ?", [id]);
      const stored = (row: Row): Recordings =>
        unpackRecordings(row.data as string, row.utterances as number, row.scored as Buffer, this.file);
      found = row === undefined ? null : sound(() => stored(row));
      if (found !== null && idOf(found) !== id) found = null;
      this.known.set(id, found);
    }
    return found;
  }
}

/** Null in place of an error of damaged bytes. */
function sound<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

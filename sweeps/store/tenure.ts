/**
 * A writer's tenure of a database, from its claim to its close. Before each change it checks that it is still the
 * writer, and that the file is still in its place. A clean end leaves one file that readers can open without writing
 * anything. Effects: looks at the file; a timer.
 */
import { rmSync } from "node:fs";
import { inputError } from "../../base/errors.js";
import { Place } from "./place.js";
import { type Claim, isMine } from "./writer.js";

/** Least time between two looks at the file before changes, and time between looks while nothing is written. */
const [LOOK_MS, WATCH_MS] = [50, 500];

/** Longest wait at the end for readers in the middle of a query: a follower's poll takes milliseconds. */
const READERS_MS = 1000;

export class Tenure {
  private readonly place: Place;
  private readonly mine;
  private lookedMs = performance.now();
  private loss: Error | null = null;

  constructor(
    private readonly file: string,
    private readonly path: string,
    private readonly claim: Claim,
    private readonly isNew: boolean,
  ) {
    this.place = new Place(path);
    this.mine = claim.db.prepare("SELECT token = ? FROM writer").pluck();
  }

  /** @throws InputError if the file or its journal is no longer in its place */
  check(isForced = false): void {
    if (this.loss !== null) throw this.loss;
    const now = performance.now();
    if (!isForced && now - this.lookedMs < LOOK_MS) return;
    this.lookedMs = now;
    if (this.place.isKept) return;
    this.loss = this.lost();
    throw this.loss;
  }

  /** Called inside a transaction. @throws InputError if another writer has taken over */
  demand(): void {
    if (this.mine.get(this.claim.token) === 1) return;
    this.loss = inputError(
      this.file,
      "another sweep has taken this database over",
      "every point stored so far is kept; let that sweep go on",
    );
    throw this.loss;
  }

  watch(tell: (loss: unknown) => void): { readonly end: () => void } {
    const timer = setInterval(() => {
      try {
        this.check(true);
      } catch (error) {
        clearInterval(timer);
        tell(error);
      }
    }, WATCH_MS);
    timer.unref();
    return { end: () => clearInterval(timer) };
  }

  /**
   * Releases the claim, and copies the journal into the file, so that the file alone holds all points even if readers
   * have it open. Leaves one file if nobody else has it open, or none if this writer made it and began no study in it.
   * Returns a loss that has not been reported yet.
   */
  end(): unknown {
    this.claim.release();
    if (this.loss !== null) return null;
    const { db } = this.claim;
    try {
      this.check(true);
      if (!isMine(db, this.claim.token)) return null;
      db.exec("DELETE FROM writer");
      db.pragma(`busy_timeout = ${READERS_MS}`);
      db.pragma("wal_checkpoint(TRUNCATE)"); // the change of mode below copies nothing if it is refused
      db.pragma("busy_timeout = 0");
      db.pragma("journal_mode = DELETE");
      const isEmpty = db.prepare("SELECT NOT EXISTS (SELECT * FROM study)").pluck();
      if (this.isNew && isEmpty.get() === 1) rmSync(this.path);
    } catch {
      // a full disk or a reader: the claim ends with the process, and the journal keeps what was not copied
    }
    return this.loss;
  }

  /** Copies the journal's content into the database, wherever that is now, and says what happened. */
  private lost(): Error {
    const { db } = this.claim;
    let stored = 0;
    try {
      stored = db.prepare("SELECT count(*) FROM point WHERE ended_at IS NOT NULL").pluck().get() as number;
      db.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // a database that can no longer be read has lost its points
    }
    const loss = this.place.loss(stored);
    if (this.place.hasJournal) for (const end of ["-wal", "-shm"]) rmSync(this.path + end, { force: true });
    return loss;
  }
}

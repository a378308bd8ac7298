/**
 * A writer's tenure of a database, from its claim to its close. Before each change it checks that it is still the
 * writer, and that the file is still in its place. A clean end leaves one file that readers can open without writing
 * anything; an end of the process by its own will is clean too. Effects: looks at the file; a timer; the process's
 * exit.
 */
import { rmSync } from "node:fs";
import { inputError } from "../../base/errors.js";
import { Place } from "./place.js";
import { type Claim, isMine } from "./writer.js";

/** Least time between two looks at the file before changes, and time between looks while nothing is written. */
const [LOOK_MS, WATCH_MS] = [50, 500];

/** Longest wait at the end for readers in the middle of a query: a follower's poll takes milliseconds. */
const READERS_MS = 1000;

/**
 * Least time between two copies of the journal into the file during the run: a file that is copied alone lacks no more
 * than the points of this time. A copy waits for the disk, about 10 ms: below 1 % of the time.
 */
const COPY_MS = 5000;

/** Tenures that have not ended. */
const open = new Set<Tenure>();

function endAll(): void {
  for (const tenure of open) tenure.end();
}

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
    if (open.size === 0) process.on("exit", endAll);
    open.add(this);
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
    const changes = this.claim.db.prepare("SELECT total_changes()").pluck();
    let [copied, copiedMs] = [changes.get(), performance.now()];
    const copy = (): void => {
      const [now, nowMs] = [changes.get(), performance.now()];
      if (now === copied || nowMs - copiedMs < COPY_MS) return;
      [copied, copiedMs] = [now, nowMs];
      this.copyJournal();
    };
    const timer = setInterval(() => {
      try {
        this.check(true);
        copy();
      } catch (error) {
        clearInterval(timer);
        tell(error);
      }
    }, WATCH_MS);
    timer.unref();
    return { end: () => clearInterval(timer) };
  }

  /** Copies what no reader still needs of the journal into the file; waits for nobody. */
  private copyJournal(): void {
    try {
      this.claim.db.pragma("wal_checkpoint(PASSIVE)");
    } catch {
      // a full disk: the journal keeps all, and the next change says so
    }
  }

  /**
   * Releases the claim, and copies the journal into the file, so that the file alone holds all points even if readers
   * have it open. Leaves one file if nobody else has it open, or none if this writer made it and began no study in it.
   * Returns a loss that has not been reported yet.
   */
  end(): unknown {
    if (!open.delete(this)) return null; // the process exits, and it has been ended before
    if (open.size === 0) process.off("exit", endAll);
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

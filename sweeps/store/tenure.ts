/**
 * A writer's time on a database, from its claim to its close: before each change it is still the writer, and the file
 * is still where it was. A clean end leaves one file that readers open without writing anything. Effects: looks at the
 * file; a timer.
 */
import { rmSync } from "node:fs";
import { inputError } from "../../base/errors.js";
import { Place } from "./place.js";
import { type Claim, isMine } from "./writer.js";

/** Changes are many; the file is looked at so often at most, and so often while nothing is written. */
const [LOOK_MS, WATCH_MS] = [50, 500];

export class Tenure {
  private readonly place: Place;
  private readonly mine;
  private lookedMs = performance.now();
  private loss: Error | null = null;

  constructor(
    private readonly file: string,
    private readonly path: string,
    private readonly claim: Claim,
  ) {
    this.place = new Place(path);
    this.mine = claim.db.prepare("SELECT token = ? FROM writer").pluck();
  }

  /** @throws InputError where the file, or its journal, is no longer in its place. */
  check(isForced = false): void {
    if (this.loss !== null) throw this.loss;
    const now = performance.now();
    if (!isForced && now - this.lookedMs < LOOK_MS) return;
    this.lookedMs = now;
    if (this.place.isKept) return;
    this.loss = this.lost();
    throw this.loss;
  }

  /** Inside of a transaction. @throws InputError where another writer has taken over. */
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

  /** Gives the claim back, and leaves one file where nobody else has it open. A loss that nobody was told of yet. */
  end(): unknown {
    this.claim.release();
    if (this.loss !== null) return null;
    const { db } = this.claim;
    try {
      this.check(true);
      if (!isMine(db, this.claim.token)) return null;
      db.exec("DELETE FROM writer");
      db.pragma("busy_timeout = 0");
      db.pragma("journal_mode = DELETE");
    } catch {
      // a full disk, a reader: the claim falls with the process, and the journal holds what it must
    }
    return this.loss;
  }

  /** Brings the journal's content into the database, wherever that is now, and says what happened. */
  private lost(): Error {
    const { db } = this.claim;
    let stored = 0;
    try {
      stored = db.prepare("SELECT count(*) FROM point WHERE ended_at IS NOT NULL").pluck().get() as number;
      db.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // a database that cannot be read any more has lost its points
    }
    const loss = this.place.loss(stored);
    if (this.place.hasJournal) for (const end of ["-wal", "-shm"]) rmSync(this.path + end, { force: true });
    return loss;
  }
}

/**
 * One writer per database. The claim is a row in the database itself, taken under the lock that SQLite holds on the
 * file's inode, so there is one claim whatever name the file is opened by: a symbolic link, a new name, another mount.
 * There is no lock file that could be lost, left behind or deleted. A program that gets the inode for itself knows that
 * every earlier writer is dead. If another program has the file open, the row names the writer's process, which is
 * alive or not. A writer that was taken over notices it at its next change, because the row is no longer its own.
 * Throws: `InputError` if another program writes, or if the file has several names, each of which would get its own
 * journal.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, type Stats, statSync } from "node:fs";
import Database from "better-sqlite3";
import { untilPossible } from "../../base/blocking-wait.js";
import { inputError } from "../../base/errors.js";
import { lifeOfProcess, type ProcessLife, processPlace, systemText } from "../../base/process-life.js";
import { inodeOf } from "./open-files.js";

/** How long another program may hold the lock before this one gives up. */
const LOCK_WAIT_MS = 10_000;

/** Files that this process has open for writing, by device and inode. */
const open = new Set<string>();

interface WriterRow {
  readonly token: string;
  readonly process: number;
  readonly place: string;
  readonly since: string;
}

const lifeOf = ({ process: id, place }: WriterRow): ProcessLife => lifeOfProcess(id, place === processPlace());

/** Of the writer that a database names; null: it names none, because the last one has closed it. */
export function claimedLife(db: Database.Database): ProcessLife | null {
  const row = writerOf(db);
  return row === undefined ? null : lifeOf(row);
}

const writerOf = (db: Database.Database): WriterRow | undefined =>
  db.prepare("SELECT token, process, place, since FROM writer").get() as WriterRow | undefined;

/** False only if the process is known to have ended: `open` would name the file if the process were this one. */
function mayLive(row: WriterRow): boolean {
  const isOurs = row.place === processPlace() && row.process === process.pid;
  return !isOurs && lifeOf(row) !== "ended";
}

function refuse(file: string, row: WriterRow | null): never {
  const who = row === null ? "" : ` (process ${row.process} on ${row.place.split(" ")[0]}, since ${row.since})`;
  throw inputError(file, `another sweep is writing this database${who}`, "wait for it, attach to it, or choose another --db");
}

/** @throws InputError if the file has two names or is mounted alone: SQLite's journal is beside one name only */
function checkNames(file: string, { nlink }: Stats): void {
  if (nlink > 1)
    throw inputError(
      file,
      `has ${nlink} names (hard links), and its journal would belong to one of them only`,
      "remove the others, or copy it",
    );
  const mounts = systemText(() => readFileSync("/proc/self/mountinfo", "utf8")).split("\n");
  const isMounted = mounts.some(
    (line) => line.split(" ")[4]?.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))) === file,
  );
  if (isMounted)
    throw inputError(file, "is mounted as a single file, so its journal would lie outside of the mount", "mount its folder instead");
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

export interface Claim {
  readonly token: string;
  readonly db: Database.Database;
  release(): void;
}

/**
 * Opens `file` for writing and claims it. `prepare` checks it, and makes its tables if it has none, inside the claim's
 * transaction. `file`: the real path.
 */
export function claim(file: string, prepare: (db: Database.Database) => void, now: string): Claim {
  const before = statSync(file, { throwIfNoEntry: false });
  if (before !== undefined) {
    if (open.has(inodeOf(before))) refuse(file, null);
    checkNames(file, before);
  }
  const token = randomBytes(8).toString("hex");
  const take = (db: Database.Database, isAlone: boolean): void => {
    prepare(db);
    const row = writerOf(db);
    if (!isAlone && row !== undefined && mayLive(row)) refuse(file, row);
    db.prepare("INSERT OR REPLACE INTO writer VALUES (1, ?, ?, ?, ?)").run(token, process.pid, processPlace(), now);
  };
  const db = claimAlone(file, take) ?? claimBeside(file, take);
  const inode = inodeOf(statSync(file));
  try {
    // SQLite does not wait for this lock itself: a program that starts at the same moment may hold it to look who
    // writes.
    untilPossible(() => db.pragma("journal_mode = WAL"), isBusy, LOCK_WAIT_MS);
    db.pragma("synchronous = NORMAL"); // a killed process loses nothing; a power cut loses at most the last moments
    // Between the claim and this journal, another program may have found the inode free: the later claim counts.
    if (!isMine(db, token)) refuse(file, null);
    db.pragma("wal_checkpoint(PASSIVE)"); // the claim is now in the file itself, where readers by another name see it
    open.add(inode);
    return { token, db, release: () => open.delete(inode) };
  } catch (error) {
    db.close();
    throw error;
  }
}

export function isMine(db: Database.Database, token: string): boolean {
  return writerOf(db)?.token === token;
}

type Take = (db: Database.Database, isAlone: boolean) => void;

/** Claims the file while no other program has it open; null if one has. */
function claimAlone(file: string, take: Take): Database.Database | null {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma("schema_version"); // enters the journal's normal mode first, because an exclusive one could not be left again
    db.pragma("locking_mode = EXCLUSIVE");
    db.exec("BEGIN EXCLUSIVE");
    take(db, true);
    db.pragma("locking_mode = NORMAL");
    db.exec("COMMIT");
    db.pragma(`busy_timeout = ${LOCK_WAIT_MS}`);
    return db;
  } catch (error) {
    db.close(); // releases the part of the lock that it may have got
    if (isBusy(error)) return null;
    throw error;
  }
}

function claimBeside(file: string, take: Take): Database.Database {
  const db = new Database(file, { timeout: LOCK_WAIT_MS });
  try {
    db.transaction(() => take(db, false)).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

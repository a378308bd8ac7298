/**
 * Opens a database for reading: nothing is written, and a closed database, or a copy of one that was being written, can
 * also be read where nothing can be written: from a read-only folder, and on a full disk.
 * Throws: `InputError`.
 */

import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { inputError } from "../../base/errors.js";
import type { ProcessLife } from "../../base/process-life.js";
import { checkFile, checkName, checkOurs } from "./faults.js";
import { readAsNew } from "./schema.js";
import { claimedLife } from "./writer.js";

export function openForReading(file: string): Database.Database {
  checkName(file);
  if (!existsSync(file)) throw inputError(file, "no such database", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  checkFile(file);
  const db = checked(file, new Database(file, { readonly: true, timeout: 5_000 }));
  return db ?? (checked(file, new Database(unjournalled(file), { readonly: true })) as Database.Database);
}

/**
 * The checked database; null if SQLite would have to write in order to read, and cannot: the database has a journal and
 * its folder is read-only, or the disk is full.
 */
function checked(file: string, db: Database.Database): Database.Database | null {
  try {
    db.pragma("trusted_schema = OFF"); // a file from elsewhere may define functions
    db.pragma("cell_size_check = ON");
    readAsNew(db, checkOurs(file, db));
    return db;
  } catch (error) {
    db.close();
    const code = error instanceof Database.SqliteError ? error.code : "";
    const cannotWrite =
      code === "SQLITE_FULL" ||
      code.startsWith("SQLITE_IOERR_SHM") ||
      code.startsWith("SQLITE_CANTOPEN") ||
      code === "SQLITE_READONLY_CANTINIT" ||
      code === "SQLITE_READONLY_DIRECTORY";
    if (!db.memory && cannotWrite) return null;
    throw error;
  }
}

/** The journal of a database, if something lies in it: beside the file itself, whatever link names it. */
function journalOf(file: string): string | null {
  const journal = `${lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? realpathSync(file) : file}-wal`;
  return (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) === 0 ? null : journal;
}

/**
 * What to know before copying a database that was closed while another program read it, or while the disk was full;
 * null: its file alone holds all.
 */
export function journalNote(file: string): string | null {
  const journal = journalOf(file);
  if (journal === null) return null;
  return `${file}: another program is reading it, or the disk is full, so its newest points still lie in ${journal}; copy both files, or close the reader or free some space first`;
}

/**
 * What to know of a database that no writer has closed and none writes now, so that it may not hold all points, or its
 * file alone does not; null: nothing, or it cannot be read.
 */
export function unclosedNote(file: string): string | null {
  // before the claim is read: a writer that closes the database withdraws it first
  const before = existsSync(file) ? journalOf(file) : null;
  const life = claimLife(file);
  if (life === null) return null;
  const journal = before ?? journalOf(file);
  if (journal === null)
    return `warning: ${file} was copied while a sweep wrote it, or the sweep was killed, and ${file}-wal is not beside it: its newest points may be missing; copy both files, or end the sweep before copying`;
  if (life !== "ended") return null;
  return `warning: the sweep of ${file} was killed; its newest points may lie in ${journal}: copy both files, or continue the sweep, which leaves one file`;
}

/** If the writer that a database names lives; null: it names none. */
function claimLife(file: string): ProcessLife | null {
  try {
    const db = openForReading(file);
    try {
      return claimedLife(db);
    } finally {
      db.close();
    }
  } catch {
    return null; // the command says it
  }
}

/** The file's bytes, changed to those of a database without a journal. */
function unjournalled(file: string): Buffer {
  const journal = journalOf(file);
  if (journal !== null) {
    throw inputError(
      file,
      `was not closed: its newest points lie in ${journal}, and nothing can be written beside it`,
      "copy both files to a folder of yours, or continue the sweep where it was",
    );
  }
  const bytes = readFileSync(file);
  bytes[18] = 1; // of two versions in the header: the one without a journal
  bytes[19] = 1;
  return bytes;
}

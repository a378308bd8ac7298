/**
 * One writer a database: an exclusive lock on `<file>.lock`, held by the operating system for this process and gone with it, even after `kill -9`.
 * Throws: `InputError` where another process holds it.
 */
import { statSync, unlinkSync } from "node:fs";
import Database from "better-sqlite3";
import { inputError } from "../../base/errors.js";

export interface WriterLock {
  release(): void;
}

function inode(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
}

export function lockWriter(file: string): WriterLock {
  const path = `${file}.lock`;
  for (;;) {
    const db = new Database(path, { timeout: 0 });
    const opened = inode(path);
    try {
      db.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      db.close();
      if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
        throw inputError(file, "another sweep is writing this database", "wait for it, attach to it, or choose another --db");
      }
      throw error;
    }
    // Its holder removes the lock file on a clean end; one opened just before that is nobody's lock.
    if (opened !== null && inode(path) === opened) {
      return {
        release: () => {
          unlinkSync(path);
          db.close();
        },
      };
    }
    db.close();
  }
}

/** What can be wrong with a database file, in the product's words. Throws: `InputError`. */
import { closeSync, openSync, readSync } from "node:fs";
import Database from "better-sqlite3";
import { inputError } from "../../base/errors.js";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.js";

/** SQLite's errors in the product's words. */
export function translated(file: string, error: unknown): unknown {
  if (error instanceof SyntaxError) return inputError(file, `is damaged: a stored text is no JSON (${error.message})`, "start a new --db");
  if (!(error instanceof Database.SqliteError)) return error;
  const code = error.code;
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")) {
    return inputError(
      file,
      `cannot write: ${error.message} (disk full?)`,
      "free some space and run again with --resume; every stored point is kept",
    );
  }
  if (code.startsWith("SQLITE_BUSY"))
    return inputError(file, "another program keeps the database locked", "close it (or its open transaction) and run again with --resume");
  if (code === "SQLITE_NOTADB") return inputError(file, "is not a results database", "choose another --db");
  // Our statements fit our tables: where they do not, the file's are others.
  if (code === "SQLITE_ERROR" && !/syntax error/.test(error.message))
    return inputError(file, `is damaged: ${error.message}`, "start a new --db");
  if (code.startsWith("SQLITE_CORRUPT")) {
    return inputError(file, `is damaged: ${error.message}`, "recover it with: sqlite3 FILE .recover | sqlite3 NEW, or start a new --db");
  }
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY"))
    return inputError(file, `cannot be opened: ${error.message}`, "check the folder and its permissions");
  return error;
}

/** SQLite creates a database inside any empty file and reports other files late: look first. */
export function checkHeader(file: string): void {
  const head = Buffer.alloc(16);
  const handle = openSync(file, "r");
  const start = head.subarray(0, readSync(handle, head)).toString("latin1");
  closeSync(handle);
  if (start !== "" && start !== "SQLite format 3\0") throw inputError(file, "is not a results database", "choose another --db");
}

export function checkOurs(file: string, db: Database.Database, version: number): void {
  const id = db.pragma("application_id", { simple: true }) as number;
  if (id !== APPLICATION_ID) throw inputError(file, "is an SQLite database of another program", "choose another --db");
  if (version !== SCHEMA_VERSION) {
    throw inputError(
      file,
      `was written with schema ${version}, by another version of snn-dse; this one reads and writes schema ${SCHEMA_VERSION} only`,
      "read it with the version that wrote it, or run its sweep again into a new --db",
    );
  }
}

/** Faults of a database file, in words of this program. Throws: `InputError`. */
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import Database from "better-sqlite3";
import { inputError } from "../../base/errors.js";
import { nativeModuleProblem } from "../../base/native-module.js";
import { isOpenHere } from "./open-files.js";
import { APPLICATION_ID, designView, parameterNames, SCHEMA_VERSION, schemaOf } from "./schema.js";

/** Error for pages that cannot be read as a database. */
export function damaged(file: string, what: string): Error {
  return inputError(file, `is damaged: ${what}`, "recover it with: sqlite3 FILE .recover | sqlite3 NEW, or start a new --db");
}

/** SQLite's errors in words of this program. */
export function translated(file: string, error: unknown): unknown {
  if (error instanceof SyntaxError) return inputError(file, `is damaged: a stored text is no JSON (${error.message})`, "start a new --db");
  if (!(error instanceof Database.SqliteError)) return nativeModuleProblem(error) ?? error;
  const code = error.code;
  if (code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")) {
    return inputError(
      file,
      `cannot write: ${error.message} (disk full?)`,
      "free some space and type the same command again; every stored point is kept",
    );
  }
  if (code.startsWith("SQLITE_BUSY"))
    return inputError(file, "another program keeps the database locked", "close it (or its open transaction) and run again with --resume");
  if (code === "SQLITE_NOTADB")
    return inputError(file, "is not a results database", "name a database that snn-dse sweep wrote, e.g. edge.db of edge.yaml");
  // Our statements fit our tables. If they do not fit, the tables are another program's.
  if (code === "SQLITE_ERROR" && !/syntax error/.test(error.message))
    return inputError(file, `is damaged: ${error.message}`, "start a new --db");
  if (code.startsWith("SQLITE_CORRUPT")) {
    return damaged(file, error.message);
  }
  if (code === "SQLITE_READONLY_ROLLBACK" || code === "SQLITE_READONLY_RECOVERY")
    return inputError(
      file,
      "was left in the middle of a change by a killed program",
      "run its sweep again with --resume, which repairs it",
    );
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY"))
    return inputError(file, `cannot be opened: ${error.message}`, "check the folder and its permissions");
  return error;
}

/** @throws InputError for names that SQLite would open as a temporary database, which keeps nothing */
export function checkName(file: string): void {
  if (typeof file !== "string") throw inputError("database", `got ${file === null ? "null" : typeof file}`, "expected the path of a file");
  const name = file.trim();
  if (name === "" || name === ":memory:") {
    const got = name === "" ? "its name is empty" : "it would be kept in memory only";
    throw inputError("database", `${got}, so nothing would be stored`, "name a file, e.g. --db edge.db");
  }
  if (name !== file) throw inputError(`'${file}'`, "a database's name cannot begin or end with a blank", `e.g. ${name}`);
}

/** The file's own status; undefined if there is no such file. @throws InputError if it cannot be a database */
export function checkFile(file: string): Stats | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) throw inputError(file, "is not a regular file", "name a database file");
  const journal = `${file}-wal`;
  if (stats === undefined || isOpenHere(stats) || (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) === 0) return stats;
  // A closed database has no journal: SQLite would take another database's journal for its own, and mix the two.
  const head = Buffer.alloc(20);
  const handle = openSync(file, "r");
  readSync(handle, head);
  closeSync(handle);
  if (head.toString("latin1", 0, 15) === "SQLite format 3" && head[18] === 1)
    throw inputError(
      journal,
      `is no journal of ${file}, which was closed without one`,
      "remove it, or bring back the database that it belongs to",
    );
  return stats;
}

/**
 * The version of the file's schema.
 * @throws InputError if the file is another program's, has an unknown schema, or has a table, view, trigger or index
 * that is not our own
 */
export function checkOurs(file: string, db: Database.Database): number {
  const id = db.pragma("application_id", { simple: true }) as number;
  if (isUnused(db))
    throw inputError(
      file,
      "is an empty database: no sweep has stored anything in it yet",
      "run its sweep first, or again if it was ended early: snn-dse sweep arch.yaml --db FILE",
    );
  if (id !== APPLICATION_ID) throw inputError(file, "is an SQLite database of another program", "choose another --db");
  const version = db.pragma("user_version", { simple: true }) as number;
  const schema = schemaOf(version);
  if (schema === null) {
    throw inputError(
      file,
      `was written with schema ${version}, by another version of snn-dse; this one writes schema ${SCHEMA_VERSION}`,
      "read it with the version that wrote it, or run its sweep again into a new --db",
    );
  }
  checkSchema(file, db, version, schema);
  return version;
}

/**
 * True for a database without tables on which no program has put its number: unused, or ours if its sweep was ended
 * before it made its tables.
 */
export function isUnused(db: Database.Database): boolean {
  const id = db.pragma("application_id", { simple: true }) as number;
  return id === 0 && db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function checkSchema(file: string, db: Database.Database, version: number, schema: readonly string[]): void {
  const foreign = (what: string): Error =>
    inputError(file, `is damaged or was made by another program: ${what}`, "choose another --db, or run its sweep again into a new one");
  // At most twice our number of objects and some more are read: a file from elsewhere may hold any number.
  const objects = db.prepare(`SELECT type, name, sql FROM sqlite_schema LIMIT ${2 * schema.length + 10}`).all() as {
    readonly type: string;
    readonly name: string;
    readonly sql: string | null;
  }[];
  const own = objects.filter(({ name, sql }) => name !== "design_point" && !(sql === null && String(name).startsWith("sqlite_autoindex_")));
  const texts = own.map(({ sql }) => String(sql)).sort();
  const expected = [...schema].sort();
  const stranger = own.find(({ sql }) => !schema.includes(String(sql)));
  if (stranger !== undefined)
    throw foreign(`its ${String(stranger.type).slice(0, 20)} '${String(stranger.name).slice(0, 60)}' is not one of snn-dse`);
  if (texts.length !== expected.length || texts.some((text, i) => text !== expected[i]))
    throw foreign("a table of snn-dse is missing or there twice");
  const views = objects.filter(({ name }) => name === "design_point");
  if (views.length === 0) return;
  const hasStudy = db.prepare("SELECT 1 FROM study").get() !== undefined;
  if (views.length > 1 || !hasStudy || views[0]?.sql !== designView(parameterNames(db), version))
    throw foreign("its view design_point is not that of its study");
}

const BROKEN_ROW = "was changed or damaged; it is removed";

/** What a sweep says of a row that does not match its seal. */
export const removedText = (id: number): string =>
  `the stored row of point ${id} ${BROKEN_ROW}, and computed anew once the search asks for it`;

/** What a merge says of such a row of its target. */
export const replacedText = (id: number): string =>
  `the stored row of point ${id} ${BROKEN_ROW}, and that of the merged database takes its place`;

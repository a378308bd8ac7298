/** Reads a database, or an open study. Effects: reads the database. */
import { dirname, join } from "node:path";
import { pathOf } from "../arch/index.js";
import { InputError, inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { DrivenStudy, type OpenStudy, Store, type StoredPoint } from "../sweeps/index.js";
import { demandPointNumber } from "./checked-options.js";

export { journalNote, Store, unclosedNote } from "../sweeps/index.js";

/** Opens the database for reading. All that is read until it is closed is of one moment, whatever a sweep adds. */
export function readStill(database: string): Store {
  const store = Store.read(database);
  store.holdStill();
  return store;
}

/** Opens the database as it is at this moment, runs `work`, and closes it. An open study stays open. */
export function withStore<T>(source: string | OpenStudy, work: (store: Store) => T): T {
  if (source instanceof DrivenStudy) return work(source.store);
  if (typeof source !== "string")
    throw inputError("study", "is neither the name of a database nor an open study", "give the result of openStudy");
  const store = readStill(source);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/**
 * The description to which paths of a study's models and data are relative: `base`, a path or the name of a shipped
 * one; null: the database's folder.
 */
export const besideOf = (base: string | null, database: string): string =>
  base === null ? join(dirname(database), "description") : pathOf(base, "example", "chip");

/** Keys that name files relative to a description. */
const NAMES_A_FILE = /^(network\.model|training\.base|workload\.(.+\.)?(path|labels|case))$/;

/**
 * Reads the files of a study's points. Where no description was named, what is not beside the database is told with the
 * option that names one.
 */
export async function readBeside<T>(base: string | null, database: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (base !== null || !(error instanceof InputError)) throw error;
    const assumed = besideOf(null, database);
    const named = "name the description that the search was made from: --base arch.yaml";
    throw new InputError(
      error.problems.map((problem) =>
        problem.file === assumed && NAMES_A_FILE.test(problem.path)
          ? { ...problem, file: database, fix: problem.fix === "" ? named : `${named}; or ${problem.fix}` }
          : problem,
      ),
    );
  }
}

/** The stored point. @throws InputError if the database has no point of that id. */
export function pointOf(store: Store, id: number): StoredPoint {
  demandPointNumber(id);
  const point = store.soundPoint(id);
  if (point === null) throw inputError(store.file, `has no point ${id}`, `list the front: snn-dse pareto ${shellWord(store.file)}`);
  return point;
}

/** The study of a database. @throws InputError if it holds none. */
export function studyOf(store: Store): NonNullable<ReturnType<Store["study"]>> {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  return study;
}

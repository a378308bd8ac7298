/** A closed look into a database, or into an open study. Effects: reads the database. */
import { dirname, join } from "node:path";
import { pathOf } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { DrivenStudy, type OpenStudy, Store, type StoredPoint } from "../sweeps/index.js";

export { Store } from "../sweeps/index.js";

/** Opens for reading, works, closes. An open study is open already, and stays so. */
export function withStore<T>(source: string | OpenStudy, work: (store: Store) => T): T {
  if (source instanceof DrivenStudy) return work(source.store);
  if (typeof source !== "string")
    throw inputError("study", "is neither the name of a database nor an open study", "give what openStudy gave");
  const store = Store.read(source);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/**
 * The description beside which a study's models and data lie: `base`, a path or a shipped description's name; null: any
 * in the database's folder.
 */
export const besideOf = (base: string | null, database: string): string =>
  base === null ? join(dirname(database), "description") : pathOf(base, "example", "chip");

/** The stored point. @throws InputError when the database has none of that id. */
export function pointOf(store: Store, id: number): StoredPoint {
  const point = store.soundPoint(id);
  if (point === null) throw inputError(store.file, `has no point ${id}`, `list the front: snn-dse pareto ${shellWord(store.file)}`);
  return point;
}

/** The study of a database. @throws InputError where it holds none. */
export function studyOf(store: Store): NonNullable<ReturnType<Store["study"]>> {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  return study;
}

/** A closed look into a database, for the commands that read one. Effects: reads the database. */
import { dirname, join } from "node:path";
import { pathOf } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { Store, type StoredPoint } from "../sweeps/index.js";

export { Store } from "../sweeps/index.js";

/** Opens for reading, works, closes. */
export function withStore<T>(database: string, work: (store: Store) => T): T {
  const store = Store.read(database);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** The description beside which a study's models and data lie: `base`, a path or a shipped description's name; null: any in the database's folder. */
export const besideOf = (base: string | null, database: string): string =>
  base === null ? join(dirname(database), "description") : pathOf(base, "example", "chip");

/** The stored point. @throws InputError when the database has none of that id. */
export function pointOf(store: Store, database: string, id: number): StoredPoint {
  const point = store.soundPoint(id);
  if (point === null) throw inputError(database, `has no point ${id}`, `list the front: snn-dse pareto ${database}`);
  return point;
}

/** The study of a database. @throws InputError where it holds none. */
export function studyOf(store: Store): NonNullable<ReturnType<Store["study"]>> {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  return study;
}

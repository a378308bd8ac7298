/** One stored point in full, as text. Effects: reads the database. */
import { inputError, isCoupled, patchDescription, type SweepSpec } from "../arch/index.js";
import { Space, Store, type StoredPoint } from "../sweeps/index.js";
import { chipLines } from "./format/chip-drawing.js";
import { duration, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, paint } from "./format/style.js";
import { neighboursOf, sensitivityLines } from "./sensitivity.js";

/** Widest chip drawing that still shows every tile with its numbers. */
const DRAWING_CELLS = 110;

/** Opens for reading, works, closes. */
export function withStore<T>(database: string, work: (store: Store) => T): T {
  const store = Store.read(database);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** The stored point. @throws InputError when the database has none of that id. */
export function pointOf(store: Store, database: string, id: number): StoredPoint {
  const point = store.point(id);
  if (point === null) throw inputError(database, `has no point ${id}`, `list the front: snn-dse pareto ${database}`);
  return point;
}

/** Everything stored about a point, for the screen. */
export async function resultOfPoint(database: string, id: number, look: Look): Promise<readonly string[]> {
  return withStore(database, (store) => pointLines(store, pointOf(store, database, id), look));
}

export function pointLines(store: Store, point: StoredPoint, look: Look): readonly string[] {
  const values = Object.entries(point.values).map(([name, value]) => `  ${name.padEnd(24)} ${value}`);
  const seconds = point.durationMs === null ? "" : `, ${duration(point.durationMs / 1000)}`;
  const violation = point.violation === null || point.violation === 0 ? "" : `, breaks constraints by ${significant(point.violation, 3)}`;
  const head = [
    paint(look, `point ${point.id}: ${point.state}${violation}`, "bold"),
    paint(look, `key ${point.key.slice(0, 16)}, attempt ${point.attempts}${seconds}`, "dim"),
    ...values,
  ];
  const result = store.result(point.id);
  const study = store.study();
  if (result !== null && study !== null) {
    const spec = study.sweep as unknown as SweepSpec;
    const byPath = new Space(spec.parameters).byPath(point.values);
    const { experiment } = patchDescription({ document: study.document, file: store.file }, byPath);
    const neighbours = neighboursOf(point, store.points("p.state = 'done'"));
    const objectives = spec.objectives.map((objective) => objective.metric);
    return [
      ...head,
      "",
      ...(isCoupled(experiment) ? [] : [...chipLines(look, experiment.chip, result, DRAWING_CELLS), ""]),
      ...sensitivityLines(look, point, neighbours, objectives),
      "",
      ...resultLines(look, result),
    ];
  }
  return [
    ...head,
    "",
    ...(point.code === null ? [] : [paint(look, point.code, "yellow")]),
    ...(point.reason ?? "no result is stored").split("\n"),
  ];
}

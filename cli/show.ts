/** One stored point in full, as text. Effects: reads the database. */
import { FUNCTIONAL_METRICS } from "../sim/index.js";
import {
  candidateOf,
  changedEdition,
  changedInputs,
  changeText,
  localTrend,
  neighboursOf,
  type Store,
  type StoredPoint,
} from "../sweeps/index.js";
import { chipLines } from "./format/chip-drawing.js";
import { duration, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, paint } from "./format/style.js";
import { pointDetail } from "./point-detail.js";
import { sensitivityLines, trendLines } from "./sensitivity.js";

/** Widest chip drawing that still shows every tile with its numbers. */
const DRAWING_CELLS = 110;

/** What a point that stays apart was computed with, and how that differs from what the study has now. */
function otherInputs(store: Store, { edition }: StoredPoint): readonly string[] {
  const [then, now] = [store.edition(edition), store.study()];
  const changes = now === null ? [] : changedEdition(then, now, "as it was written");
  const read = now === null ? [] : changedInputs(then.inputs, now.inputs);
  const lines = new Set([...changes, ...read].map((change) => `  ${changeText(change, ["then", "now"])}`));
  return ["computed with other inputs than the study has now; on no front, and compared with no other point:", ...lines];
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
  const { result, plan, own, objectives, functional, isApart } = pointDetail(store, point);
  const inputs = isApart ? ["", ...otherInputs(store, point)] : [];
  if (result !== null) {
    const columns = objectives.map(({ metric, direction }) => ({ metric, direction, head: metric }));
    const others = isApart ? [] : Array.from(store.points("p.state NOT IN ('queued', 'running')"), candidateOf);
    const trend = localTrend(
      own,
      others,
      objectives.map(({ metric }) => metric),
      { parameters: functional, metrics: FUNCTIONAL_METRICS },
    );
    return [
      ...head,
      ...inputs,
      "",
      ...(plan === null || result.utilisation.cores.length === 0 ? [] : [...chipLines(look, plan, result, DRAWING_CELLS), ""]),
      ...sensitivityLines(look, own, neighboursOf(own.values, others), columns),
      ...(trend === null ? [] : ["", ...trendLines(look, own, trend, columns)]),
      "",
      ...resultLines(look, result),
    ];
  }
  return [
    ...head,
    ...inputs,
    "",
    ...(point.code === null ? [] : [paint(look, point.code, "yellow")]),
    ...(point.reason ?? "no result is stored").split("\n"),
  ];
}

/** Limits of a search on the screen: their metrics, and how near the results come to them. Pure. */
import { limitedMetrics, nearestText } from "../../app/nouns.js";
import type { StudyEventOf, StudyView } from "./events.js";
import type { Points } from "./points.js";

/** The part of the dashboard's state that says what the study is. */
interface Begun {
  readonly study: StudyView | null;
  readonly started: StudyEventOf<"started"> | null;
}

/** The part that says what it found. */
interface Found {
  readonly study: StudyView | null;
  readonly points: Points;
  readonly violating: number;
}

/** Metrics of limits that are no objectives; they have columns beside these. */
export function limitColumns({ study, started }: Begun): readonly string[] {
  const objectives = started?.objectives.map(({ metric }): string => metric) ?? [];
  return limitedMetrics(study?.limits ?? []).filter((name) => !objectives.includes(name));
}

/** `50 results, all beyond the limits: accuracy_percent >= 90 (best 63.4 %)`. */
export function allBeyond({ study, points, violating }: Found): string {
  const valuesOf = (metric: string): Float64Array => points.columns.get(metric)?.subarray(0, points.length) ?? new Float64Array();
  const texts = study?.limits.map((limit) => nearestText(limit, valuesOf)) ?? [];
  return `${violating} results, all beyond the limits: ${texts.join(", ")}`;
}

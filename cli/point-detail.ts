/** Everything stored about a point, and where the cores of its chip lie. Effects: reads the database. */
import type { FloorPlan } from "../arch/index.js";
import type { Result } from "../sim/index.js";
import { type Candidate, candidateOf, functionalParameters, Space, type Store, type StoredPoint, storedPlan } from "../sweeps/index.js";

export interface PointDetail {
  readonly point: StoredPoint;
  /** Null where the point has no result. */
  readonly result: Result | null;
  /** Null where there is no result to draw on it. */
  readonly plan: FloorPlan | null;
  /** The point as its neighbours see it: values that follow from others are left out. */
  readonly own: Candidate;
  /** It was computed with other inputs than the study has now. */
  readonly isApart: boolean;
  /** Parameters that decide what the network computes; null where that is not known. */
  readonly functional: ReadonlySet<string> | null;
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
}

export function pointDetail(store: Store, point: StoredPoint): PointDetail {
  const study = store.study();
  const spec = study?.sweep;
  const result = store.result(point.id);
  const derived = new Set(spec?.parameters.flatMap(({ name, domain }) => (domain.kind === "derived" ? [name] : [])));
  const searched = Object.fromEntries(Object.entries(point.values).filter(([name]) => !derived.has(name)));
  const isApart = study !== null && point.edition !== study.edition;
  const base = { point, result, own: { ...candidateOf(point), values: searched }, isApart, objectives: spec?.objectives ?? [] };
  if (study === null || spec === undefined || result === null) return { ...base, plan: null, functional: null };
  const byPath = new Space(spec.parameters).byPath(point.values);
  const { document } = store.edition(point.edition);
  const plan = storedPlan(store.file, point.id, document, byPath, result);
  return { ...base, plan, functional: functionalParameters({ document, sweep: spec }, store.file, point.values) };
}

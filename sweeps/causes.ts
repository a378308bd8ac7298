/**
 * Which settings failures occur with: the share of failed points per value of each parameter, against the share over
 * all points and over the points that have the parameter. That a point lacks the parameter is a setting too. Pure.
 */
import type { PointValues } from "./space.js";

/** A value of a parameter, or a range of numbers, both ends included. */
export type Setting =
  | { readonly kind: "value"; readonly value: PointValues[string] | null }
  | { readonly kind: "range"; readonly first: number; readonly last: number };

export interface Cause {
  readonly parameter: string;
  readonly setting: Setting;
  readonly failed: number;
  readonly total: number;
}

/** A parameter with more distinct numbers is cut into ranges of about equal numbers of points. */
const MOST_VALUES = 12;
const RANGES = 4;
/** Least points of a setting; fewer say nothing about it. */
const LEAST_POINTS = 4;
/** A setting is named if it fails at least this many times as often as all other points. */
const LIFT = 1.4;
const MOST_CAUSES = 8;

/** A point that has ended, and whether it failed in the way that is asked about. */
export interface EndedPoint {
  readonly values: { readonly [parameter: string]: PointValues[string] | null };
  readonly failed: boolean;
}

/** Settings under which points failed unusually often, worst first. */
export function causesOf(rows: readonly EndedPoint[]): readonly Cause[] {
  const all = shareOf(rows);
  return Object.keys(rows[0]?.values ?? {})
    .flatMap((parameter) => {
      const own = shareOf(rows.filter(({ values }) => hasValue(values[parameter])));
      return settingsOf(parameter, rows).filter(({ setting, failed, total }) => {
        const usual = setting.kind === "value" && setting.value === null ? all : Math.max(all, own);
        return total >= LEAST_POINTS && failed / total >= LIFT * usual && failed >= 2;
      });
    })
    .sort((a, b) => b.failed / b.total - a.failed / a.total || b.failed - a.failed)
    .slice(0, MOST_CAUSES);
}

const hasValue = (value: EndedPoint["values"][string] | undefined): boolean => value !== undefined && value !== null;

const shareOf = (rows: readonly EndedPoint[]): number => rows.filter((row) => row.failed).length / Math.max(1, rows.length);

function settingsOf(parameter: string, rows: readonly EndedPoint[]): readonly Cause[] {
  const settings = new Map<EndedPoint["values"][string], { failed: number; total: number }>();
  for (const { values, failed } of rows) {
    const value = values[parameter] ?? null;
    const tally = settings.get(value) ?? { failed: 0, total: 0 };
    tally.total += 1;
    if (failed) tally.failed += 1;
    settings.set(value, tally);
  }
  if (settings.size <= 1) return [];
  if (settings.size <= MOST_VALUES)
    return [...settings].map(([value, tally]) => ({ parameter, setting: { kind: "value", value }, ...tally }));
  const numbers = [...settings].filter((entry): entry is [number, { failed: number; total: number }] => typeof entry[0] === "number");
  return rangesOf(
    parameter,
    numbers.sort((a, b) => a[0] - b[0]),
    rows.length / RANGES,
  );
}

function rangesOf(
  parameter: string,
  sorted: readonly (readonly [number, { failed: number; total: number }])[],
  most: number,
): readonly Cause[] {
  const causes: Cause[] = [];
  let [first, failed, total] = [sorted[0]?.[0] ?? 0, 0, 0];
  sorted.forEach(([value, tally], i) => {
    failed += tally.failed;
    total += tally.total;
    if (total < most && i < sorted.length - 1) return;
    causes.push({ parameter, setting: { kind: "range", first, last: value }, failed, total });
    [first, failed, total] = [sorted[i + 1]?.[0] ?? 0, 0, 0];
  });
  return causes;
}

/**
 * A filter over points, typed by the user as a comparison over metric and parameter names, e.g. `area_mm2 < 2 and lanes
 * == 8`. Pure.
 */
import { type AnyMetric, type ExpressionValue, METRICS, metricOf, parseExpression, truthOf } from "../../app/nouns.js";
import { didYouMean } from "../../base/nearest.js";
import { type Points, valueAt } from "./points.js";
import type { DashboardState } from "./state.js";

export interface Filter {
  /**
   * True if row `row` passes. It does not if a parameter that the filter names is inactive, or if an unknown metric
   * decides.
   */
  readonly passes: (points: Points, row: number) => boolean;
}

const ALL: Filter = { passes: () => true };

/**
 * Value of a name: `id`, `outcome`, `code`, a parameter or a metric. Unknown metrics are NaN, inactive parameters
 * undefined.
 */
function namedValue(points: Points, name: string, row: number): ExpressionValue | undefined {
  switch (name) {
    case "id":
      return points.ids[row];
    case "outcome":
      return points.outcomes[row];
    case "code":
      return points.codes[row];
    default:
      return points.values[row]?.[name] ?? (Object.hasOwn(METRICS, metricOf(name as AnyMetric)) ? valueAt(points, name, row) : undefined);
  }
}

/** Why a text is not a valid filter for a study with `names`; empty if it is valid. */
export function filterProblem(text: string, names: readonly string[]): string {
  if (text.trim() === "") return "";
  try {
    const unknown = [...parseExpression(text).names].find((name) => !names.includes(name));
    if (unknown === undefined) return "";
    const hint = didYouMean(unknown, names);
    return `${unknown} is neither a metric nor a parameter${hint === "" ? "" : `; ${hint}`}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Names that a filter may use: a point's fields, its parameters, and all metrics. */
export function filterNames({ study, started }: Pick<DashboardState, "study" | "started">): readonly string[] {
  return ["id", "outcome", "code", ...(started?.parameters ?? []), ...(study?.metrics.map(({ name }) => name) ?? [])];
}

/** Compiles a filter; every row passes the empty text. @throws if `filterProblem` finds a mistake in the grammar. */
export function filterOf(text: string): Filter {
  if (text.trim() === "") return ALL;
  const { names, root } = parseExpression(text);
  return {
    passes: (points, row) => {
      const values: { [name: string]: ExpressionValue } = {};
      for (const name of names) {
        const value = namedValue(points, name, row);
        if (value === undefined) return false;
        values[name] = value;
      }
      try {
        return truthOf(root, (name) => values[name]) === true;
      } catch {
        return false;
      }
    },
  };
}

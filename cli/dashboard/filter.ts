/**
 * A filter over points, typed by the user as a comparison over metric and parameter names, e.g. `area_mm2 < 2 and lanes
 * == 8`. Pure.
 */
import { demandTruth, type ExpressionType, type ExpressionValue, isMetric, parseExpression, truthOf } from "../../app/nouns.js";
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

/** A point's fields that a filter may name; a parameter of the same name comes first, as in `--where`. */
const FIELDS: { readonly [name: string]: (points: Points, row: number) => ExpressionValue } = {
  id: (points, row) => points.ids[row],
  outcome: (points, row) => points.outcomes[row],
  code: (points, row) => points.codes[row],
};

/** Value of a parameter, a metric or a field. Unknown metrics are NaN, inactive parameters undefined. */
function namedValue(points: Points, name: string, row: number): ExpressionValue | undefined {
  if (!points.columns.has(name)) return Object.hasOwn(FIELDS, name) ? FIELDS[name](points, row) : undefined;
  return points.values[row]?.[name] ?? (isMetric(name) ? valueAt(points, name, row) : undefined);
}

/** Why a text is not a valid filter for the study; empty if it is valid. */
export function filterProblem(text: string, state: Pick<DashboardState, "study" | "started">): string {
  if (text.trim() === "") return "";
  const names = filterNames(state);
  try {
    const parsed = parseExpression(text);
    const unknown = parsed.names.find((name) => !names.includes(name));
    if (unknown !== undefined) return unknownText(unknown, names);
    demandTruth(parsed, (name) => typeIn(state, name));
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unknownText(name: string, names: readonly string[]): string {
  if (isMetric(name)) return `${name} is not computed here, only quantiles that are objectives; snn-dse pareto --where takes it`;
  const hint = didYouMean(name, names);
  return `${name} is neither a metric nor a parameter${hint === "" ? "" : `; ${hint}`}`;
}

function typeIn({ study, started }: Pick<DashboardState, "study" | "started">, name: string): ExpressionType {
  if (started?.parameters.includes(name) === true) return study?.types[name] ?? "any";
  return name === "outcome" || name === "code" ? "text" : "number";
}

/** Names that a filter may use: a point's fields, its parameters, and all metrics. */
export function filterNames({ study, started }: Pick<DashboardState, "study" | "started">): readonly string[] {
  return [...new Set([...Object.keys(FIELDS), ...(started?.parameters ?? []), ...(study?.metrics.map(({ name }) => name) ?? [])])];
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

/** A filter over points, typed by the user as a comparison over metric and parameter names, e.g. `area_mm2 < 2 and lanes == 8`. Pure. */
import { type ExpressionValue, evaluateExpression, parseExpression } from "../../arch/index.js";
import { type Points, valueAt } from "./points.js";

export interface Filter {
  /** Whether row `row` passes. A row without one of the named values does not. */
  readonly passes: (points: Points, row: number) => boolean;
  /** Why the text is no filter; empty when it is. Then every row passes. */
  readonly error: string;
}

const ALL: Filter = { passes: () => true, error: "" };

/** What a name stands for: `id`, `outcome`, `code`, a parameter, a metric. */
function namedValue(points: Points, name: string, row: number): ExpressionValue | null | undefined {
  switch (name) {
    case "id":
      return points.ids[row];
    case "outcome":
      return points.outcomes[row];
    case "code":
      return points.codes[row];
    default:
      return points.values[row]?.[name] ?? valueAt(points, name, row);
  }
}

/** The filter of a text; the empty text lets everything pass. */
export function filterOf(text: string): Filter {
  if (text.trim() === "") return ALL;
  try {
    const { names, root } = parseExpression(text);
    return {
      error: "",
      passes: (points, row) => {
        const values: { [name: string]: ExpressionValue } = {};
        for (const name of names) {
          const value = namedValue(points, name, row);
          if (value === undefined || value === null || Number.isNaN(value)) return false;
          values[name] = value;
        }
        try {
          const truth = evaluateExpression(root, (name) => values[name]);
          return truth !== 0 && truth !== false && truth !== "";
        } catch {
          return false;
        }
      },
    };
  } catch (error) {
    return { ...ALL, error: error instanceof Error ? error.message : String(error) };
  }
}

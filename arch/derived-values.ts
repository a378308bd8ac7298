/** Derived parameters that have no finite value somewhere in the search, found before any point runs. Pure. */
import { quoted } from "../base/errors.js";
import type { SweepParameter } from "./experiment.js";
import { ExpressionError, type ExpressionValue, evaluateExpression, parseExpression } from "./expression.js";
import { valueAt, valueCount, valuesOf } from "./swept-values.js";

/** Most combinations of values that are tried per expression. */
const MOST_TRIED = 10_000;

/** Values of a searched parameter: all of them, or both ends of an interval or of too many. */
function probesOf({ domain }: SweepParameter): readonly ExpressionValue[] {
  if (domain.kind === "range" || domain.kind === "log") {
    const count = valueCount(domain);
    if (count === null) return [valueAt(domain, 0), valueAt(domain, 1)];
    if (count > MOST_TRIED) return [domain.low, domain.high];
  }
  return valuesOf(domain);
}

/**
 * A sentence about values of the others at which a derived parameter is not finite; null: none was found. Expressions
 * over parameters that are derived or not always active are not tried.
 *
 * @param expression of the derived parameter; its names are known, and it is sound
 */
export function notFinite(parameter: SweepParameter, expression: string, parameters: readonly SweepParameter[]): string | null {
  const parsed = parseExpression(expression);
  const when = parameter.when === null ? null : parseExpression(parameter.when);
  const used = [...new Set([...parsed.names, ...(when?.names ?? [])])].map((name) => parameters.find((one) => one.name === name));
  const axes = used.flatMap((one) => (one === undefined || one.when !== null ? [] : [{ name: one.name, values: probesOf(one) }]));
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (axes.length < used.length || count === 0 || count > MOST_TRIED) return null;
  for (let k = 0; k < count; k++) {
    let rest = k;
    const at = Object.fromEntries(
      axes.map(({ name, values }) => {
        const value = values[rest % values.length];
        rest = Math.floor(rest / values.length);
        return [name, value];
      }),
    );
    const lookup = (name: string): ExpressionValue | undefined => at[name];
    try {
      if (when !== null && evaluateExpression(when.root, lookup) !== true) continue;
      const value = evaluateExpression(parsed.root, lookup);
      if (typeof value === "number" && !Number.isFinite(value)) return `${quoted(expression)} gives ${value} at ${JSON.stringify(at)}`;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return `${quoted(expression)}: ${error.message} at ${JSON.stringify(at)}`;
    }
  }
  return null;
}

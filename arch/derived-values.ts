/** Derived parameters that have no finite value somewhere in the search, found before any point runs. Pure. */
import { quoted } from "../base/errors.js";
import type { SweepParameter } from "./experiment.js";
import { ExpressionError, type ExpressionValue, evaluateExpression, parseExpression } from "./expression.js";

/** Most combinations of values that are tried per expression. */
const MOST_TRIED = 10_000;

/** Values of a searched parameter: all of a list, both ends of an interval. */
function probesOf({ domain }: SweepParameter): readonly ExpressionValue[] {
  switch (domain.kind) {
    case "derived":
      return [];
    case "list":
      return domain.values;
    case "power-of-two": {
      const values: number[] = [];
      for (let value = domain.low; value <= domain.high; value *= 2) values.push(value);
      return values;
    }
    case "range": {
      const count = domain.step === null ? 0 : Math.floor((domain.high - domain.low) / domain.step + 1e-9) + 1;
      if (count === 0 || count > MOST_TRIED) return [domain.low, domain.high];
      return Array.from({ length: count }, (_, i) => domain.low + i * (domain.step ?? 0));
    }
    case "log":
      return [domain.low, domain.high];
  }
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

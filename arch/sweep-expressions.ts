/** Checks expressions of a `sweep:` section before any point runs: syntax, names, and types of operands. */

import type { Problem } from "../base/errors.js";
import { quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import type { SweepParameter } from "./experiment.js";
import { ExpressionError, parseExpression } from "./expression.js";
import { commonType, demandTruth, type ExpressionType, typeOf, typeOfValue } from "./expression-type.js";
import { type Located, nodeAt, type Place, problemAt } from "./located.js";
import { isQuantileOf } from "./quantile-name.js";

/** Checks all constraints of a `sweep:` section, even if it has other problems. `complete`: all names are known. */
export function checkConstraints(
  section: Located,
  parameters: readonly SweepParameter[],
  { metrics, quantiles }: { readonly metrics: readonly string[] | null; readonly quantiles: readonly string[] },
  complete: boolean,
  problems: Problem[],
): void {
  const list = nodeAt(section, ["constraints"]);
  if (list?.kind !== "list") return;
  const known = metrics === null || !complete ? null : [...metrics, ...parameters.map(({ name }) => name)];
  for (const [i, item] of list.items.entries()) {
    if (item.kind !== "scalar" || typeof item.value !== "string") continue;
    const named = (item.value.match(/\w+@[\d.]+/g) ?? []).filter((name) => isQuantileOf(name, quantiles));
    const types = typesOf(parameters, [...(metrics ?? []), ...named]);
    const names = known === null ? null : [...known, ...named];
    checkExpression(item.value, names, { wanted: "truth", types }, item.at, `sweep.constraints[${i}]`, problems);
  }
}

type NameTypes = (name: string) => ExpressionType;

/** Metrics are numbers; a parameter has the type of all its values. */
export function typesOf(parameters: readonly SweepParameter[], metrics: readonly string[]): NameTypes {
  return (name) => {
    const domain = parameters.find((parameter) => parameter.name === name)?.domain;
    if (domain === undefined) return metrics.includes(name) ? "number" : "any";
    if (domain.kind === "derived") return "any";
    return domain.kind === "list" ? commonType(domain.values.map(typeOfValue)) : "number";
  };
}

/** The type of each parameter, by its name. */
export const parameterTypes = (parameters: readonly SweepParameter[]): { readonly [name: string]: ExpressionType } =>
  Object.fromEntries(parameters.map(({ name }) => [name, typesOf(parameters, [])(name)]));

/** `known` null: names are not checked. */
export function checkExpression(
  text: string,
  known: readonly string[] | null,
  { wanted, types }: { readonly wanted: "truth" | "any"; readonly types: NameTypes },
  at: Place,
  where: string,
  problems: Problem[],
): void {
  try {
    const parsed = parseExpression(text);
    const strangers = known === null ? [] : parsed.names.filter((name) => !known.includes(name));
    for (const name of strangers) problems.push(problemAt(at, where, `unknown name ${name}`, didYouMean(name, known ?? [])));
    if (wanted === "truth") demandTruth(parsed, types);
    else typeOf(parsed.root, types);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    problems.push(problemAt(at, where, `${error.message} at character ${error.column} of ${quoted(text)}`));
  }
}

/**
 * A point that a caller chose, checked against the space of parameters. Pure. Throws: `InputError` with all its
 * mistakes.
 */
import { InputError, type Problem, quoted } from "../base/errors.js";
import { axisText } from "./axes.js";
import type { PointValues, Space } from "./space.js";

/** Relative distance below which a value counts as equal to the value to which its continuous axis rounds it. */
const ROUNDING = 1e-5;

/** The point as the space decodes it: values rounded to their axes, derived values computed. `values`: by name. */
export function givenPoint(space: Space, values: { readonly [name: string]: unknown }): PointValues {
  const problems: Problem[] = [];
  const problem = (name: string, message: string, fix: string): void => {
    problems.push({ file: "point", line: null, column: null, path: name, message, fix });
  };
  for (const name of Object.keys(values))
    if (!space.names.includes(name)) problem(name, `no parameter ${quoted(name)}`, `parameters: ${space.names.join(", ")}`);
  const usable: { [name: string]: PointValues[string] } = {};
  for (const axis of space.dimensions) {
    const { name } = axis.parameter;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) continue;
    const isValue = typeof value === "number" || typeof value === "string" || typeof value === "boolean";
    if (isValue && axis.of(value) !== null) usable[name] = value;
    else problem(name, `got ${quoted(JSON.stringify(value) ?? String(value))}`, `expected ${axisText(axis)}`);
  }
  if (problems.length > 0) throw new InputError(problems);
  const point = space.decode(space.encode(usable) as Float64Array);
  for (const axis of space.dimensions)
    if (Object.hasOwn(point, axis.parameter.name) && !Object.hasOwn(usable, axis.parameter.name))
      problem(axis.parameter.name, "has no value", `expected ${axisText(axis)}`);
  for (const [name, value] of Object.entries(values)) {
    const here = Object.hasOwn(point, name) ? point[name] : null;
    if (here === null) problem(name, "is not active at these values", "leave it out");
    else if (!isSame(here, value)) problem(name, `got ${quoted(JSON.stringify(value))}, computed ${quoted(String(here))}`, "leave it out");
  }
  if (problems.length > 0) throw new InputError(problems);
  return point;
}

function isSame(here: PointValues[string], value: unknown): boolean {
  if (typeof here !== "number" || typeof value !== "number") return here === value;
  return Math.abs(here - value) <= ROUNDING * Math.abs(here);
}

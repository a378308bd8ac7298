/** Stored points that differ from a point in one parameter alone. Pure. */
import type { Candidate } from "./candidate.js";

type Values = Candidate["values"];

export interface Neighbour extends Candidate {
  readonly parameter: string;
  readonly value: number | string | boolean;
}

/**
 * Points of `others` that have the same parameters as `values` and differ in exactly one, ordered by parameter and its
 * value. Values are those of searched parameters: a derived one would be a second difference.
 */
export function neighboursOf(values: Values, others: Iterable<Candidate>): readonly Neighbour[] {
  const names = Object.keys(values);
  const found: Neighbour[] = [];
  for (const other of others) {
    const parameter = Object.keys(other.values).length === names.length ? onlyDifference(names, values, other.values) : null;
    if (parameter !== null) found.push({ ...other, parameter, value: other.values[parameter] as number | string | boolean });
  }
  return found.sort((a, b) => names.indexOf(a.parameter) - names.indexOf(b.parameter) || Number(a.value) - Number(b.value) || a.id - b.id);
}

function onlyDifference(names: readonly string[], values: Values, other: Values): string | null {
  let found: string | null = null;
  for (const name of names) {
    if (values[name] === other[name]) continue;
    if (found !== null || other[name] === undefined) return null;
    found = name;
  }
  return found;
}

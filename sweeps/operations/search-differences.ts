/** What differs between the questions of two searches: their parameters and their constraints. Pure. */
import { domainText, type SweepParameter, type SweepSpec } from "../../arch/index.js";
import { canonicalJson } from "../../base/hash.js";

export interface SearchDifference {
  /** E.g. `constraints` or `parameter lanes`. */
  readonly part: string;
  readonly left: string;
  readonly right: string;
}

type Question = Pick<SweepSpec, "parameters" | "constraints">;

/** Empty if one search could have found what the other did; samplers, seeds and budgets are no part of the question. */
export function searchDifferences(left: Question, right: Question): readonly SearchDifference[] {
  const names = [...new Set([left, right].flatMap(({ parameters }) => parameters.map(({ name }) => name)))];
  const parameters = names.flatMap((name) => {
    const pair = [left, right].map((search) => search.parameters.find((parameter) => parameter.name === name));
    return differing(`parameter ${name}`, pair.map(exactly), pair.map(inShort));
  });
  const constraints = [left, right].map((search) => [...new Set(search.constraints)].sort().join(" and ") || "none");
  const unspaced = constraints.map((text) => text.replace(/\s/g, ""));
  return [...parameters, ...differing("constraints", unspaced, constraints)];
}

/** `texts`: of both sides, in short; those of two sides that differ only in what they leave out are exact. */
function differing(part: string, exact: readonly string[], texts: readonly string[]): readonly SearchDifference[] {
  if (exact[0] === exact[1]) return [];
  const [left, right] = texts[0] === texts[1] ? exact : texts;
  return [{ part, left, right }];
}

/** A list is the same in any order. */
function exactly(parameter: SweepParameter | undefined): string {
  if (parameter === undefined) return "absent";
  const { domain } = parameter;
  if (domain.kind !== "list") return canonicalJson(parameter);
  return canonicalJson({ ...parameter, domain: { ...domain, values: domain.values.map(canonicalJson).sort() } });
}

function inShort(parameter: SweepParameter | undefined): string {
  if (parameter === undefined) return "absent";
  const { path, domain, when } = parameter;
  return `${path} ${domainText(domain)}${when === null ? "" : ` when ${when}`}`;
}

/** Reads the `sweep:` section and in-place `{sweep: ...}` values: parameters, objectives, constraints and sampler. */

import type * as z from "zod";
import type { Problem } from "../base/errors.js";
import { quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { log2 } from "../base/math.js";
import { didYouMean } from "../base/nearest.js";
import { notFinite } from "./derived-values.js";
import type { SweepParameter, SweepSpec } from "./experiment.js";
import {
  ExpressionError,
  type ExpressionValue,
  evaluateExpression,
  isNameOfObjects,
  isWordOfExpressions,
  parseExpression,
} from "./expression.js";
import { isWhole, problemsOf, textOf } from "./issues.js";
import { entryOf, type Located, type LocatedMap, nodeAt, type Place, placeOf, problemAt, toJson, withEntry } from "./located.js";
import { PLAIN } from "./parse-plain.js";
import { type DocumentPath, type PathReader, setAsTyped } from "./path.js";
import { isQuantileOf, strangeMetric } from "./quantile-name.js";
import { type SamplerNames, takesOption, wantedOfOption } from "./sampler-option.js";
import { domainSchema, MOST_PARAMETER_TEXT, parameterSchema, sweepSchema } from "./schema.js";
import { checkConstraints, checkExpression, typesOf } from "./sweep-expressions.js";
import { checkSweptPlaces } from "./swept-places.js";

/** A parameter as written: its path, and the keys of its domain. */
export interface WrittenParameter {
  readonly path: string;
  readonly pathAt: Place;
  /** A mapping of domain keys (values, range, ...), with optional name and when. */
  readonly domain: Located;
  /** Path of the domain in the file, for messages. */
  readonly where: string;
  readonly inline: boolean;
}

/** Mappings in which `sweep` is no search: the search's own section, and tables. */
const NOT_SEARCHED: readonly string[] = ["sweep", "prices.macros"];
const isSearched = (path: string): boolean => !NOT_SEARCHED.some((owner) => path === owner || path.startsWith(`${owner}.`));

/** True if a mapping is an in-place search: `sweep` with what stands beside it. */
export const isInlineSweep = (map: LocatedMap, path: string): boolean => path !== "" && isSearched(path) && map.entries.has("sweep");

/** Takes every `{sweep: ...}` out of the document; its place is `null` until first values are known. */
export function takeInlineSweeps(document: LocatedMap, written: WrittenParameter[], prefix = ""): LocatedMap {
  let result = document;
  for (const [key, { value }] of document.entries) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (value.kind !== "map" || !isSearched(path)) continue;
    const inside = entryOf(value, "sweep");
    if (inside === undefined || !isInlineSweep(value, path)) {
      result = withEntry(result, key, takeInlineSweeps(value, written, path));
      continue;
    }
    const outer = withEntry(value, "sweep", null);
    const inner: LocatedMap = inside.kind === "map" ? inside : withEntry({ ...outer, entries: new Map() }, "values", inside);
    const domain: LocatedMap = { ...inner, entries: new Map([...outer.entries, ...inner.entries]) };
    written.push({ path, pathAt: value.at, domain, where: path, inline: true });
    result = withEntry(result, key, { kind: "scalar", value: null, at: value.at });
  }
  return result;
}

interface SweepNames {
  readonly metrics: readonly string[] | null;
  /** Metrics with quantiles, such as `energy_uj_per_inference@90`. */
  readonly quantiles: readonly string[];
  readonly samplers: SamplerNames | null;
}

/**
 * Reads the whole search. Returns the document with the first values of in-place sweeps, the search (null if nothing is
 * swept), and all parameters as written.
 */
export function readSweep(
  document: LocatedMap,
  section: Located | undefined,
  inline: readonly WrittenParameter[],
  names: SweepNames,
  pathOf: PathReader,
  problems: Problem[],
): { document: LocatedMap; sweep: SweepSpec | null; written: readonly WrittenParameter[] } {
  if (section === undefined && inline.length === 0) return { document, sweep: null, written: inline };
  if (section === undefined) {
    const first = inline[0];
    problems.push(problemAt(first.pathAt, first.where, "is swept, but there is no sweep: section", "add sweep: with objectives:"));
    return { document, sweep: null, written: inline };
  }
  const found = problemsOf(sweepSchema, section, "sweep", []);
  problems.push(...found.filter((problem) => !/^sweep\.parameters\[/.test(problem.path)));
  checkNames(section, names, problems);
  const before = problems.length;
  const listed = listedParameters(section, problems);
  const written = [...inline, ...listed];
  const parameters = readParameters(document, written, names.metrics ?? [], pathOf, problems);
  const broken = problems.length > before;
  // Names of wrong parameters are unknown, so constraints that use them are not reported again.
  checkConstraints(section, parameters, names, !broken, problems);
  const filled = broken ? document : withFirstValues(document, written, parameters, pathOf, problems);
  if (found.length > 0 || broken) return { document: filled, sweep: null, written };
  const parsed = sweepSchema.parse(toJson(section), PLAIN);
  const sweep = assemble(parsed, parameters, section, problems);
  return { document: filled, sweep, written };
}

/** Checks names of metrics and samplers, even if the section has other problems. */
function checkNames(section: Located, { metrics, quantiles, samplers }: SweepNames, problems: Problem[]): void {
  const objectives = nodeAt(section, ["objectives"]);
  if (metrics !== null && objectives?.kind === "map")
    for (const [metric, { keyAt }] of objectives.entries)
      if (!metrics.includes(metric) && !isQuantileOf(metric, quantiles)) {
        const { message, fix } = strangeMetric(metric, { metrics, drawn: quantiles });
        problems.push(problemAt(keyAt, `sweep.objectives.${metric}`, message, fix));
      }
  const sampler = nodeAt(section, ["sampler"]);
  const isNamed = entryOf(sampler, "name") !== undefined;
  const name = sampler === undefined ? null : isNamed ? textOf(sampler, "name") : defaultSampler();
  if (samplers === null || sampler?.kind !== "map" || name === null) return;
  if (!Object.hasOwn(samplers, name)) {
    const known = Object.keys(samplers);
    const fix = didYouMean(name, known) || `known: ${known.join(", ")}`;
    problems.push(problemAt(placeOf(section, ["sampler", "name"]), "sweep.sampler.name", `no such sampler: ${name}`, fix));
  } else checkOptions(sampler, name, samplers[name], problems);
}

const defaultSampler = (): string => sweepSchema.parse({ objectives: {} }, PLAIN).sampler.name;

/** Keys of the section `sampler` that every sampler has. */
export const COMMON_OPTIONS: readonly string[] = ["name", "budget", "seed"];

function checkOptions(sampler: LocatedMap, name: string, options: SamplerNames[string], problems: Problem[]): void {
  const known = Object.keys(options);
  for (const [key, { keyAt, value }] of sampler.entries) {
    if (COMMON_OPTIONS.includes(key)) continue;
    const where = `sweep.sampler.${key}`;
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined) {
      const fix = didYouMean(key, known) || (known.length > 0 ? `known: ${known.join(", ")}` : "remove it");
      problems.push(problemAt(keyAt, where, `${name} has no option ${key}`, fix));
      continue;
    }
    const given = toJson(value);
    if (!takesOption(option, given))
      problems.push(problemAt(value.at, where, `expected ${wantedOfOption(option)}, got ${JSON.stringify(given)}`, option.about));
  }
}

function listedParameters(section: Located, problems: Problem[]): WrittenParameter[] {
  const list = nodeAt(section, ["parameters"]);
  if (list?.kind !== "list") return [];
  return list.items.flatMap((item, i) => {
    const where = `sweep.parameters[${i}]`;
    const wrong = problemsOf(parameterSchema, item, where, []);
    problems.push(...wrong);
    if (wrong.length > 0 || item.kind !== "map") return [];
    const path = String(toJson(nodeAt(item, ["path"]) as Located));
    return [{ path, pathAt: placeOf(item, ["path"]), domain: withEntry(item, "path", null), where, inline: false }];
  });
}

function readParameters(
  document: LocatedMap,
  written: readonly WrittenParameter[],
  metrics: readonly string[],
  pathOf: PathReader,
  problems: Problem[],
): SweepParameter[] {
  const seen = new Map<string, WrittenParameter>();
  const raw = written.flatMap((item) => {
    const say = (at: Place, message: string, fix = ""): never[] => {
      problems.push(problemAt(at, item.where, message, fix));
      return [];
    };
    if (seen.has(item.path)) return say(item.pathAt, `${item.path} is swept twice`);
    seen.set(item.path, item);
    if (item.path.length > MOST_PARAMETER_TEXT)
      return say(item.pathAt, `has a path of ${item.path.length} characters, at most ${MOST_PARAMETER_TEXT}`, "write ranges: tile[0..3]");
    if (item.path === "prices.basis") return say(item.pathAt, "points of two bases cannot share a front", "run a study for each basis");
    const path = pathOf(item.path);
    if ("wrong" in path) return say(item.pathAt, `${path.wrong}: ${item.path}`, path.fix);
    const wrong = problemsOf(domainSchema, item.domain, item.where, []);
    problems.push(...wrong);
    if (wrong.length > 0) return [];
    const keys = domainSchema.parse(toJson(item.domain), PLAIN);
    if (keys.name !== undefined && isNameOfObjects(keys.name))
      return say(placeOf(item.domain, ["name"]), `the name ${keys.name} is not allowed`, "give it another name");
    const kinds = (["values", "range", "log", "log2", "derived"] as const).filter((kind) => keys[kind] !== undefined);
    if (kinds.length !== 1)
      return say(item.domain.at, `needs exactly one of values, range, log, log2, derived; has ${kinds.join(", ") || "none"}`);
    if (keys.step !== undefined && kinds[0] !== "range") return say(placeOf(item.domain, ["step"]), "step can only be used with range");
    const before = problems.length;
    checkDomain(item, path, keys, problems);
    if (problems.length > before) return [];
    return [{ item, path, keys, domain: domainOf(keys, isWhole(path.leaf)) }];
  });
  const places = raw.map(({ item, path, keys }) => ({ item, path, always: keys.when === undefined }));
  checkSweptPlaces(document, places, problems);
  const given = shortNames(raw.map(({ item, keys }) => ({ path: item.path, name: keys.name })));
  const parameters = raw.map(({ item, keys, domain }, i) => ({
    name: given[i],
    path: item.path,
    domain,
    when: keys.when ?? null,
  }));
  for (const [i, { name }] of parameters.entries()) {
    const { item } = raw[i];
    const say = (message: string, fix = ""): void => void problems.push(problemAt(item.pathAt, item.where, message, fix));
    const another = "give it another name, e.g. name: chip_lanes";
    if (parameters.findIndex((other) => other.name === name) !== i) say(`name ${name} is taken by another parameter`);
    if (metrics.includes(name)) say(`name ${name} is that of a metric, so expressions would mix them up`, another);
    if (isWordOfExpressions(name)) say(`name ${name} is a word of expressions, which could not name it`, another);
  }
  checkExpressions(parameters, written, problems);
  return parameters;
}

type DomainKeys = z.infer<typeof domainSchema>;

function domainOf(keys: DomainKeys, whole: boolean): SweepParameter["domain"] {
  if (keys.values !== undefined) return { kind: "list", values: keys.values };
  if (keys.derived !== undefined) return { kind: "derived", expression: keys.derived };
  if (keys.log2 !== undefined) return { kind: "power-of-two", low: keys.log2[0], high: keys.log2[1] };
  if (keys.log !== undefined) return { kind: "log", low: keys.log[0], high: keys.log[1] };
  const [low, high] = keys.range ?? [0, 0];
  return { kind: "range", low, high, step: keys.step ?? (whole ? 1 : null), integer: whole };
}

/** Checks that all listed values, and both ends of an interval, are allowed at the path. */
function checkDomain(item: WrittenParameter, path: DocumentPath, keys: DomainKeys, problems: Problem[]): void {
  const kind = (["values", "range", "log", "log2"] as const).find((name) => keys[name] !== undefined);
  if (kind === undefined) return;
  const list = nodeAt(item.domain, [kind]);
  if (list?.kind !== "list") return;
  const values = list.items.map(toJson);
  for (const [i, value] of values.entries())
    if (kind === "values" && values.indexOf(value) < i)
      problems.push(problemAt(list.items[i].at, item.where, `the list has ${JSON.stringify(value)} twice`, "remove one"));
  const key = item.path.split(".").at(-1) ?? item.path;
  for (const value of list.items)
    problems.push(...problemsOf(path.leaf as z.ZodType, value, key, []).map((p) => ({ ...p, path: item.where })));
  if (kind === "values") return;
  const [low, high] = keys[kind] as [number, number];
  const say = (message: string, fix = ""): void => void problems.push(problemAt(list.at, item.where, message, fix));
  if (low > high) say(`low end ${low} is above high end ${high}`, `write [${high}, ${low}]`);
  if (kind === "log" && low <= 0) say("a logarithmic interval must begin above 0");
  if (kind === "log" && isWhole(path.leaf)) say(`${key} is a whole number`, "use log2: or values:");
  const isPower = (value: number): boolean => Number.isInteger(log2(value));
  if (kind === "log2" && !(isPower(low) && isPower(high))) say(`both ends must be powers of two, got ${low} and ${high}`);
  if (kind === "range" && isWhole(path.leaf) && !Number.isInteger(keys.step ?? 1)) say(`${key} is a whole number, step is ${keys.step}`);
}

/** The given name, else the shortest end of the path that is unique. */
function shortNames(parameters: readonly { readonly path: string; readonly name: string | undefined }[]): string[] {
  const partsOf = (path: string): readonly string[] => path.split(/[.](?![^[\]]*\])/); // not the dots of tile[0..3]
  const tail = (path: string, parts: number): string =>
    partsOf(path)
      .slice(-parts)
      .join("_")
      .replace(/\W+/g, "_")
      .replace(/_+(?=_|$)/g, "");
  return parameters.map(({ path, name }, i) => {
    if (name !== undefined) return name;
    const { length } = partsOf(path);
    for (let parts = 1; parts <= length; parts++) {
      const candidate = tail(path, parts);
      const clash = parameters.some((other, j) => j !== i && (other.name ?? tail(other.path, parts)) === candidate);
      if (!clash) return candidate;
    }
    return tail(path, length);
  });
}

function checkExpressions(parameters: readonly SweepParameter[], written: readonly WrittenParameter[], problems: Problem[]): void {
  const known = parameters.map(({ name }) => name);
  const types = typesOf(parameters, []);
  for (const parameter of parameters) {
    const item = written.find(({ path }) => path === parameter.path) as WrittenParameter;
    const others = known.filter((name) => name !== parameter.name);
    const before = problems.length;
    if (parameter.domain.kind === "derived")
      checkExpression(
        parameter.domain.expression,
        others,
        { wanted: "any", types },
        placeOf(item.domain, ["derived"]),
        `${item.where}.derived`,
        problems,
      );
    if (parameter.when !== null)
      checkExpression(parameter.when, others, { wanted: "truth", types }, placeOf(item.domain, ["when"]), `${item.where}.when`, problems);
    if (parameter.domain.kind !== "derived" || problems.length > before) continue;
    const { expression } = parameter.domain;
    const wrong = notFinite(parameter, expression, parameters);
    const at = placeOf(item.domain, ["derived"]);
    if (wrong !== null) problems.push(problemAt(at, `${item.where}.derived`, wrong, "correct it, or exclude these values by `when`"));
  }
}

/** Writes the first value of every in-place sweep into the document, which then also describes one point. */
function withFirstValues(
  document: LocatedMap,
  written: readonly WrittenParameter[],
  parameters: readonly SweepParameter[],
  pathOf: PathReader,
  problems: Problem[],
): LocatedMap {
  const first = firstValues(written, parameters, problems);
  if (first === null) return document;
  let filled = document;
  for (const [i, parameter] of parameters.entries()) {
    const item = written[i];
    const path = pathOf(item.path);
    if (!item.inline || "wrong" in path) continue;
    filled = setAsTyped(filled, path, { kind: "scalar", value: first.get(parameter.name) as ExpressionValue, at: item.domain.at });
  }
  return filled;
}

/** First values by name; derived values are computed when all their inputs are known. */
function firstValues(
  written: readonly WrittenParameter[],
  parameters: readonly SweepParameter[],
  problems: Problem[],
): ReadonlyMap<string, ExpressionValue> | null {
  const first = new Map<string, ExpressionValue>();
  const say = (parameter: SweepParameter, message: string): null => {
    const item = written.find(({ path }) => path === parameter.path) as WrittenParameter;
    problems.push(problemAt(item.pathAt, item.where, message));
    return null;
  };
  const waiting: { readonly parameter: SweepParameter; readonly expression: string }[] = [];
  for (const parameter of parameters) {
    const { name, domain } = parameter;
    if (domain.kind === "derived") waiting.push({ parameter, expression: domain.expression });
    else first.set(name, domain.kind === "list" ? (domain.values[0] as ExpressionValue) : domain.low);
  }
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ expression }) => parseExpression(expression).names.every((name) => first.has(name)));
    const [ready] = waiting.splice(Math.max(next, 0), 1) as [(typeof waiting)[number]];
    if (next < 0) {
      const circle = [ready, ...waiting].map(({ parameter }) => parameter.name).join(", ");
      return say(ready.parameter, `derived values depend on each other: ${circle}`);
    }
    const value = valueOrProblem(ready.expression, first);
    if (typeof value === "object") return say(ready.parameter, value.wrong);
    first.set(ready.parameter.name, value);
  }
  return first;
}

function valueOrProblem(expression: string, values: ReadonlyMap<string, ExpressionValue>): ExpressionValue | { readonly wrong: string } {
  try {
    return evaluateExpression(parseExpression(expression).root, (name) => values.get(name));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { wrong: `${error.message} in ${quoted(expression)} at the first values` };
  }
}

function assemble(
  parsed: z.infer<typeof sweepSchema>,
  parameters: readonly SweepParameter[],
  section: Located,
  problems: Problem[],
): SweepSpec | null {
  const before = problems.length;
  const say = (path: readonly (string | number)[], message: string, fix = ""): void => {
    const where = path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${part}`), "sweep");
    problems.push(problemAt(placeOf(section, path), where, message, fix));
  };
  const objectives = Object.entries(parsed.objectives).map(([metric, direction]) => ({ metric, direction }));
  if (objectives.length === 0) say(["objectives"], "names no metric");
  if (parameters.length === 0) say([], "has no parameters", "add parameters:, or write {sweep: [...]} in place of a value");
  for (const metric of Object.keys(parsed.reference_point ?? {}))
    if (!objectives.some((objective) => objective.metric === metric)) say(["reference_point", metric], `${metric} is not an objective`);
  if (parsed.reference_point !== null)
    for (const { metric } of objectives) if (!Object.hasOwn(parsed.reference_point, metric)) say(["reference_point"], `lacks ${metric}`);
  const { name, budget, seed, ...options } = parsed.sampler;
  if (problems.length > before) return null;
  const referencePoint =
    parsed.reference_point === null ? null : objectives.map(({ metric }) => parsed.reference_point?.[metric] as number);
  return {
    parameters,
    objectives,
    constraints: parsed.constraints,
    sampler: { name, budget, seed, options: options as { readonly [key: string]: Json } },
    referencePoint,
  };
}

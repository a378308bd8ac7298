/** Turns schema errors into problems with place, got, expected and what to type. */

import * as z from "zod";
import type { Problem } from "../base/errors.js";
import { didYouMean, nearest } from "../base/nearest.js";
import { ExpressionError, parseExpression } from "./expression.js";
import { entryOf, type Located, nodeAt, placeOf, problemAt, toJson } from "./located.js";
import { manner, PLAIN } from "./parse-plain.js";
import { calledFix, quantityFix, sharedWords, unitFix } from "./suggest.js";

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/** Schema without its default, nullable and optional wrappers. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable
  )
    inner = inner.unwrap();
  return inner;
}

/** The schema of the value at `path`; null if the path leaves the schema. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  let here = unwrapped(schema);
  for (const part of path) {
    let next: z.core.$ZodType | undefined;
    if (here instanceof z.ZodObject) next = Object.hasOwn(here.shape, part) ? here.shape[part] : undefined;
    else if (here instanceof z.ZodRecord) next = here.valueType;
    else if (here instanceof z.ZodArray) next = here.element;
    if (next === undefined) return null;
    here = unwrapped(next);
  }
  return here;
}

/** Dotted paths of all scalars below an object schema, without records and lists. */
export function scalarPaths(schema: z.core.$ZodType, prefix = ""): string[] {
  const here = unwrapped(schema);
  if (here instanceof z.ZodObject)
    return Object.entries(here.shape).flatMap(([key, child]) =>
      scalarPaths(child as z.core.$ZodType, prefix === "" ? key : `${prefix}.${key}`),
    );
  return here instanceof z.ZodRecord || here instanceof z.ZodArray ? [] : [prefix];
}

const shown = (node: Located | undefined): string => {
  if (node === undefined) return "nothing";
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a mapping";
  if (typeof node.value === "string") return `text ${JSON.stringify(node.value.slice(0, 60))}`;
  return node.value === null ? "nothing (null)" : String(node.value);
};

const EXPECTED: { readonly [type: string]: string } = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  object: "a mapping of keys",
  record: "a mapping of keys",
  array: "a list",
  tuple: "a list of two numbers",
};

const joined = (prefix: string, path: Path): string =>
  path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`), prefix);

/**
 * Problems of `node` by `schema`. `prefix`: the node's path in the document; `elsewhere`: all known paths, to suggest
 * where a misplaced key belongs.
 */
export function problemsOf(schema: z.ZodType, node: Located, prefix: string, elsewhere: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  checked(schema, node, prefix, elsewhere, problems);
  return problems;
}

/** Cached values of valid nodes. Nodes never change, and many documents of a search share them. */
const parsedBefore = new WeakMap<z.core.$ZodType, WeakMap<Located, unknown>>();

/** The value of a node by `schema`; null if anything is wrong. */
export function sound<T extends z.ZodType>(schema: T, node: Located): z.infer<T> | null {
  const known = parsedBefore.get(schema)?.get(node);
  if (known !== undefined) return known as z.infer<T>;
  const parsed = schema.safeParse(toJson(node), manner());
  if (!parsed.success) return null;
  if (typeof parsed.data === "object" && parsed.data !== null) {
    const values = parsedBefore.get(schema) ?? new WeakMap<Located, unknown>();
    values.set(node, parsed.data);
    parsedBefore.set(schema, values);
  }
  return parsed.data;
}

/** The value of `node` by `schema`, or null with its problems added. */
export function checked<T extends z.ZodType>(
  schema: T,
  node: Located,
  prefix: string,
  elsewhere: readonly string[],
  problems: Problem[],
): z.infer<T> | null {
  const value = sound(schema, node);
  if (value !== null) return value;
  const parsed = schema.safeParse(toJson(node), PLAIN);
  if (parsed.success) return parsed.data;
  problems.push(...tightest(parsed.error.issues).flatMap((issue) => problemsOfIssue(issue, schema, node, prefix, elsewhere)));
  return null;
}

/** A number beyond several bounds is told of the nearest one, e.g. not of that of every whole number. */
function tightest(issues: readonly Issue[]): readonly Issue[] {
  const isTighter = (one: Issue, than: Issue): boolean =>
    (one.code === "too_big" && than.code === "too_big" && one.maximum < than.maximum) ||
    (one.code === "too_small" && than.code === "too_small" && one.minimum > than.minimum);
  const isAt = (one: Issue, other: Issue): boolean =>
    one.path.length === other.path.length && one.path.every((part, i) => part === other.path[i]);
  return issues.filter((issue) => !issues.some((other) => isTighter(other, issue) && isAt(other, issue)));
}

/** Most unknown keys of one mapping that are reported one by one. */
const MOST_UNKNOWN = 8;

function problemsOfIssue(issue: Issue, schema: z.ZodType, node: Located, prefix: string, elsewhere: readonly string[]): Problem[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const told = issue.keys.slice(0, MOST_UNKNOWN).map((key) => unknownKey(key, path, schema, node, prefix, elsewhere));
    const rest = issue.keys.length - told.length;
    return rest === 0 ? told : [...told, problemAt(placeOf(node, path), joined(prefix, path), `has ${rest} more unknown keys`)];
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1));
    const owner = path.slice(0, -1);
    const wrong = issue.issues.find((inner) => inner.code === "invalid_format");
    if (wrong?.pattern === undefined) return [unknownKey(key, owner, schema, node, prefix, elsewhere)];
    return [noName(key, owner, node, prefix, wrong.message.startsWith("Invalid") ? `names match ${wrong.pattern}` : wrong.message)];
  }
  const got = nodeAt(node, path);
  const at = placeOf(node, path);
  const where = joined(prefix, path);
  const key = String(path.at(-1) ?? prefix);
  if (got === undefined) return [problemAt(at, where, "is missing", "")];
  const text = got.kind === "scalar" && typeof got.value === "string" ? got.value : null;
  const say = (message: string, fix = ""): Problem[] => [problemAt(at, where, message, fix)];
  switch (issue.code) {
    case "invalid_type": {
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      return say(
        `expected ${expected}, got ${shown(got)}`,
        sourcedFix(schemaAt(schema, path), key, got) || ((text && quantityFix(key, text)) ?? searchedFix(got)),
      );
    }
    case "too_small":
      return say(`must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitsOf(issue)}, got ${shown(got)}`);
    case "too_big":
      return say(`must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitsOf(issue)}, got ${shown(got)}`);
    case "invalid_value": {
      const values = issue.values.map(String);
      // a schema's own message takes precedence
      if (!issue.message.startsWith("Invalid")) return say(issue.message, `known: ${values.join(", ")}`);
      return say(`expected ${oneOf(values)}, got ${shown(got)}`, text === null ? nearestNumber(values, got) : didYouMean(text, values));
    }
    case "invalid_union": {
      const inner = issue.errors.map((errors) => errors[0]).filter((error) => error !== undefined);
      const range = inner.find((error) => error.code === "too_small" || error.code === "too_big");
      if (range !== undefined) return problemsOfIssue({ ...range, path: issue.path } as Issue, schema, node, prefix, elsewhere);
      const expected = inner.map((error) =>
        error.code === "invalid_value"
          ? error.values.join(", ")
          : error.code === "invalid_type"
            ? (EXPECTED[error.expected] ?? error.expected)
            : error.message,
      );
      const words = inner.flatMap((error) => (error.code === "invalid_value" ? error.values.map(String) : []));
      const fix = text === null ? searchedFix(got) : (quantityFix(key, text) ?? (didYouMean(text, words) || searchedFix(got)));
      return say(`expected ${expected.join(" or ")}, got ${shown(got)}`, fix);
    }
    default:
      return say(`${issue.message}, got ${shown(got)}`);
  }
}

/** For what may be meant as a value that is searched, or computed from others. */
function searchedFix(got: Located): string {
  if (got.kind === "scalar" && typeof got.value === "string" && isFormula(got.value))
    return `a value computed from others is { sweep: { derived: ${JSON.stringify(got.value)} } }`;
  const keys = got.kind === "map" ? [...got.entries.keys()] : [];
  const meant = keys.find((key) => nearest(key, ["sweep"]) !== null);
  if (meant !== undefined) return `did you mean { sweep: ... } in place of { ${meant}: ... }?`;
  const derived = keys.find((key) => nearest(key, ["derived"]) !== null);
  return derived === undefined ? "" : `did you mean { sweep: { derived: ... } } in place of { ${derived}: ... }?`;
}

/** Whether a text computes with a name: `2 * lanes`, `min(6, state_bits - 6)`; a minus without spaces is a hyphen. */
function isFormula(text: string): boolean {
  if (/\w-\w/.test(text)) return false;
  try {
    const { names, root } = parseExpression(text);
    return names.length > 0 && root.kind !== "name";
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

const unitsOf = (issue: { readonly origin?: string; readonly minimum?: number | bigint }): string =>
  issue.origin === "array" ? (issue.minimum === 1 ? " entry" : " entries") : issue.origin === "string" ? " characters" : "";

const oneOf = (values: readonly string[]): string => (values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`);

function nearestNumber(values: readonly string[], got: Located): string {
  if (got.kind !== "scalar" || typeof got.value !== "number") return "";
  const wanted = got.value;
  const numbers = values.map(Number).filter((value) => Number.isFinite(value));
  if (numbers.length < 2) return "";
  return `nearest: ${numbers.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best))}`;
}

function unknownKey(key: string, path: Path, schema: z.ZodType, node: Located, prefix: string, elsewhere: readonly string[]): Problem {
  const owner = nodeAt(node, path);
  const entry = owner?.kind === "map" ? owner.entries.get(key) : undefined;
  const known = keysOf(schemaAt(schema, path));
  const isListed = known.length <= 12;
  const value = entry?.value.kind === "scalar" ? entry.value.value : undefined;
  const called = (isAnywhere: boolean): string => calledFix(key, value, { owner: joined(prefix, path), own: known }, elsewhere, isAnywhere);
  const fix =
    unitFix(key, value, known) ||
    called(false) ||
    didYouMean(key, known) ||
    strayFix(key, elsewhere) ||
    (isListed && known.some((name) => name.split("_").includes(key)) ? "" : called(true)) ||
    (isListed ? `known keys: ${known.join(", ")}` : sharedWords(key, known));
  return problemAt(
    entry?.keyAt ?? placeOf(node, path),
    joined(prefix, [...path, key]),
    `unknown key ${JSON.stringify(key.slice(0, 60))}`,
    fix,
  );
}

/** A key of a mapping whose keys are names of any kind: it has a character, or a length, that none may have. */
function noName(key: string, path: Path, node: Located, prefix: string, fix: string): Problem {
  const owner = nodeAt(node, path);
  const at = owner?.kind === "map" ? owner.entries.get(key)?.keyAt : undefined;
  const got = JSON.stringify(key.slice(0, 60));
  return problemAt(at ?? placeOf(node, path), joined(prefix, [...path, key]), `${got} can be no name here`, fix);
}

/** The fix for a bare number where a number with its source is required. */
function sourcedFix(schema: z.core.$ZodType | null, key: string, got: Located): string {
  if (!(schema instanceof z.ZodObject) || got.kind !== "scalar" || typeof got.value !== "number") return "";
  const isSourced = Object.hasOwn(schema.shape, "value") && Object.hasOwn(schema.shape, "source");
  return isSourced ? `write ${key}: { value: ${got.value}, source: "where the number comes from" }` : "";
}

const strayFix = (key: string, elsewhere: readonly string[]): string => {
  const home = elsewhere.find((path) => path.split(".").at(-1) === key);
  return home === undefined ? "" : `it belongs at ${home}`;
};

function keysOf(schema: z.core.$ZodType | null): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  return [];
}

/** True if the schema is of a whole number. */
export function isWhole(schema: z.core.$ZodType | null): boolean {
  return schema instanceof z.ZodNumber && schema.isInt;
}

/** The scalar under `key` of a mapping, if it is text. */
export function textOf(node: Located, key: string): string | null {
  const found = entryOf(node, key);
  return found?.kind === "scalar" && typeof found.value === "string" ? found.value : null;
}

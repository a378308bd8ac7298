/** A document whose nodes know where they were typed: read from YAML or JSON, merged, and converted to plain JSON. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Node } from "yaml";
import { InputError, type Problem } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { isPlain } from "../base/plain-object.js";
import { parseYaml } from "../base/yaml.js";

export interface Place {
  readonly file: string;
  /** 1-based; null for values that were not typed in a file. */
  readonly line: number | null;
  readonly column: number | null;
}

type Scalar = null | boolean | number | string;
export type Located =
  | { readonly kind: "scalar"; readonly value: Scalar; readonly at: Place }
  | { readonly kind: "list"; readonly items: readonly Located[]; readonly at: Place }
  | LocatedMap;
export interface LocatedMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, { readonly keyAt: Place; readonly value: Located }>;
  readonly at: Place;
}

const TEXT_LIMIT = 1024 * 1024;
/** Longest file of this many characters, in bytes. */
export const YAML_LIMIT_BYTES = 4 * TEXT_LIMIT;
const NODE_LIMIT = 100_000;
const DEPTH_LIMIT = 32;
const ALIAS_LIMIT = 1000;

export const problemAt = (at: Place, path: string, message: string, fix = ""): Problem => ({ ...at, path, message, fix });

/**
 * The tree of one YAML text. @throws InputError with every syntax problem; refuses aliases that expand too much,
 * invalid keys and huge texts.
 */
export function locatedFromYaml(text: string, file: string): LocatedMap {
  const top: Place = { file, line: 1, column: 1 };
  const refuse = (message: string, fix = "", at: Place = top): InputError => new InputError([problemAt(at, "", message, fix)]);
  if (text.length > TEXT_LIMIT) throw refuse(`is ${text.length} characters long; at most ${TEXT_LIMIT} are read`);
  const { document, errors, placeOf, lineAt } = parseYaml(text, file, { stringKeys: false });
  const place = (offset: number): Place => ({ file, ...placeOf(offset) });
  const problems: Problem[] = errors.map((error) => {
    const isSelector = /\{.*\b(tile|core)\[/.test(lineAt(error.line ?? 1));
    return { ...error, message: `YAML: ${error.message}`, fix: isSelector ? "inside { } a key with brackets needs quotes" : error.fix };
  });
  if (problems.length > 0) throw new InputError(problems);

  let nodes = 0;
  let aliases = 0;
  /** An alias means the last node before it with that anchor; anchors inside a repeated node are not set again. */
  const anchored = new Map<string, Node>();
  let insideAlias = 0;
  const open = new Set<Node>();
  const anchor = (node: unknown): void => {
    const { anchor: name } = node as { readonly anchor?: string };
    if (name !== undefined && insideAlias === 0) anchored.set(name, node as Node);
  };
  const walk = (node: unknown, path: string, depth: number, fallback: Place): Located => {
    const range = (node as Node | null)?.range;
    const at = range === null || range === undefined ? fallback : place(range[0]);
    if (++nodes > NODE_LIMIT) throw refuse(`has more than ${NODE_LIMIT} values with aliases expanded`, "", at);
    if (depth > DEPTH_LIMIT) throw refuse(`is nested deeper than ${DEPTH_LIMIT} levels`, "", at);
    if (node === null || node === undefined) return { kind: "scalar", value: null, at };
    if (isAlias(node)) {
      if (++aliases > ALIAS_LIMIT) throw refuse(`has more than ${ALIAS_LIMIT} aliases after expansion`, "", at);
      const target = anchored.get(node.source);
      if (target === undefined || open.has(target))
        throw refuse(`alias *${node.source} ${target ? "contains itself" : "has no anchor"}`, "", at);
      insideAlias++;
      const meant = walk(target, path, depth + 1, at);
      insideAlias--;
      return meant;
    }
    anchor(node);
    open.add(node as Node);
    try {
      if (isScalar(node)) return { kind: "scalar", value: scalarValue(node.value, path, at, problems), at };
      if (isSeq(node)) return { kind: "list", items: node.items.map((item, i) => walk(item, `${path}[${i}]`, depth + 1, at)), at };
      if (!isMap(node)) throw refuse("is not plain YAML", "", at);
      const entries = new Map<string, { keyAt: Place; value: Located }>();
      for (const pair of node.items) {
        if (!isPair(pair)) continue;
        const keyRange = (pair.key as Node | null)?.range;
        const keyAt = keyRange ? place(keyRange[0]) : at;
        const key: unknown = isScalar(pair.key) ? pair.key.value : undefined;
        if (pair.key !== null) anchor(pair.key);
        if (typeof key !== "string" || key === "__proto__") {
          problems.push(
            typeof key === "string"
              ? problemAt(keyAt, path, `key ${key} is not allowed`)
              : problemAt(keyAt, path, "a key must be plain text", "put it in quotes"),
          );
          continue;
        }
        entries.set(key, { keyAt, value: walk(pair.value, path === "" ? key : `${path}.${key}`, depth + 1, keyAt) });
      }
      return { kind: "map", entries, at };
    } finally {
      open.delete(node as Node);
    }
  };
  const root = walk(document.contents, "", 0, top);
  if (problems.length > 0) throw new InputError(problems);
  if (root.kind !== "map") throw refuse("is not a mapping of keys to values", "start with: version: 1");
  return root;
}

function scalarValue(value: unknown, path: string, at: Place, problems: Problem[]): Scalar {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  problems.push(problemAt(at, path, `expected a finite number or text, got ${String(value)}`));
  return null;
}

/**
 * The tree of a JSON value; every node has `file` and no line. A program in plain JavaScript may give any value.
 *
 * @param path of the value, for messages
 * @throws InputError on a value that JSON cannot hold, and on a key that would reach a prototype
 */
export function locatedFromJson(value: unknown, file: string, path = ""): Located {
  return nodeOf(value, { file, line: null, column: null }, path, 0);
}

/** As `locatedFromJson`, at one place. */
export const locatedAt = (value: Json, at: Place): Located => nodeOf(value, at, "", 0);

function nodeOf(value: unknown, at: Place, path: string, depth: number): Located {
  if (value === null || typeof value === "boolean" || typeof value === "string") return { kind: "scalar", value, at };
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "scalar", value, at };
  const refuse = (message: string, fix = ""): InputError => new InputError([problemAt(at, path, message, fix)]);
  if (depth > DEPTH_LIMIT) throw refuse(`is nested deeper than ${DEPTH_LIMIT} levels`);
  if (Array.isArray(value))
    return { kind: "list", items: Array.from(value, (item, i) => nodeOf(item, at, `${path}[${i}]`, depth + 1)), at };
  if (typeof value !== "object" || value === null || !isPlain(value))
    throw refuse(`got ${typeName(value)}`, "expected a value that JSON can hold: leave the key out for its default");
  const entries = new Map<string, { keyAt: Place; value: Located }>();
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") throw refuse(`key ${key} is not allowed`);
    entries.set(key, { keyAt: at, value: nodeOf(inner, at, path === "" ? key : `${path}.${key}`, depth + 1) });
  }
  return { kind: "map", entries, at };
}

const typeName = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `an object of ${value.constructor?.name || "a class"}`
    : typeof value === "number" || value === undefined
      ? String(value)
      : `a ${typeof value}`;

/** A YAML text as plain data, with the same limits. @throws InputError with every syntax problem. */
export function jsonFromYaml(text: string, file: string): Json {
  return toJson(locatedFromYaml(text, file));
}

export function toJson(node: Located): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJson);
  const plain: { [key: string]: Json } = {};
  for (const [key, { value }] of node.entries) plain[key] = toJson(value);
  return plain;
}

/**
 * Merges `over` into `base`: mappings merge key by key, any other value replaces. A mapping that `isOne` knows as a
 * single value replaces, and is replaced, whole.
 */
export function mergeLocated(base: Located, over: LocatedMap, isOne?: IsOneValue): LocatedMap;
export function mergeLocated(base: Located, over: Located, isOne?: IsOneValue, path?: string): Located;
export function mergeLocated(base: Located, over: Located, isOne: IsOneValue = () => false, path = ""): Located {
  if (base.kind !== "map" || over.kind !== "map" || isOne(base, path) || isOne(over, path)) return over;
  const entries = new Map(base.entries);
  for (const [key, { keyAt, value }] of over.entries) {
    const below = entries.get(key)?.value;
    const merged = below === undefined ? value : mergeLocated(below, value, isOne, path === "" ? key : `${path}.${key}`);
    entries.set(key, { keyAt, value: merged });
  }
  return { kind: "map", entries, at: over.at };
}
type IsOneValue = (map: LocatedMap, path: string) => boolean;

export const emptyMap = (at: Place): LocatedMap => ({ kind: "map", entries: new Map(), at });
export const entryOf = (node: Located | undefined, key: string): Located | undefined =>
  node?.kind === "map" ? node.entries.get(key)?.value : undefined;

/** A copy of `map` with `key` set to `value`, or without `key` if `value` is null. */
export function withEntry(map: LocatedMap, key: string, value: Located | null): LocatedMap {
  const entries = new Map(map.entries);
  if (value === null) entries.delete(key);
  else entries.set(key, { keyAt: entries.get(key)?.keyAt ?? value.at, value });
  return { ...map, entries };
}

/** The place of the value at a path of keys and indices, or of the nearest enclosing mapping if there is none. */
export function placeOf(node: Located, path: readonly (string | number)[]): Place {
  let here = node;
  for (const part of path) {
    const next: Located | undefined = here.kind === "list" ? here.items[Number(part)] : entryOf(here, String(part));
    if (next === undefined) return here.at;
    here = next;
  }
  return here.at;
}

/** The value at a path; undefined if there is none. */
export function nodeAt(node: Located, path: readonly (string | number)[]): Located | undefined {
  let here: Located | undefined = node;
  for (const part of path) here = here?.kind === "list" ? here.items[Number(part)] : entryOf(here, String(part));
  return here;
}

/** Paths of the values below `map` whose keys were typed in `file`; a list is one value. */
export function pathsTypedIn(map: LocatedMap, file: string, path = ""): readonly string[] {
  return [...map.entries].flatMap(([key, { keyAt, value }]) => {
    const inner = path === "" ? key : `${path}.${key}`;
    return value.kind === "map" ? pathsTypedIn(value, file, inner) : keyAt.file === file ? [inner] : [];
  });
}

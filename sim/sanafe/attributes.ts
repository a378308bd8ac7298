/**
 * Attributes of SANA-FE's files: text values that readers look up by name; attributes that no reader looks up cause a
 * warning.
 *
 * SANA-FE does not check the names of attributes; here an unknown name is reported with the nearest known one. Values
 * are the file's own text (no YAML typing): `0.10` stays distinct from `0.1`.
 */

import { InputError, type Problem } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { NumberList } from "./number-list.js";
import { Packed, spread, type Tree } from "./tree.js";

/** A finding and its places: a thousand neurons with the same mistake are one line. */
interface Finding {
  readonly file: string;
  readonly message: string;
  readonly fix: string;
  readonly paths: Set<string>;
}

function addTo(findings: Map<string, Finding>, file: string, path: string, message: string, fix: string): void {
  const key = `${file}\n${message}`;
  const finding = findings.get(key) ?? { file, message, fix, paths: new Set<string>() };
  findings.set(key, finding);
  finding.paths.add(path);
}

/** The first place, and the number of further ones. */
function placeOf({ paths }: Finding): string {
  const [first = ""] = paths;
  return `${first}${paths.size > 1 ? ` (and ${paths.size - 1} more)` : ""}`;
}

/** Problems and warnings of one import, collected over both files. */
export class ImportReport {
  private readonly problems = new Map<string, Finding>();
  private readonly slips = new Map<string, Finding>();
  private places = 0;

  problem(file: string, path: string, message: string, fix = ""): void {
    this.places++;
    addTo(this.problems, file, path, message, fix);
  }

  warn(file: string, path: string, message: string): void {
    this.places++;
    addTo(this.slips, file, path, message, "");
  }

  get hasProblems(): boolean {
    return this.problems.size > 0;
  }

  get warnings(): readonly string[] {
    return [...this.slips.values()].map((slip) => `${slip.file}: ${placeOf(slip)}: ${slip.message}`);
  }

  /** Number of places with a finding. */
  get findings(): number {
    return this.places;
  }

  throwIfAny(): void {
    if (this.hasProblems) {
      throw new InputError(
        [...this.problems.values()].map((problem): Problem => {
          return { file: problem.file, line: null, column: null, path: placeOf(problem), message: problem.message, fix: problem.fix };
        }),
      );
    }
  }
}

export function isMap(tree: Tree | undefined): tree is { readonly [key: string]: Tree } {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && !(tree instanceof Packed);
}

/** A list; a single value becomes a list of one, no value an empty list. */
export function listOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined || tree === null || tree === "") return [];
  if (tree instanceof Packed) return tree.entries();
  return Array.isArray(tree) ? spread(tree as readonly Tree[]) : [tree];
}

/** A map, or the maps of a list merged; the last value of a key counts (`[a: 1, b: 2]`). */
export function mergedMap(tree: Tree | undefined): { readonly [key: string]: Tree } {
  if (isMap(tree)) return tree;
  return Object.assign({}, ...listOf(tree).filter(isMap)) as { readonly [key: string]: Tree };
}

/** Attribute values, and the names that readers have looked up. */
export class Attributes {
  private readonly asked = new Set<string>();

  constructor(
    private readonly values: { readonly [name: string]: Tree },
    private readonly report: ImportReport,
    readonly file: string,
    readonly path: string,
  ) {}

  /** The first of `names` that is given; null if none is. */
  private find(names: readonly string[]): { name: string; value: Tree } | null {
    for (const name of names) this.asked.add(name);
    const name = names.find((candidate) => Object.hasOwn(this.values, candidate));
    return name === undefined ? null : { name, value: this.values[name] };
  }

  /** As `find`, of names that mean the same; warns if several are given. */
  private findSame(names: readonly string[]): { name: string; value: Tree } | null {
    const given = names.filter((name) => this.isGiven(name));
    if (given.length > 1) this.warn(`${given.join(" and ")} mean the same: ${given[0]} counts`);
    return this.find(names);
  }

  has(...names: readonly string[]): boolean {
    return this.find(names) !== null;
  }

  text(names: readonly string[], fallback: string | null): string {
    const found = this.findSame(names);
    if (found === null) {
      if (fallback === null) this.report.problem(this.file, this.path, `${names[0]} is missing`);
      return fallback ?? "";
    }
    if (typeof found.value === "string") return found.value;
    this.problem(`${found.name}: got ${JSON.stringify(found.value)}, expected a text`);
    return fallback ?? "";
  }

  number(names: readonly string[], fallback: number | null): number {
    const found = this.findSame(names);
    if (found === null) {
      if (fallback === null) this.report.problem(this.file, this.path, `${names[0]} is missing`);
      return fallback ?? 0;
    }
    const value = numberOf(found.value);
    if (value === null) this.report.problem(this.file, this.path, `${found.name}: got ${JSON.stringify(found.value)}, expected a number`);
    return value ?? 0;
  }

  /** A number of at least `least`. */
  least(least: number, names: readonly string[], fallback: number | null): number {
    const value = this.number(names, fallback);
    if (value < least) this.problem(`${names.find((name) => this.isGiven(name)) ?? names[0]}: got ${value}, expected ${least} or more`);
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const found = this.find([name]);
    if (found === null) return fallback;
    const text = String(found.value).toLowerCase();
    if (["true", "1", "yes", "on"].includes(text)) return true;
    if (["false", "0", "no", "off"].includes(text)) return false;
    this.report.problem(this.file, this.path, `${name}: got ${JSON.stringify(found.value)}, expected true or false`);
    return fallback;
  }

  /** Numbers of a (nested) list, flattened; null if not given. A single number is a list of one. */
  numbers(names: readonly string[]): ArrayLike<number> | null {
    const found = this.findSame(names);
    if (found === null) return null;
    if (found.value instanceof NumberList) return found.value.values;
    const flat: number[] = [];
    const take = (tree: Tree): void => {
      if (tree instanceof NumberList) for (const value of tree.values) flat.push(value);
      else if (Array.isArray(tree) || tree instanceof Packed) for (const entry of listOf(tree)) take(entry);
      else {
        const value = numberOf(tree);
        if (value === null) this.report.problem(this.file, this.path, `${found.name}: got ${JSON.stringify(tree)}, expected numbers`);
        else flat.push(value);
      }
    };
    take(found.value);
    return flat;
  }

  tree(name: string): Tree | undefined {
    return this.find([name])?.value;
  }

  problem(message: string): void {
    this.report.problem(this.file, this.path, message);
  }

  warn(message: string): void {
    this.report.warn(this.file, this.path, message);
  }

  /** Marks `names` as understood although they have no effect. */
  accept(...names: readonly string[]): void {
    for (const name of names) this.asked.add(name);
  }

  /** Warns about every attribute that was never looked up. */
  warnOfUnknown(): void {
    warnOfUnknown([this]);
  }

  /** Attributes that are given but never looked up. */
  unknown(): string[] {
    return Object.keys(this.values).filter((name) => !this.asked.has(name));
  }

  /** All names looked up, given or not. */
  known(): readonly string[] {
    return [...this.asked];
  }

  isGiven(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }
}

/** Warns about every attribute of a map that none of its readers has looked up. */
export function warnOfUnknown(readers: readonly [Attributes, ...Attributes[]]): void {
  const known = [...new Set(readers.flatMap((reader) => reader.known()))];
  for (const name of new Set(readers.flatMap((reader) => reader.unknown()))) {
    if (readers.some((reader) => reader.isGiven(name) && reader.known().includes(name))) continue;
    const hint = didYouMean(name, known);
    readers[0].warn(`attribute ${name} is not understood and has no effect${hint === "" ? "" : `; ${hint}`}`);
  }
}

/** The number that a text stands for; booleans count as 0 and 1. */
export function numberOf(tree: Tree): number | null {
  if (typeof tree !== "string" || tree.trim() === "") return null;
  if (/^true$/i.test(tree)) return 1;
  if (/^false$/i.test(tree)) return 0;
  const value = Number(tree);
  return Number.isFinite(value) ? value : null;
}

/** Largest number of entries of one range, so that a typing mistake does not fill the memory. */
export const MAX_RANGE = 1_000_000;

/** `name[2..5]` as name[2] .. name[5]; a plain name as itself; null if the range is longer than `MAX_RANGE`. */
export function namesOf(name: string): string[] | null {
  const range = /^(.*)\[(\d+)\.\.(\d+)\]$/.exec(name);
  if (range === null) return [name];
  const [, stem = "", first = "0", last = "0"] = range;
  const count = Number(last) - Number(first) + 1;
  if (count > MAX_RANGE) return null;
  return Array.from({ length: Math.max(count, 0) }, (_, i) => `${stem}[${Number(first) + i}]`);
}

/** First and last of `3` or `0..3`; null if it is neither, exceeds `MAX_RANGE`, or its first is above its last. */
export function rangeOf(text: string): { readonly first: number; readonly last: number } | null {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  return last >= MAX_RANGE || first > last ? null : { first, last };
}

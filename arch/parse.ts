/**
 * Turns a description's text into a frozen experiment: YAML, extended files, in-place sweeps, defaults, checks. Reports
 * all problems at once.
 *
 * Throws `InputError` with file:line:column of each problem, in the file where the value was typed.
 */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { existing } from "../base/entry.js";
import { InputError, inputError, type Problem } from "../base/errors.js";
import { type Json, sha256 } from "../base/hash.js";
import { didYouMean } from "../base/nearest.js";
import { packageRoot } from "../base/package-root.js";
import type { PluginFile } from "../base/plugin-file.js";
import { readText } from "../base/read-file.js";
import { withBasePaths } from "./base-paths.js";
import type { Experiment, SweepSpec } from "./experiment.js";
import { board } from "./kinds/board.js";
import type { DescriptionKind } from "./kinds/kind.js";
import { type AnyExperiment, type CoupledChip, descriptionKind, knownKind, ofKind } from "./kinds/registry.js";
import { checkNames, type KnownNames } from "./known-names.js";
import { mayBeNull, withoutTaken } from "./left-out.js";
import {
  entryOf,
  type LocatedMap,
  locatedFromJson,
  locatedFromYaml,
  mergeLocated,
  pathsTypedIn,
  placeOf,
  problemAt,
  toJson,
  withEntry,
} from "./located.js";
import { type DescriptionPlace, pricesWithTables, withTables } from "./macros/macro-files.js";
import { MACRO_TABLE_LIMIT } from "./macros/macro-schema.js";
import { checkNamed } from "./named-values.js";
import { type NamedPlugin, pluginPaths } from "./plugin-paths.js";
import { deepFreeze } from "./resolve.js";
import { shippedFiles, shippedNames, shippedPath } from "./shipped.js";
import { isInlineSweep, readSweep, takeInlineSweeps, type WrittenParameter } from "./sweep-section.js";
import { readYamlText } from "./yaml-text.js";

/** A file that a description extends, directly or indirectly. */
interface DescriptionBase {
  /** Name of a shipped chip, or path relative to the description. */
  readonly name: string;
  /** Hash of its content without its `sweep:`; comments and layout do not count. */
  readonly sha256: string;
}

/** A description of any kind. Plain data, which can be sent to workers. */
export interface ParsedDescription {
  /** As the user typed it. */
  readonly file: string;
  /** Extended files, nearest first. */
  readonly bases: readonly DescriptionBase[];
  /** Paths of the values that the file itself sets, without those of extended files. */
  readonly ownPaths: readonly string[];
  /**
   * The whole description: extended files merged, defaults included, in-place sweeps at their first value, without
   * `sweep:`.
   */
  readonly document: Json;
  /** The design point as written. */
  readonly experiment: AnyExperiment;
  /** Its search; null: there is none. */
  readonly sweep: SweepSpec | null;
  /** Loaded plug-ins that it can use. */
  readonly plugins: readonly PluginFile[];
}
/** A description of a board. */
export interface ParsedArch extends ParsedDescription {
  /** The design point as written. */
  readonly experiment: Experiment;
}

/** Known names for a description with these plug-ins. @throws InputError if one is not loaded */
type Known = (named: readonly NamedPlugin[]) => KnownNames;

const EXTENDS_LIMIT = 16;

/** Values that replace those of a description, nested as it is; `null` as in a file that extends it. */
export type Over = { readonly [key: string]: unknown };

/** Parses a board's description. @throws InputError also if the chip has its own core model. */
export function parseArch(text: string, file: string, known: KnownNames | Known = {}, over: Over = {}): ParsedArch {
  const { source, bases, problems } = readWhole(text, file);
  const model = source.entries.get("model");
  if (model !== undefined) {
    const message = "describes a chip with its own core model, in which time decides what is computed";
    throw new InputError([problemAt(model.keyAt, "model", message, "run such chips with snn-dse sweep, sim, check, coupled and conform")]);
  }
  return resolved(source, file, bases, known, problems, board, over);
}

/** A description of any kind. A chip with its own core model runs no network file, so `over` changes boards only. */
export function parseDescription(text: string, file: string, known: KnownNames | Known = {}, over: Over = {}): ParsedDescription {
  const { source, bases, problems } = readWhole(text, file);
  const kind = descriptionKind(source);
  return resolved(source, file, bases, known, problems, kind, kind.keyAt(["network"]) === null ? {} : over);
}

/** Parses a coupled chip's description without its workload. @throws InputError also if it describes a board. */
export function parseCoupledChip(text: string, file: string): CoupledChip {
  return ofKind<CoupledChip>(parseDescription(text, file).experiment, {
    board: () => {
      throw inputError(file, "describes a chip without its own core model", "run such chips with snn-dse sweep, sim and check");
    },
    coupled: ({ chip }) => chip,
  });
}

/** As `parseArch`, from disk. */
export function readArch(file: string, known: KnownNames | Known = {}): ParsedArch {
  return parseArch(readDescriptionText(file), file, known);
}

/** As `parseDescription`, from disk. */
export function readDescription(file: string, known: KnownNames | Known = {}): ParsedDescription {
  return parseDescription(readDescriptionText(file), file, known);
}

/**
 * Plug-ins that a description or an extended file names; nothing else is checked. A text that names none is not parsed.
 */
export function pluginPathsOf(text: string, file: string): readonly NamedPlugin[] {
  if (!/\bplugins\b/.test(text) && !/^\s*["']?extends\b.*[/.]/m.test(text)) return [];
  const { source, problems } = readWhole(text, file);
  const named = pluginPaths(source, problems);
  if (problems.length > 0) throw new InputError(inOrder(problems));
  return named;
}

export const readDescriptionText = (file: string): string => readYamlText(file, { fix: "snn-dse init writes a starter", pipes: true });

/** All values of a description and its extended files, with their places. @throws InputError if it is not a tree */
export const readDescriptionTree = (file: string): LocatedMap => readWhole(readDescriptionText(file), file).source;

function resolved<E>(
  source: LocatedMap,
  file: string,
  bases: readonly DescriptionBase[],
  given: KnownNames | Known,
  problems: Problem[],
  kind: DescriptionKind<E>,
  over: Over,
): Omit<ParsedDescription, "experiment"> & { readonly experiment: E } {
  const named = pluginPaths(source, problems);
  const known = typeof given === "function" ? given(named) : given;
  const section = entryOf(source, "sweep");
  const inline: WrittenParameter[] = [];
  const bare = takeInlineSweeps(
    ["sweep", "extends", "plugins"].reduce((map, key) => withEntry(map, key, null), source),
    inline,
  );
  const names = { metrics: known.metrics ?? null, quantiles: known.quantiles ?? [], samplers: known.samplers ?? null };
  const { document: filled, sweep, written } = readSweep(bare, section, inline, names, kind.pathOf, problems);
  // A key with a wrong sweep has no value to check; its default is used so that the rest is still checked.
  const whole = kind.complete(laidUnder(withoutUnfilled(filled, inline), over, file, kind), file);
  const ofValues: Problem[] = [];
  const experiment = attempt(() => kind.resolve(whole), ofValues);
  // A key without a default has a sweep then, which is reported if it is wrong: it is not missing.
  problems.push(...ofValues.filter(({ path, message }) => message !== "is missing" || !inline.some((one) => one.path === path)));
  checkNames(whole, written, known, problems);
  if (known.models === true) {
    checkNamed(whole, ["network", "model"], written, (name) => (modelPath(name, file) === undefined ? missingModel(name) : null), problems);
    checkNamed(
      whole,
      ["training", "base"],
      written,
      (name) => (configPath(name, file) === undefined ? missingConfig(name) : null),
      problems,
    );
  }
  if (problems.length > 0 || experiment === null) throw new InputError(inOrder(problems.map((problem) => typableIn(file, problem, kind))));
  const parsed = { file, bases, ownPaths: pathsTypedIn(source, file), document: toJson(whole), experiment, sweep };
  return deepFreeze({ ...parsed, plugins: known.plugins ?? [] });
}

function laidUnder(typed: LocatedMap, over: Over, file: string, { keyAt }: Pick<DescriptionKind<never>, "keyAt">): LocatedMap {
  const above = locatedFromJson(over, file) as LocatedMap;
  const [whole] = withoutTaken(mergeLocated(typed, above), above, keyAt);
  return whole;
}

/** A key of an extended file cannot be deleted in the extending one, so the fix says what to write there. */
function typableIn(file: string, problem: Problem, { keyAt }: Pick<DescriptionKind<never>, "keyAt">): Problem {
  const { file: at, path, fix } = problem;
  const keys = path.match(/[^.[]+(?:\[[^\]]*\])?/g) ?? [];
  if (at === file || fix.includes(": null") || !/\bleave (?:it|one of them) out\b/.test(fix) || !mayBeNull(keyAt(keys))) return problem;
  return { ...problem, fix: `${fix} (in the file that extends it: ${nullAt(keys)})` };
}

/** YAML of `null` at the keys, on one line; keys with brackets need quotes inside braces. */
function nullAt([first, ...rest]: readonly string[]): string {
  const inner = rest.reduceRight((below, key) => `{ ${key.includes("[") ? JSON.stringify(key) : key}: ${below} }`, "null");
  return `${first}: ${inner}`;
}

/** A core model is named at the top level. */
const NAMES_MODEL = /^model:/m;

/** Names of the shipped chips that are boards, sorted. */
export const shippedChips = (): readonly string[] => chipsThat((text) => !NAMES_MODEL.test(text));
/** Names of the shipped chips with their own core model, sorted. */
export const shippedCoupledChips = (): readonly string[] => chipsThat((text) => NAMES_MODEL.test(text));

const chipsThat = (is: (text: string) => boolean): readonly string[] =>
  shippedFiles("chip")
    .filter(({ path }) => is(readFileSync(path, "utf8")))
    .map(({ name }) => name);

/** A shipped chip with its own core model. */
export const shippedCoupledChip = (name: string): CoupledChip =>
  parseCoupledChip(readFileSync(existing(shippedPath("chip", name), `chip ${name}`), "utf8"), `arch/chips/${name}.yaml`);

const chipFolder = (): string => join(packageRoot(), "arch", "chips");

/**
 * Path of a description's model file: beside the description, else a shipped model. @throws InputError that says where
 * it was looked for.
 */
export function resolveModelPath(model: string, file: string, key = "network.model"): string {
  const found = modelPath(model, file);
  if (found !== undefined) return found;
  const { message, fix } = missingModel(model);
  throw inputError(file, message, fix, key);
}

function modelPath(model: string, file: string): string | undefined {
  const root = packageRoot();
  const sought = [resolve(dirname(file), model), resolve(root, "training", "models", model), resolve(root, model)];
  return sought.find((path) => existsSync(path)) ?? shippedPath("model", model) ?? undefined;
}

/**
 * Path of a search's base configuration: beside the description, else a shipped one. @throws InputError if there is
 * none
 */
export function resolveConfigPath(base: string, file: string): string {
  const found = configPath(base, file);
  if (found !== undefined) return found;
  const { message, fix } = missingConfig(base);
  throw inputError(file, message, fix, "training.base");
}

function configPath(base: string, file: string): string | undefined {
  const path = resolve(dirname(file), base);
  return existsSync(path) ? path : (shippedPath("config", base) ?? undefined);
}

/**
 * A data set's folder that the file `file` names: beside that file, else, as a shipped file means it, below the folder
 * where the program was started; unchanged if nothing is at either.
 */
export function resolveDataPath(path: string, file: string): string {
  const beside = resolve(dirname(file), path);
  return existsSync(beside) ? beside : path;
}

const missingConfig = (base: string) => ({
  message: `no training configuration ${base}, neither beside this file nor among the shipped ones`,
  fix: didYouMean(base, shippedNames("config")) || "check the path, or name a shipped one: snn-dse examples",
});

const missingModel = (model: string) => ({
  message: `no model file ${model}, neither beside this file nor among the shipped models`,
  fix: didYouMean(basename(model, ".safetensors"), shippedNames("model")) || "check the path, or train one: snn-dse train",
});

/** A file's tree merged with all extended files, these files, nearest first, and the problems so far. */
function readWhole(text: string, file: string): { source: LocatedMap; bases: DescriptionBase[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const bases: DescriptionBase[] = [];
  return { source: readWithBases(text, file, [resolve(file)], bases, problems), bases, problems };
}

/**
 * The file's tree merged with all extended files, which are added to `bases`. `trail`: paths of the files from the
 * description to this one.
 */
function readWithBases(text: string, file: string, trail: readonly string[], bases: DescriptionBase[], problems: Problem[]): LocatedMap {
  const typed = withTables(locatedFromYaml(text, file), { path: trail.at(-1) as string, shown: file }, readTable, problems);
  checkVersion(typed, problems);
  // Reported above; the right version is used so that it is not reported again.
  const written = withEntry(typed, "version", { kind: "scalar", value: 1, at: placeOf(typed, ["version"]) });
  if (trail.length > 1) bases.push(baseOf(written, trail));
  const source = withBasePaths(written, dirname(trail.at(-1) as string), dirname(trail[0]), existsSync);
  const base = entryOf(source, "extends");
  if (base === undefined) return source;
  const at = base.at;
  const refuse = (message: string, fix = ""): LocatedMap => {
    problems.push(problemAt(at, "extends", message, fix));
    return source;
  };
  if (base.kind !== "scalar" || typeof base.value !== "string" || base.value === "") return refuse("expected the name of a chip or a file");
  const isFile = base.value.includes("/") || /\.ya?ml$/.test(base.value);
  const path = isFile ? resolve(dirname(file), base.value) : join(chipFolder(), `${base.value}.yaml`);
  const shown = isFile ? (isAbsolute(base.value) ? base.value : join(dirname(file), base.value)) : `arch/chips/${base.value}.yaml`;
  const chips = isFile ? [] : shippedNames("chip");
  if (!isFile && !chips.includes(base.value)) {
    return refuse(`no shipped chip is named ${base.value}`, didYouMean(base.value, chips) || `shipped: ${chips.join(", ")}`);
  }
  if (trail.includes(path))
    return refuse(`extends itself: ${[...trail.slice(trail.indexOf(path)), path].map((step) => step.split("/").at(-1)).join(" -> ")}`);
  if (trail.length > EXTENDS_LIMIT) return refuse(`more than ${EXTENDS_LIMIT} files extend each other`);
  let baseText: string;
  try {
    baseText = readYamlText(path, { fix: "write the name of a shipped chip without .yaml", pipes: false });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [problem] = error.problems;
    return refuse(`${shown}: ${problem?.message}`, problem?.fix);
  }
  const under = readWithBases(baseText, shown, [...trail, path], bases, problems);
  // A search belongs to one file: its section replaces the base's and is not merged with it.
  const keep = entryOf(source, "sweep") === undefined ? under : withEntry(under, "sweep", null);
  const kind = knownKind(entryOf(source, "model") === undefined ? under : source);
  const [left, over] = withoutTaken(keep, source, (keys) => kind?.keyAt(keys) ?? null);
  return mergeLocated(left, over, isInlineSweep);
}

const readTable = (path: string): string =>
  readText(path, { what: "table of macros", mostBytes: MACRO_TABLE_LIMIT, fix: "its path is relative to the file that names it" });

/**
 * Prices by name, of a file or an object, with the content of their tables. @throws InputError if a table cannot be
 * read
 */
export function pricesFrom(prices: LocatedMap, place: DescriptionPlace): { readonly [key: string]: Json } {
  const problems: Problem[] = [];
  const whole = toJson(pricesWithTables(prices, place, readTable, problems));
  if (problems.length > 0) throw new InputError(problems);
  return whole as { readonly [key: string]: Json };
}

function baseOf(source: LocatedMap, trail: readonly string[]): DescriptionBase {
  const [path, description] = [trail.at(-1) as string, trail[0]];
  const isShipped = dirname(path) === chipFolder();
  const name = isShipped ? basename(path, ".yaml") : relative(dirname(description), path);
  return { name, sha256: sha256(JSON.stringify(toJson(withEntry(source, "sweep", null)))) };
}

function checkVersion(source: LocatedMap, problems: Problem[]): void {
  const version = entryOf(source, "version");
  if (version === undefined) problems.push(problemAt(source.at, "version", "is missing", "add a line: version: 1"));
  else if (version.kind !== "scalar" || version.value !== 1)
    problems.push(
      problemAt(version.at, "version", `is ${JSON.stringify(toJson(version))}; this program reads version 1`, "write version: 1"),
    );
}

function withoutUnfilled(document: LocatedMap, written: readonly WrittenParameter[]): LocatedMap {
  const broken = new Set(written.map(({ pathAt }) => pathAt));
  let result = document;
  for (const [key, { value }] of document.entries) {
    if (value.kind === "map") result = withEntry(result, key, withoutUnfilled(value, written));
    else if (value.kind === "scalar" && value.value === null && broken.has(value.at)) result = withEntry(result, key, null);
  }
  return result;
}

function attempt<T>(run: () => T, problems: Problem[]): T | null {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}

/** Sorts problems by file in order of first appearance, then line and column; equal problems only once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  const distinct = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...distinct.values()].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

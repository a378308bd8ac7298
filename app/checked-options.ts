/**
 * Options of the library's functions, checked by name, kind and range: programs in plain JavaScript have no compiler,
 * and a misspelt option would be ignored in silence. Pure.
 */
import { InputError, type Problem, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import { isPlain } from "../base/plain-object.js";
import type { PluginFile } from "../base/plugin-file.js";

const isWhole = (value: unknown, low: number): boolean => Number.isSafeInteger(value) && (value as number) >= low;
const isText = (value: unknown): value is string => typeof value === "string";

/** The kind of a word of a list. */
export const oneOf = (words: readonly string[]): `one of ${string}` => `one of ${words.join(", ")}`;
/** The words of such a kind; null: it is another kind. */
const wordsOf = (kind: string): readonly string[] | null => (kind.startsWith(oneOf([])) ? kind.slice(oneOf([]).length).split(", ") : null);

/** What `loadPlugins` gives. */
const isPlugin = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ["name", "path", "sha256"].every((field) => isText((value as { [field: string]: unknown })[field]));

/** What to type where a value is of another kind. */
const FIXES: { readonly [kind: string]: string } = { "list of loaded plug-ins": 'plugins: await loadPlugins(["./halton.mjs"])' };

/** Whether a value is of a kind. Numbers are finite, objects are plain. */
const FITS = {
  boolean: (value: unknown): boolean => typeof value === "boolean",
  number: (value: unknown): boolean => Number.isFinite(value),
  "number above 0": (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0,
  percentage: (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0 && (value as number) <= 100,
  "whole number": (value: unknown): boolean => isWhole(value, Number.MIN_SAFE_INTEGER),
  "whole number from 0": (value: unknown): boolean => isWhole(value, 0),
  "whole number from 1": (value: unknown): boolean => isWhole(value, 1),
  text: isText,
  list: (value: unknown): boolean => Array.isArray(value),
  "list of text": (value: unknown): boolean => Array.isArray(value) && value.every(isText),
  "list of numbers": (value: unknown): boolean => Array.isArray(value) && value.every(Number.isFinite),
  "list of whole numbers from 0": (value: unknown): boolean => Array.isArray(value) && value.every((item) => isWhole(item, 0)),
  function: (value: unknown): boolean => typeof value === "function",
  "list of loaded plug-ins": (value: unknown): boolean => Array.isArray(value) && value.every(isPlugin),
  signal: (value: unknown): boolean => value instanceof AbortSignal,
  object: (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value),
  null: (value: unknown): boolean => value === null,
} as const satisfies { readonly [kind: string]: (value: unknown) => boolean };

type NumberKind = "number" | "number above 0" | "percentage" | "whole number" | "whole number from 0" | "whole number from 1";

/** The kinds of values of a type. */
type KindOf<T> = [T] extends [boolean]
  ? "boolean"
  : [T] extends [number]
    ? NumberKind
    : [T] extends [string]
      ? string extends T
        ? "text"
        : `one of ${string}`
      : [T] extends [readonly string[]]
        ? "list of text"
        : [T] extends [readonly number[]]
          ? "list of numbers" | "list of whole numbers from 0"
          : [T] extends [readonly PluginFile[]]
            ? "list of loaded plug-ins"
            : [T] extends [readonly unknown[]]
              ? "list"
              : [T] extends [(...given: never[]) => unknown]
                ? "function"
                : [T] extends [string | readonly string[]]
                  ? "text or list of text"
                  : [T] extends [AbortSignal]
                    ? "signal"
                    : "object";

type Nullable<T, Kind extends string> = null extends T ? `${Kind} or null` : Kind;

/** Every option of `Options` with its kind: the compiler holds this list to the type. */
type Kinds<Options> = { readonly [K in keyof Options]-?: Nullable<Options[K], KindOf<NonNullable<Options[K]>>> };

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : typeof value === "string" ? "text" : typeof value;

/** A value as a message names it; of a list also its first item that fits none of the kinds. */
function said(value: unknown): string {
  if (isText(value)) return quoted(value);
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) && value.length > 0) return `a list with ${value.map(said).slice(0, 3).join(", ")}`;
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !isPlain(value))
    return `an object of ${value.constructor.name}`;
  return kindOf(value);
}

const fits = (value: unknown, kind: string): boolean => wordsOf(kind)?.includes(value as string) ?? FITS[kind as keyof typeof FITS](value);

/** What to type: the word that was meant. */
function fixOf(value: unknown, kind: string): string | undefined {
  const words = kind.split(" or ").flatMap((one) => wordsOf(one) ?? []);
  return isText(value) && words.length > 0 ? didYouMean(value, words) : FIXES[kind];
}

/** An option that says nothing beside the others, or without one of them. */
type Idle = readonly [isIdle: boolean, option: string, why: string];

/**
 * Returns the options as they are.
 *
 * @param caller the function, as an error names it
 * @param idle options that would have no effect together
 * @throws InputError for every option that `kinds` has not, has another kind or range, or would have no effect
 */
export function checkedOptions<Options extends object>(
  caller: string,
  options: Options,
  kinds: Kinds<Options>,
  idle: (options: Options) => readonly Idle[] = () => [],
): Options {
  if (kindOf(options) !== "object") throw new InputError([problem(caller, "", `got ${kindOf(options)}, expected an object of options`)]);
  const names = Object.keys(kinds);
  const wrong = Object.entries(options).flatMap(([name, value]: [string, unknown]): readonly Problem[] => {
    if (!Object.hasOwn(kinds, name))
      return [problem(caller, name, "is no option", didYouMean(name, names) || `options: ${names.join(", ")}`)];
    const kind: string = kinds[name as keyof Options];
    if (value === undefined || kind.split(" or ").some((one) => fits(value, one))) return [];
    return [problem(caller, name, `got ${said(value)}, expected ${kind}`, fixOf(value, kind))];
  });
  const found =
    wrong.length > 0 ? wrong : idle(options).flatMap(([is, name, why]) => (is ? [problem(caller, name, why, "leave it out")] : []));
  if (found.length > 0) throw new InputError(found);
  return options;
}

/** As `checkedOptions`, where none may be left out. */
export function completeOptions<Options extends object>(caller: string, options: Options, kinds: Kinds<Options>): Options {
  const given = checkedOptions(caller, options, kinds);
  const missing = Object.keys(kinds).filter((name) => given[name as keyof Options] === undefined);
  if (missing.length > 0)
    throw new InputError(missing.map((name) => problem(caller, name, `is missing, expected ${kinds[name as keyof Options]}`)));
  return given;
}

/** @throws InputError for what `open` did not give, e.g. a path */
export function demandDescription(caller: string, description: unknown): void {
  if (typeof description === "object" && description !== null && "document" in description && "experiment" in description) return;
  const fix = isText(description) ? `open it first: open(${JSON.stringify(description)})` : "give what open returned";
  throw new InputError([problem(caller, "", `got ${said(description)}, expected an open description`, fix)]);
}

/** @throws InputError for anything but a text. `what`: the path of ... */
export function demandText(caller: string, value: unknown, what: string): void {
  if (!isText(value)) throw new InputError([problem(caller, "", `got ${said(value)}, expected ${what}`)]);
}

/** @throws InputError for anything but a number */
export function demandPointNumber(value: unknown): void {
  if (typeof value !== "number") throw new InputError([problem("point", "", `got ${said(value)}, expected the number of a point`)]);
}

/** @throws InputError for anything but a plain object */
export function demandValues(caller: string, values: unknown): void {
  if (!FITS.object(values)) throw new InputError([problem(caller, "", `got ${said(values)}, expected an object of values by path`)]);
}

/** @throws InputError for anything but a list of texts with at least one. `what`: paths of ... */
export function demandTexts(caller: string, value: unknown, what: string): void {
  if (Array.isArray(value) && value.length > 0 && value.every(isText)) return;
  const given = Array.isArray(value) && value.length === 0 ? "an empty list" : said(value);
  throw new InputError([problem(caller, "", `got ${given}, expected a list of ${what}`)]);
}

/** @throws InputError for anything but what the function `by` gave, which has a field of this name */
export function demandGiven(caller: string, value: unknown, field: string, by: string): void {
  if (typeof value === "object" && value !== null && field in value) return;
  throw new InputError([problem(caller, "", `got ${said(value)}, expected what ${by} gave`)]);
}

const problem = (file: string, path: string, message: string, fix = ""): Problem => ({
  file,
  line: null,
  column: null,
  path,
  message,
  fix,
});

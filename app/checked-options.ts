/**
 * Options of the library's functions, checked by name and kind: programs in plain JavaScript have no compiler, and a
 * misspelt option would be ignored in silence. Pure.
 */
import { InputError, type Problem, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";

/** The kind of a value of a type. */
type KindOf<T> = [T] extends [boolean]
  ? "boolean"
  : [T] extends [number]
    ? "number"
    : [T] extends [string]
      ? "text"
      : [T] extends [readonly unknown[]]
        ? "list"
        : [T] extends [(...given: never[]) => unknown]
          ? "function"
          : [T] extends [string | readonly unknown[]]
            ? "text or list"
            : "object";

type Nullable<T, Kind extends string> = null extends T ? `${Kind} or null` : Kind;

/** Every option of `Options` with its kind: the compiler holds this list to the type. */
type Kinds<Options> = { readonly [K in keyof Options]-?: Nullable<Options[K], KindOf<NonNullable<Options[K]>>> };

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : typeof value === "string" ? "text" : typeof value;

/** An option that says nothing beside the others, or without one of them. */
type Idle = readonly [isIdle: boolean, option: string, why: string];

/**
 * Returns the options as they are.
 *
 * @param caller the function, as an error names it
 * @param idle options that would have no effect together
 * @throws InputError for every option that `kinds` has not, has another kind, or would have no effect
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
    const fits = value === undefined || kind.split(" or ").includes(kindOf(value));
    return fits ? [] : [problem(caller, name, `got ${typeof value === "string" ? quoted(value) : kindOf(value)}, expected ${kind}`)];
  });
  const found =
    wrong.length > 0 ? wrong : idle(options).flatMap(([is, name, why]) => (is ? [problem(caller, name, why, "leave it out")] : []));
  if (found.length > 0) throw new InputError(found);
  return options;
}

const problem = (file: string, path: string, message: string, fix = ""): Problem => ({
  file,
  line: null,
  column: null,
  path,
  message,
  fix,
});

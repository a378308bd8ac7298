/**
 * Finds the line of a problem that was found after parsing, in the description's files. Effects: reads the files again.
 */
import { type Located, nodeAt, type Place, readDescriptionTree } from "../arch/index.js";
import { InputError, type Problem } from "../base/errors.js";

const IS_DESCRIPTION = /\.ya?ml$/i;

/**
 * The error with line and column added to each problem that names a path in a description but no line. If the value
 * comes from another file, the place is in that file.
 * @param changed paths whose values do not come from the files, and so have no line
 */
export function withPlaces(error: InputError, changed: readonly string[] = []): InputError {
  const trees = new Map<string, Located | null>();
  const treeOf = (file: string): Located | null => {
    let tree = trees.get(file);
    if (tree === undefined) {
      tree = attempt(file);
      trees.set(file, tree);
    }
    return tree;
  };
  return new InputError(
    error.problems.map((problem) => (changed.includes(problem.path) ? problem : { ...problem, ...placeIn(problem, treeOf) })),
  );
}

/**
 * Runs `run` and gives its errors the file, line and column of a section of the description: code that maps a network
 * knows the request, but not its place in the file.
 */
export async function inSection<T>(file: string, section: "mapping", run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => (problem.path.startsWith(`${section}.`) ? { ...problem, file } : problem)));
  }
}

/** A file that cannot be read, or is not a description, is skipped; other code reports it. */
function attempt(file: string): Located | null {
  try {
    return readDescriptionTree(file);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The value at a path whose names may contain dots, as names of populations do; undefined if there is none. */
function nodeOf(tree: Located, [part, ...rest]: readonly string[]): Located | undefined {
  if (part === undefined) return tree;
  const found = nodeAt(tree, [part]);
  if (found !== undefined) return nodeOf(found, rest);
  const [next, ...others] = rest;
  return next === undefined ? undefined : nodeOf(tree, [`${part}.${next}`, ...others]);
}

function placeIn({ file, line, path }: Problem, treeOf: (file: string) => Located | null): Place | null {
  if (line !== null || path === "" || !IS_DESCRIPTION.test(file)) return null;
  const tree = treeOf(file);
  const at =
    tree === null
      ? undefined
      : nodeOf(
          tree,
          path.split(/[.[\]]+/).filter((part) => part !== ""),
        )?.at;
  return at === undefined || at.line === null ? null : at;
}

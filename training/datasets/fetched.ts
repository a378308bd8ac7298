/** The place of a data set that the user has to fetch. */
import { inputError } from "../../base/errors.js";
import { type FileTree, openTree } from "./tree.js";

/** A data set as messages name it, and how to get it. */
interface Fetched {
  readonly name: string;
  /** What to type or do. */
  readonly fetch: string;
}

/** The place that the user gave. @throws InputError without one */
export function givenPlace(path: string | null, { name, fetch }: Fetched): string {
  if (path !== null) return path;
  throw inputError(
    name,
    "does not come with this package, and its place is not given",
    `${fetch}; name the folder as workload.path in a description, as data.path in a training configuration, or with --data`,
  );
}

/** The folder or archive that the user gave. @throws InputError without one, or where nothing lies there */
export const givenTree = (path: string | null, set: Fetched): FileTree => openTree(givenPlace(path, set), set.fetch);

/** Path of a data set that the user has to download. */
import { inputError } from "../../base/errors.js";
import { type FileTree, openTree } from "./tree.js";

/** Name of a data set in messages, and how to get it. */
interface Fetched {
  readonly name: string;
  /** What the user has to type or do. */
  readonly fetch: string;
}

/** The path that the user gave. @throws InputError if there is none */
export function givenPlace(path: string | null, { name, fetch }: Fetched): string {
  if (path !== null) return path;
  throw inputError(
    name,
    "does not come with this package, and its place is not given",
    `${fetch}; name the folder as workload.path in a description, as data.path in a training configuration, or with --data`,
  );
}

/** The folder or archive that the user gave. @throws InputError if none was given, or if it does not exist */
export const givenTree = (path: string | null, set: Fetched): FileTree => openTree(givenPlace(path, set), set.fetch);

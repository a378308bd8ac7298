/** What of a data set is not read, or is read as nothing, in warnings: nothing of it vanishes without a word. Pure. */
import type { FileTree } from "./tree.js";

const ENDINGS = /(\.(wav|flac|sph|mp3|ogg|opus|m4a|aac|aiff?|au))+$/i;
const ARCHIVE = /\.(tar\.gz|tgz)$/;
const MOST_NAMED = 3;

/** A warning that counts and names what `is` says of it; none of nothing. */
export function leftOut(one: string, is: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const named = names.slice(0, MOST_NAMED).join(", ");
  const rest = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : "";
  return [`${names.length} ${one}${names.length === 1 ? "" : "s"} ${is}: ${named}${rest}`];
}

/** A warning of recordings: what it says of one, and of several. */
export const recordingsThat = (names: readonly string[], one: string, several: string): readonly string[] =>
  leftOut("recording", names.length === 1 ? one : several, names);

/** A warning of recordings without events: they are samples as all others. */
export const silentRecordings = (names: readonly string[]): readonly string[] =>
  recordingsThat(names, "holds no events, and is read as silence", "hold no events, and are read as silence");

/** Name of a recording of a file that holds many. */
export const recordingName = (file: string, index: number): string => `${file}, recording ${index}`;

/**
 * Paths of sounds, and of other archives, that the reader of a data set knows nothing of; `tree`: the folder `top`
 * itself, or the archive in it that is read. Copies in another format, with the name of a known one, do not count.
 */
export function unknownFiles(
  top: FileTree,
  tree: FileTree,
  isKnown: (path: string) => boolean,
  nameOf = (path: string): string => path,
): readonly string[] {
  const nameIn = (path: string): string => nameOf(path).toLowerCase().replace(ENDINGS, "");
  const known = new Set(tree.paths.filter(isKnown).map(nameIn));
  return [...new Set([tree, top])].flatMap(({ name, paths }) =>
    paths
      .filter((path) => (ENDINGS.test(path) && !isKnown(path) && !known.has(nameIn(path))) || (ARCHIVE.test(path) && !path.includes("/")))
      .map((path) => `${name}/${path}`)
      .filter((path) => path !== tree.name),
  );
}

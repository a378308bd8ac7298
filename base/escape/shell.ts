/** The filter of commands that a reader may copy into a shell. Pure. */
import { withoutControls } from "./controls.js";

/**
 * A file as one word for a POSIX shell. One whose name begins with a hyphen is written with its folder, as it would be
 * read as an option.
 */
export const shellWord = (file: string): string => shellValue(withoutControls(file).replace(/^-/, "./-"));

/** An option's value as one word for a POSIX shell, between apostrophes unless every character is harmless. */
export function shellValue(text: string): string {
  const plain = withoutControls(text);
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

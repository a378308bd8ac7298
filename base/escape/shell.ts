/** The filter of commands that a reader may copy into a shell. Pure. */
import { withoutControls } from "./controls.js";

/**
 * One word for a POSIX shell, between apostrophes unless every character is harmless. A file whose name begins with a
 * hyphen is written with its folder, as it would be read as an option.
 */
export function shellWord(text: string): string {
  const plain = withoutControls(text).replace(/^-/, "./-");
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

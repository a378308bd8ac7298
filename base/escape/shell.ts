/** The filter of commands that a reader may copy into a shell. Pure. */
import { withoutControls } from "./controls.js";

/** One word for a POSIX shell, between apostrophes unless every character is harmless. */
export function shellWord(text: string): string {
  const plain = withoutControls(text);
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

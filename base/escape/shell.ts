/** The filter of commands that a reader may copy into a shell. Pure. */
import { withoutControls } from "./controls.js";

/** One word for a POSIX shell: as it is where every character is harmless, else between apostrophes. */
export function shellWord(text: string): string {
  const plain = withoutControls(text);
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

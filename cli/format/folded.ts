/** Lines that are wider than the terminal, folded between words. Pure. */
import { unstyled } from "./terminal-text.js";
import { visibleWidth } from "./text-table.js";

/**
 * Columns from the left within which a text that stands behind a name, two blanks or more apart, keeps its own edge.
 */
const WIDEST_NAME = 30;
/** Commands are for copying: a terminal that breaks them itself copies them whole. */
const COMMAND = /^\s*(\$ |(snn-dse|npx|npm) \S)/;

/** Where a line goes on: below the text behind its first gap of two blanks, or two columns behind its beginning. */
function edgeOf(line: string, room: number): number {
  const name = /^(\s*\S.*?\s{2,})\S/.exec(line)?.[1] ?? "";
  const own = line.length - line.trimStart().length + 2;
  return name !== "" && name.length <= Math.min(WIDEST_NAME, room / 2) ? name.length : Math.min(own, Math.floor(room / 2));
}

/** A line as lines of at most `room` cells; a word that is longer stays whole, and so does a command. */
export function folded(line: string, room: number): readonly string[] {
  if (visibleWidth(line) <= room || COMMAND.test(unstyled(line))) return [line];
  const edge = " ".repeat(edgeOf(unstyled(line), room));
  const lines: string[] = [];
  let last = "";
  for (const [word] of line.matchAll(/\s*\S+/g)) {
    if (last.trim() !== "" && visibleWidth(last + word) > room) {
      lines.push(last);
      last = edge + word.trimStart();
    } else last += word;
  }
  return [...lines, last];
}

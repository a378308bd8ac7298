/** Folds lines that are wider than the terminal, between words. Pure. */
import { unstyled } from "./terminal-text.js";
import { visibleWidth } from "./text-table.js";

/** A name of at most this width before two or more blanks: the text after it is folded in its own column. */
const WIDEST_NAME = 30;
/** Commands are not folded, so that they can be copied: a line that the terminal itself breaks is copied whole. */
const COMMAND = /^\s*(\$ |(snn-dse|npx|npm) \S)/;

/** Left edge of the continued line: below the text after the first gap of two blanks, or indented by two columns. */
function edgeOf(line: string, room: number): number {
  const name = /^(\s*\S.*?\s{2,})\S/.exec(line)?.[1] ?? "";
  const own = line.length - line.trimStart().length + 2;
  return name !== "" && name.length <= Math.min(WIDEST_NAME, room / 2) ? name.length : Math.min(own, Math.floor(room / 2));
}

/** Folds a line into lines of at most `room` cells; longer words and commands stay whole. */
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

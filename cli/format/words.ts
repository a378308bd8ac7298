/** Breaks running text into lines. Pure. */
import { cellsOf } from "./cells.js";

/** Lines of at most `width` cells; line breaks of the text stay. */
export function wrapped(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/\s+/).filter((part) => part !== "")) {
      if (line !== "" && cellsOf(line) + 1 + cellsOf(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}

/** Phrases in lines of at most `width` cells, with two blanks between; no phrase is broken. */
export function phrases(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 2 + cellsOf(part) <= width) lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(part);
  }
  return lines;
}

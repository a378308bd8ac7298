/**
 * Replaces the way in which Ink builds a frame: joins the placed texts row by row, with blanks between them. Ink splits
 * each text into graphemes and makes an object per cell, which takes 50 ms of processor time per frame of 200 x 60;
 * this takes 0.4 ms for the same rows. A text may hold style marks (`format/terminal-text.ts`).
 * Throws: Error if Ink has no such class. Not modelled: clipping, which no panel needs. A text that begins within an
 * earlier one hides the rest of it.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { visibleWidth } from "../format/text-table.js";
import { exactly } from "./text/exactly.js";

interface Placed {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly transformers: readonly ((line: string, row: number) => string)[];
}

/** Fields of Ink's class `Output` from which a frame is built. */
export interface InkOutput {
  readonly height: number;
  readonly operations: readonly Placed[];
}

interface Piece {
  readonly x: number;
  readonly text: string;
}

/** The rows of a frame, without blanks at their ends. Pure. */
export function rowsOf(output: InkOutput): readonly string[] {
  return piecesOf(output).map(rowOf);
}

function piecesOf({ height, operations }: InkOutput): readonly (readonly Piece[])[] {
  const rows: Piece[][] = Array.from({ length: height }, () => []);
  for (const { type, x, y, text, transformers } of operations) {
    if (type !== "write") continue;
    const lines = text.split("\n");
    for (let i = 0; i < lines.length; i++) {
      let shown = lines[i];
      for (const transform of transformers) shown = transform(shown, i);
      // A name may hold a line break, which would move all rows below it. Like other control characters it becomes a
      // question mark.
      if (shown !== "") rows[y + i]?.push({ x, text: shown.replaceAll("\n", "?") });
    }
  }
  return rows;
}

function rowOf(pieces: readonly Piece[]): string {
  let row = "";
  let cells = 0;
  for (const { x, text } of pieces.toSorted((a, b) => a.x - b.x)) {
    row = cells > x ? exactly(row, x) : row + " ".repeat(x - cells);
    row += text;
    cells = x + visibleWidth(text);
  }
  return row;
}

/**
 * Text that Ink measures instead of `count` lines (at least 1). Ink never forgets a text that it measured, and there
 * are only as many blank texts as a screen has rows. A `Transform` inserts the lines after the layout.
 */
export const blankRows = (count: number): string => ` ${"\n".repeat(count - 1)}`;

/** Rows of the last frame with their pieces: most rows are the same in the next frame. */
let last: readonly { readonly pieces: readonly Piece[]; readonly row: string }[] = [];

function remembered(pieces: readonly Piece[], y: number): string {
  const before = last[y];
  const same =
    before?.pieces.length === pieces.length && before.pieces.every(({ x, text }, i) => x === pieces[i]?.x && text === pieces[i]?.text);
  return same ? before.row : rowOf(pieces);
}

type OutputClass = { readonly prototype: { get?: (this: InkOutput) => { readonly output: string; readonly height: number } } };

// The package exports its entry only; the class is in a file beside it.
const file = join(dirname(createRequire(import.meta.url).resolve("ink")), "output.js");
const { default: Output } = (await import(pathToFileURL(file).href)) as { readonly default?: OutputClass };
if (typeof Output?.prototype.get !== "function")
  throw new Error(`${file} has no Output.get: this is not the version of Ink that package.json pins`);
Output.prototype.get = function (this: InkOutput) {
  last = piecesOf(this).map((pieces, y) => ({ pieces, row: remembered(pieces, y) }));
  return { output: last.map(({ row }) => row).join("\n"), height: this.height };
};

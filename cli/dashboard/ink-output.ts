/**
 * Ink puts its frame together in this file's way: the texts that it placed, row by row, with blanks between them. Its
 * own way cuts each text into graphemes and makes an object per cell: 50 ms of processor time per frame of 200 x 60,
 * this one 0.4 ms, and the rows are the same. A text may hold the marks of styles (`format/terminal-text.ts`); every
 * character is one cell wide.
 * Throws: where Ink has no such class. Not modelled: clipping, which no panel asks for; where a text begins within an
 * earlier one, it hides the rest of that.
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

/** What Ink's class `Output` has when a frame is put together. */
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
      // A name may hold a line break, which would move all rows below it; the screen's filter shows other control
      // characters so.
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
 * What Ink measures in place of `count` lines, of at least one: it never forgets a text that it measured, and of blank
 * rows there are as many as a screen has. The lines themselves come in by a `Transform`, after the layout.
 */
export const blankRows = (count: number): string => ` ${"\n".repeat(count - 1)}`;

/** Rows of the last frame by their pieces: most are the same in the next. */
let last: readonly { readonly pieces: readonly Piece[]; readonly row: string }[] = [];

function remembered(pieces: readonly Piece[], y: number): string {
  const before = last[y];
  const same =
    before?.pieces.length === pieces.length && before.pieces.every(({ x, text }, i) => x === pieces[i]?.x && text === pieces[i]?.text);
  return same ? before.row : rowOf(pieces);
}

type OutputClass = { readonly prototype: { get?: (this: InkOutput) => { readonly output: string; readonly height: number } } };

// The package names its entry only; the class lies beside it.
const file = join(dirname(createRequire(import.meta.url).resolve("ink")), "output.js");
const { default: Output } = (await import(pathToFileURL(file).href)) as { readonly default?: OutputClass };
if (typeof Output?.prototype.get !== "function")
  throw new Error(`${file} has no Output.get: this is not the version of Ink that package.json pins`);
Output.prototype.get = function (this: InkOutput) {
  last = piecesOf(this).map((pieces, y) => ({ pieces, row: remembered(pieces, y) }));
  return { output: last.map(({ row }) => row).join("\n"), height: this.height };
};

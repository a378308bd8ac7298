/** Parses CSV with the place of every cell: a header, one row per line; `#` lines and empty lines are skipped. Pure. */

import { textOfCell } from "../../base/escape/csv.js";

export interface Cell {
  readonly text: string;
  /** 1-based. */
  readonly column: number;
}

/** A problem at a place of a table. */
export interface TableProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix: string;
}

interface CsvTable {
  readonly header: readonly Cell[];
  /** 1-based. */
  readonly headerLine: number;
  /** Rows with as many cells as the header. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly Cell[] }[];
  readonly problems: readonly TableProblem[];
}

/** Cells of one line; quoted cells may hold commas and doubled quotes. null: the line is not CSV. */
function cellsOf(line: string): readonly Cell[] | null {
  const cells: Cell[] = [];
  // an unquoted cell begins with no blank, so that blanks match in one way only: else a line of n blanks takes n² steps
  const pattern = /\s*(?:"((?:[^"]|"")*)"\s*|([^\s",][^",]*)?)(,|$)/gy;
  for (;;) {
    const at = pattern.lastIndex;
    const match = pattern.exec(line);
    if (match === null) return null;
    const [whole, inQuotes, bare = "", end] = match;
    cells.push({
      text: textOfCell(inQuotes?.replaceAll('""', '"') ?? bare.trim()),
      column: at + 1 + (whole.length - whole.trimStart().length),
    });
    if (end === "") return cells;
  }
}

/** @param headerFix the fix for a table without a header */
export function csvTable(text: string, headerFix: string): CsvTable {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const told = lines.flatMap((content, i) => (content.trim() === "" || content.startsWith("#") ? [] : [{ content, line: i + 1 }]));
  const [head, ...body] = told;
  const nothing = (line: number, message: string): CsvTable => ({
    ...{ header: [], headerLine: line, rows: [], problems: [{ line, column: 1, message, fix: headerFix }] },
  });
  if (head === undefined) return nothing(1, "is empty");
  if ([...head.content].some((character) => character === "\uFFFD" || (character < " " && character !== "\t")))
    return nothing(head.line, "is no text");
  const header = cellsOf(head.content);
  if (header === null) return nothing(head.line, "the header is not CSV");
  const separator = header.length > 1 ? undefined : [";", "\t"].find((one) => head.content.includes(one));
  if (separator !== undefined)
    return nothing(head.line, `cells are separated by ${separator === ";" ? "semicolons" : "tabs"}, expected commas`);
  const problems: TableProblem[] = [];
  const rows = body.flatMap(({ content, line }) => {
    const cells = cellsOf(content);
    if (cells !== null && cells.length === header.length) return [{ line, cells }];
    const message = cells === null ? "is not CSV" : `has ${cells.length} cells, the header has ${header.length}`;
    problems.push({ line, column: 1, message, fix: "one cell per column" });
    return [];
  });
  return { header, headerLine: head.line, rows, problems };
}

/** Value of a plain decimal number; NaN for all other text. */
export const cellNumber = (text: string): number => (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN);

/**
 * Reads the component library's tables (`arch/components/*.csv`), once per process. Their headers name columns and
 * units.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.js";

export type Row = { readonly [column: string]: string };

const loaded = new Map<string, readonly Row[]>();

/** Rows of one table, by file name without `.csv`. @throws Error if the file is missing or a row is incomplete. */
export function table(name: string): readonly Row[] {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const rows = parseCsv(readFileSync(join(packageRoot(), "arch", "components", `${name}.csv`), "utf8"), name);
  loaded.set(name, rows);
  return rows;
}

/** RFC 4180 with a header line; quoted cells may hold commas and doubled quotes. */
export function parseCsv(text: string, name: string): readonly Row[] {
  const [header = [], ...body] = text.includes('"') ? quotedLines(text, name) : plainLines(text);
  return body.map((values, i) => {
    if (values.length !== header.length)
      throw new Error(`${name}.csv: line ${i + 2} has ${values.length} cells, header has ${header.length}`);
    const row: { [column: string]: string } = {};
    for (let c = 0; c < header.length; c++) row[header[c]] = values[c];
    return row;
  });
}

const plainLines = (text: string): string[][] =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));

function quotedLines(text: string, name: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`${name}.csv: line ${lines.length + 1} is not CSV`);
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === ",") continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}

/** The number in a cell. @throws Error on an empty or invalid cell: a missing number is never 0. */
export function num(row: Row, column: string): number {
  const text = row[column];
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new Error(`column ${column} holds no number: ${JSON.stringify(text)}`);
  return value;
}

/** Interpolates linearly between points with ascending x, and extrapolates the outer lines. */
export function interpolate(points: readonly (readonly [x: number, y: number])[], x: number): number {
  if (points.length === 1) return (points[0] as readonly [number, number])[1];
  let right = points.findIndex(([at]) => at >= x);
  if (right < 0) right = points.length - 1;
  right = Math.max(1, right);
  const [x0, y0] = points[right - 1] as readonly [number, number];
  const [x1, y1] = points[right] as readonly [number, number];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** A bounded cache of a pure function's results: look-ups repeat for every point of a sweep. */
export class Memo<T> {
  private readonly known = new Map<string, T>();
  constructor(private readonly limit = 20_000) {}
  get(key: string, compute: () => T): T {
    const hit = this.known.get(key);
    if (hit !== undefined) return hit;
    if (this.known.size >= this.limit) this.known.clear();
    const value = compute();
    this.known.set(key, value);
    return value;
  }
}

/** Reading the files of a conformance case: CSV rows of integers, rows of hex words, lists of numbers, settings. */
import { boundedJson } from "../../base/bounded-json.js";
import { inputError } from "../../base/errors.js";

/** Texts by file name. */
export type CaseFiles = ReadonlyMap<string, string>;

export function textOf(files: CaseFiles, name: string): string {
  const text = files.get(name);
  if (text === undefined) throw inputError(name, "missing in the case folder");
  return text;
}

/** A file in JSON. Throws InputError for other texts, and for lists or objects nested too deep to follow. */
export function jsonOf(files: CaseFiles, name: string): unknown {
  const text = textOf(files, name);
  try {
    return boundedJson(text, text.length);
  } catch (error) {
    if (error instanceof RangeError) throw inputError(name, error.message);
    if (!(error instanceof SyntaxError)) throw error;
    throw inputError(name, `is not JSON: ${error.message}`);
  }
}

export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** A line that is not blank. */
interface PlacedLine {
  readonly line: string;
  /** Place for errors, e.g. `input.csv:5`. */
  readonly place: string;
}

export function placedLines(files: CaseFiles, name: string): PlacedLine[] {
  const lines = textOf(files, name).split(/\r?\n/);
  return lines.map((line, i) => ({ line, place: `${name}:${i + 1}` })).filter(({ line }) => line.trim() !== "");
}

/** Data rows of a CSV file as text cells by column name, each with its place. Throws InputError on a missing column. */
export function csvRows<Column extends string>(
  files: CaseFiles,
  name: string,
  columns: readonly Column[],
): ({ readonly [column in Column]: string } & Pick<PlacedLine, "place">)[] {
  const [{ line: header, place: top } = { line: "", place: name }, ...rows] = placedLines(files, name);
  const titles = header.split(",").map((title) => title.trim());
  const places = columns.map((column) => titles.indexOf(column));
  const missing = columns.filter((_, i) => places[i] < 0);
  if (missing.length > 0) throw inputError(top, `column ${missing.join(", ")} is missing; got ${header}`);
  return rows.map(({ line, place }) => {
    const cells = line.split(",");
    const row = Object.fromEntries(columns.map((column, i) => [column, (cells[places[i]] ?? "").trim()]));
    return { ...(row as { [column in Column]: string }), place };
  });
}

/** A cell as a whole number. */
export function integer(place: string, text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value)) throw inputError(place, `got ${JSON.stringify(text)}, expected a whole number`);
  return value;
}

/** A cell of a named field as a whole number within its bounds. */
export function integerWithin(place: string, field: string, text: string, [low, high]: readonly [low: number, high: number]): number {
  const value = integer(place, text);
  if (value < low || value > high) throw inputError(place, `${field} is ${value}, expected ${low} to ${high}`);
  return value;
}

/**
 * Settings of `case.json`: numbers only; nested objects are flattened by their own keys. Without that file, settings of
 * `case.txt` (`name value` lines).
 */
export function settingsOf(files: CaseFiles): ReadonlyMap<string, number> {
  const settings = new Map<string, number>();
  const lines = files.get("case.txt");
  if (!files.has("case.json") && lines !== undefined) {
    for (const line of linesOf(lines)) {
      const [name = "", value = ""] = line.trim().split(/\s+/);
      settings.set(name, integer("case.txt", value));
    }
    return settings;
  }
  const take = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry === "number") settings.set(key, entry);
      else if (typeof entry === "boolean") settings.set(key, entry ? 1 : 0);
      else take(entry);
    }
  };
  take(jsonOf(files, "case.json"));
  return settings;
}

/** Longest recorded run and largest size that is accepted. */
const MAX_SETTING = 1e9;

export function setting(settings: ReadonlyMap<string, number>, name: string): number {
  const value = settings.get(name);
  if (value === undefined) throw inputError("case.json", `setting ${name} is missing`);
  if (!Number.isInteger(value) || value < 0 || value > MAX_SETTING)
    throw inputError("case.json", `${name} is ${value}, expected a whole number from 0 to ${MAX_SETTING}`);
  return value;
}

/** A setting of one bit. */
export function settingBit(settings: ReadonlyMap<string, number>, name: string): boolean {
  const value = setting(settings, name);
  if (value > 1) throw inputError("case.json", `${name} is ${value}, expected 0 or 1`);
  return value === 1;
}

const ROWS = 256;
const NIBBLES_PER_ROW = 256;

/**
 * 4-bit values [256][256] from rows `row 32x8hex`: words from left to right, the low nibble of a word first; missing
 * rows are 0.
 */
export function nibbleRows(files: CaseFiles, name: string): Uint8Array {
  const nibbles = new Uint8Array(ROWS * NIBBLES_PER_ROW);
  const seen = new Set<number>();
  for (const line of linesOf(textOf(files, name))) {
    const [row = "", hex = ""] = line.trim().split(/\s+/);
    const pre = integer(name, row);
    if (pre < 0 || pre >= ROWS) throw inputError(name, `row ${row} outside 0..${ROWS - 1}`);
    if (seen.has(pre)) throw inputError(name, `row ${row} is given twice`);
    seen.add(pre);
    if (!/^[0-9a-fA-F]{256}$/.test(hex)) throw inputError(name, `row ${row}: got ${hex.length} characters, expected 256 hex digits`);
    for (let i = 0; i < NIBBLES_PER_ROW; i++) {
      const word = Math.floor(i / 8);
      nibbles[pre * NIBBLES_PER_ROW + i] = Number.parseInt(hex[word * 8 + 7 - (i % 8)], 16);
    }
  }
  return nibbles;
}

/** Rows of `after` that differ from `before`, ascending, in the format that `nibbleRows` reads. */
export function changedNibbleRows(before: Uint8Array, after: Uint8Array): string {
  const lines: string[] = [];
  for (let row = 0; row < ROWS; row++) {
    const start = row * NIBBLES_PER_ROW;
    let hex = "";
    let changed = false;
    for (let i = 0; i < NIBBLES_PER_ROW; i++) {
      const post = Math.floor(i / 8) * 8 + 7 - (i % 8);
      hex += after[start + post].toString(16);
      if (after[start + post] !== before[start + post]) changed = true;
    }
    if (changed) lines.push(`${row} ${hex}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

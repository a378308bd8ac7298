/**
 * Text lines that stand before the events of a binary file, each with a mark at its beginning. Pure. A line is taken
 * where it begins with the mark, ends within `LONGEST_LINE` bytes and holds printable characters only: events may begin
 * with the mark's byte too. A line that says the end ends it before. Throws (`sizeValue`): InputError.
 */
import { inputError } from "../../../base/errors.js";
import { LARGEST_ADDRESS } from "./event-list.js";

export interface TextHeader {
  /** Without mark and line ending. */
  readonly lines: readonly string[];
  /** Place of the first byte after it. */
  readonly end: number;
  /** Whether a line said that it ends there. */
  readonly closed: boolean;
}

const LONGEST_LINE = 65_536;
const MOST_LINES = 100_000;
const NEWLINE = 10;

/** `last`: what the last line says, without its mark. */
export function textHeader(bytes: Uint8Array, mark: string, last: RegExp): TextHeader {
  const lines: string[] = [];
  const starts = Array.from(mark, (letter) => letter.charCodeAt(0));
  let at = 0;
  while (lines.length < MOST_LINES && starts.every((code, i) => bytes[at + i] === code)) {
    const end = bytes.subarray(at, at + LONGEST_LINE).indexOf(NEWLINE);
    if (end < 0) break;
    const text = LATIN.decode(bytes.subarray(at + mark.length, at + end)).replace(/\r$/, "");
    if (!PRINTABLE.test(text)) break;
    lines.push(text);
    at += end + 1;
    if (last.test(text)) return { lines, end: at, closed: true };
  }
  return { lines, end: at, closed: false };
}

const LATIN = new TextDecoder("latin1");
const PRINTABLE = /^[\t\x20-\x7e\xa0-\xff]*$/;

/** The first value that a line gives for `key`: what `key` matches in its first group; null where none does. */
export function headerValue({ lines }: TextHeader, key: RegExp): string | null {
  for (const line of lines) {
    const found = key.exec(line)?.[1];
    if (found !== undefined) return found.trim();
  }
  return null;
}

/** Pixels that a header line gives; null where none does. */
export function sizeValue(header: TextHeader, file: string, key: RegExp): number | null {
  const text = headerValue(header, key);
  if (text === null) return null;
  const size = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(size >= 1 && size <= LARGEST_ADDRESS + 1))
    throw inputError(file, `its header gives ${text.slice(0, 40)} pixels, expected 1 to ${LARGEST_ADDRESS + 1}`);
  return size;
}

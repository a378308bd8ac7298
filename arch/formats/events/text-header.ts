/**
 * Reads the text lines before the events of a binary file, each with a mark at its beginning. A line must begin with
 * the mark, end within `LONGEST_LINE` bytes and hold only printable characters, because events may begin with the
 * mark's byte too. A line with the end text also ends the header. Pure. Throws (`sizeValue`): InputError.
 */
import { inputError } from "../../../base/errors.js";
import { LARGEST_ADDRESS } from "./event-list.js";

export interface TextHeader {
  /** Lines without mark and line end. */
  readonly lines: readonly string[];
  /** Index of the first byte after the header. */
  readonly end: number;
  /** True if a line with the end text ended the header. */
  readonly closed: boolean;
}

const LONGEST_LINE = 65_536;
const MOST_LINES = 100_000;
const NEWLINE = 10;

/** `last`: matches the line that ends the header, without its mark. */
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

/** The first group of the first match of `key` in a line; null without a match. */
export function headerValue({ lines }: TextHeader, key: RegExp): string | null {
  for (const line of lines) {
    const found = key.exec(line)?.[1];
    if (found !== undefined) return found.trim();
  }
  return null;
}

/** Number of pixels in a header line; null if no line has it. */
export function sizeValue(header: TextHeader, file: string, key: RegExp): number | null {
  const text = headerValue(header, key);
  if (text === null) return null;
  const size = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(size >= 1 && size <= LARGEST_ADDRESS + 1))
    throw inputError(file, `its header gives ${text.slice(0, 40)} pixels, expected 1 to ${LARGEST_ADDRESS + 1}`);
  return size;
}

/** Splits a text that arrives in pieces of bytes into lines. Only a piece and a line are in memory at once. */
import { inputError } from "../../base/errors.js";
import { MOST_TEXT_BYTES } from "../../base/read-file.js";

const NEWLINE = 0x0a;

/**
 * Calls `take` with each line, without its newline, as bytes `start` to `end` of a buffer that is valid only during the
 * call. After a newline at the end of the text there is an empty last line.
 * Throws: InputError for a line that is too long for a string.
 */
export function eachLine(pieces: Iterable<Uint8Array>, file: string, take: (bytes: Uint8Array, start: number, end: number) => void): void {
  /** a line whose end has not arrived yet */
  let open = new Uint8Array(0);
  let held = 0;
  const keep = (part: Uint8Array): void => {
    if (held + part.length > MOST_TEXT_BYTES) throw inputError(file, `has a line of more than ${MOST_TEXT_BYTES} bytes`);
    if (held + part.length > open.length) {
      const larger = new Uint8Array(Math.max(2 * open.length, held + part.length));
      larger.set(open.subarray(0, held));
      open = larger;
    }
    open.set(part, held);
    held += part.length;
  };
  for (const piece of pieces) {
    let start = 0;
    let end = piece.indexOf(NEWLINE);
    if (end >= 0 && held > 0) {
      keep(piece.subarray(0, end));
      take(open, 0, held);
      held = 0;
      start = end + 1;
      end = piece.indexOf(NEWLINE, start);
    }
    for (; end >= 0; start = end + 1, end = piece.indexOf(NEWLINE, start)) take(piece, start, end);
    keep(piece.subarray(start));
  }
  take(open, 0, held);
}

/** Bytes `start` to `end` as text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}

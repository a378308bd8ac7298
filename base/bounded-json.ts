/**
 * Parses JSON from outside within limits: `JSON.parse` can take 50 times the size of a deeply nested text. Throws:
 * `RangeError` for a text that is too large or too deep, `SyntaxError` for a text that is not JSON.
 */

/** Deeper than any message of this program. */
const MOST_DEPTH = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export function boundedJson(text: string, mostCharacters: number): unknown {
  if (text.length > mostCharacters) throw new RangeError(`${text.length} characters, at most ${mostCharacters} are read`);
  if (isDeeper(text, MOST_DEPTH)) throw new RangeError(`nests deeper than ${MOST_DEPTH} levels`);
  return JSON.parse(text) as unknown;
}

function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return false; // not JSON: the parser reports it
    } else if ((code | 0x20) === 0x7b) {
      depth++; // [ and {
      if (depth > most) return true;
    } else if ((code | 0x20) === 0x7d) depth--; // ] and }
  }
  return false;
}

/** End of the string that starts at `from`; -1 if it does not end. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

/**
 * Lines of SANA-FE's netlist: a kind (`g`, `n`, `e`, `&`), what it is about, and `name=value` attributes.
 *
 * `#` begins a comment, except in quotes. A list is `[1, 0, 1]`; a value may stand in double or single quotes; an edge or a mapping may have
 * blanks around its sign.
 */
import type { ImportReport } from "./attributes.js";
import type { Fields } from "./network.js";
import type { Tree } from "./tree.js";

export interface NetlistLine {
  /** Where it stands: `line 7`. */
  readonly path: string;
  readonly kind: string;
  readonly first: string;
  readonly attributes: Fields;
}

/** Words of a line up to its comment; brackets and quotes keep a value together. */
function words(line: string): string[] {
  const found: string[] = [];
  const token = /\s+|#.*$|((?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^\s#])+)/gy;
  for (const match of line.matchAll(token)) if (match[1] !== undefined) found.push(match[1]);
  return found;
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text.trim());
  return quoted === null ? text.trim() : quoted[2];
}

function valueFrom(text: string): Tree {
  const list = /^\[(.*)\]$/.exec(text);
  if (list === null) return unquoted(text);
  return list[1]
    .split(/[\s,]+/)
    .filter((item) => item !== "")
    .map(unquoted);
}

function attributesOf(tokens: readonly string[], file: string, path: string, report: ImportReport): Fields {
  return Object.fromEntries(
    tokens.flatMap((token): [string, Tree][] => {
      const at = token.indexOf("=");
      if (at >= 1) return [[token.slice(0, at), valueFrom(token.slice(at + 1))]];
      report.problem(file, path, `got ${JSON.stringify(token)}, expected name=value`);
      return [];
    }),
  );
}

export function* netlistLines(text: string, file: string, report: ImportReport): Generator<NetlistLine> {
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    const path = `line ${++number}`;
    const [kind, first = "", ...rest] = words(line.replace(/^(\s*[e&]\s[^=#]*?)\s*(->|@)\s*/, "$1$2"));
    if (kind !== undefined) yield { path, kind, first: unquoted(first), attributes: attributesOf(rest, file, path, report) };
  }
}

/**
 * The syntax of liberty files: groups of attributes and groups. Pure. Throws: InputError with the line if a text is no
 * liberty file.
 */
import { inputError, quoted } from "../../base/errors.js";

/** `name (words) { attributes, groups }`. */
export interface Group {
  /** Offset of its name in the text. */
  readonly at: number;
  readonly name: string;
  readonly words: readonly string[];
  /**
   * Attributes `name : value;`, and `name (values);` with its values joined by commas; the last one of a name counts.
   */
  readonly attributes: ReadonlyMap<string, string>;
  readonly groups: readonly Group[];
}

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\\\r?\n|\s+|[(){}:;,]|[^\s(){}:;,"\\]+/gy;
const DEPTH_LIMIT = 32;

interface Token {
  readonly text: string;
  readonly at: number;
  readonly isQuoted: boolean;
}

/**
 * End of a text in quotes, behind them; the quote at `from` begins it. A pattern would take a stack frame per letter.
 */
function endOfQuoted(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function* tokensOf(text: string, file: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      const end = endOfQuoted(text, at);
      if (end > text.length) throw libertyError(text, file, at, "has quotes that do not end");
      yield { text: text.slice(at + 1, end - 1).replace(/\\\r?\n/g, " "), at, isQuoted: true };
      at = end;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.[0];
    if (found === undefined) throw libertyError(text, file, at, `cannot be read at ${quoted(text.slice(at, at + 20))}`);
    if (!/^(\/[*/]|\\|\s)/.test(found)) yield { text: found, at, isQuoted: false };
    at += found.length;
  }
}

/** The error for a place of a text, with its line. */
export function libertyError(text: string, file: string, at: number, message: string): Error {
  return inputError(`${file}:${text.slice(0, at).split("\n").length}`, message, "name a liberty file (.lib) of a cell library");
}

/** Parses the one group of a liberty file, `library`. */
export function parseLiberty(text: string, file: string): Group {
  const tokens = [...tokensOf(text, file)];
  let next = 0;
  const take = (...wanted: readonly string[]): string => {
    const token = tokens[next++];
    if (token === undefined) throw libertyError(text, file, text.length, "ends inside a group");
    if (wanted.length > 0 && !wanted.includes(token.text))
      throw libertyError(text, file, token.at, `got ${quoted(token.text)}, expected ${wanted.join(" or ")}`);
    return token.text;
  };
  const peek = (): string | undefined => tokens[next]?.text;

  const wordsInBrackets = (): string[] => {
    const words: string[] = [];
    while (peek() !== ")") {
      const word = take();
      if (word !== ",") words.push(word);
    }
    take(")");
    return words;
  };
  const group = (name: string, at: number, words: readonly string[], depth: number): Group => {
    if (depth > DEPTH_LIMIT) throw libertyError(text, file, tokens[next - 1]?.at ?? 0, `has groups more than ${DEPTH_LIMIT} deep`);
    const attributes = new Map<string, string>();
    const groups: Group[] = [];
    take("{");
    while (peek() !== "}") {
      const begins = tokens[next]?.at ?? 0;
      const key = take();
      if (key === ";") continue;
      if (take(":", "(") === ":") {
        const value: string[] = [];
        while (peek() !== ";" && peek() !== "}") {
          const { text: word, at, isQuoted } = tokens[next] ?? { text: "", at: text.length, isQuoted: false };
          if (!isQuoted && /^[:{]$/.test(word))
            throw libertyError(text, file, at, `got ${quoted(word)} in the value of ${key}: it lacks a ;`);
          value.push(take());
        }
        attributes.set(key, value.join(" "));
        if (peek() === ";") take(";");
        continue;
      }
      const inner = wordsInBrackets();
      if (peek() === "{") groups.push(group(key, begins, inner, depth + 1));
      else attributes.set(key, inner.join(","));
    }
    take("}");
    return { at, name, words, attributes, groups };
  };

  if (peek() !== "library") throw libertyError(text, file, tokens[0]?.at ?? 0, `begins with ${quoted(peek() ?? "")}, expected library`);
  take();
  take("(");
  const library = group("library", tokens[0]?.at ?? 0, wordsInBrackets(), 0);
  const more = tokens[next];
  if (more !== undefined)
    throw libertyError(text, file, more.at, `goes on with ${quoted(more.text)} behind its library; one file holds one`);
  return library;
}

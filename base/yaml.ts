/**
 * Parses YAML that may be hostile, in time linear in its length: nesting is bounded before anything recurses, duplicate
 * keys are found with sets, aliases are limited, and only the first errors are reported. Throws: `InputError` for
 * nesting too deep.
 */
import {
  Composer,
  type CST,
  type Document,
  type DocumentOptions,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type ParseOptions,
  Parser,
  type SchemaOptions,
} from "yaml";
import { InputError, type Problem, quoted } from "./errors.js";

export interface YamlText {
  readonly document: Document.Parsed;
  /** The first syntax errors in order; empty if the document is valid. */
  readonly errors: readonly Problem[];
  /** Line and column of an offset in the text, both 1-based. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
  /** The text of a line. */
  readonly lineAt: (line: number) => string;
}

/** Most levels of nesting: more than any real text has, fewer than the parser's own recursion can take. */
const MOST_DEPTH = 64;
/** Each alias costs a search through the text's anchors. */
const MOST_ALIASES = 1000;
/** Most syntax errors that are reported. */
const MOST_ERRORS = 20;

/**
 * @param options `logLevel: "error"`: tags and directives without a meaning here are ignored, and YAML 1.1 is read;
 *   otherwise they are errors
 */
export function parseYaml(text: string, file: string, options: DocumentOptions & ParseOptions & SchemaOptions = {}): YamlText {
  const lines = new LineCounter();
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, message: string): Problem => ({ file, ...placeOf(offset), path: "", message, fix: "" });
  const tooDeep = (offset: number): InputError => new InputError([problem(offset, `is nested deeper than ${MOST_DEPTH} levels`)]);
  const composer = new Composer({ ...options, uniqueKeys: false });
  const { stackTraceLimit } = Error;
  // Each error of the library is an `Error`, and there may be one for every few characters.
  Error.stackTraceLimit = 0;
  try {
    const [document, second] = composer.compose(shallow(text, lines, tooDeep), true, text.length) as Iterable<Document.Parsed>;
    if (document === undefined) throw new InputError([problem(0, "is empty")]);
    const errors = document.errors
      .slice(0, MOST_ERRORS)
      .map(({ pos, code, message }) => ({ ...problem(pos[0], firstLine(message)), fix: CURES[code] ?? "" }));
    if (options.logLevel !== "error") errors.push(...doubts(document, text, problem).slice(0, MOST_ERRORS - errors.length));
    if (errors.length === 0)
      errors.push(...mistakes(document, placeOf).map(({ offset, message, fix }) => ({ ...problem(offset, message), fix })));
    if (second !== undefined) errors.push(problem(second.range[0], "Source contains multiple documents"));
    return { document, errors, placeOf, lineAt: (line) => text.slice(lines.lineStarts[line - 1] ?? 0, lines.lineStarts[line]) };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What another reader may take for another value: tags and directives without a meaning here, and YAML 1.1. */
function doubts(document: Document.Parsed, text: string, problem: (offset: number, message: string) => Problem): Problem[] {
  const found = document.warnings.map(({ pos, message }) => ({ ...problem(pos[0], firstLine(message)), fix: "remove it" }));
  if (document.directives.yaml.version !== "1.1") return found;
  const message = "YAML 1.1 reads 0144 as 100 and yes as true; this program reads YAML 1.2";
  return [{ ...problem(Math.max(0, text.search(/^%YAML/m)), message), fix: "remove the line %YAML 1.1" }, ...found];
}

/** The parser's tokens; throws when they nest too deep. */
function* shallow(text: string, lines: LineCounter, tooDeep: (offset: number) => Error): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MOST_DEPTH) throw tooDeep(parser.offset);
  }
  yield* parser.end();
}

interface Mistake {
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

/** What helps against errors of the parser, by their codes. */
const CURES: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "indent with blanks",
  BLOCK_AS_IMPLICIT_KEY: "indent the line as its neighbours, or put a text that holds a colon and a blank in quotes",
  BAD_INDENT: "indent the line as its neighbours",
};

/** Duplicate keys of mappings, at most as many as are reported, and too many aliases. */
function mistakes(document: Document.Parsed, placeOf: YamlText["placeOf"]): Mistake[] {
  const found: Mistake[] = [];
  let aliases = 0;
  const open: unknown[] = [document.contents];
  for (let node = open.pop(); node !== undefined && found.length < MOST_ERRORS; node = open.pop()) {
    if (isAlias(node) && ++aliases > MOST_ALIASES)
      return [{ offset: node.range?.[0] ?? 0, message: `has more than ${MOST_ALIASES} aliases`, fix: "write values out" }];
    if (!isCollection(node)) continue;
    const keys = new Map<unknown, number>();
    for (const item of node.items) {
      if (found.length === MOST_ERRORS) break;
      if (!isPair(item)) {
        open.push(item);
        continue;
      }
      open.push(item.key, item.value);
      if (!isMap(node) || !isScalar(item.key)) continue;
      const [offset, first] = [item.key.range?.[0] ?? 0, keys.get(item.key.value)];
      if (first === undefined) keys.set(item.key.value, offset);
      else {
        const message = `the key ${quoted(String(item.key.value))} stands twice, first in line ${placeOf(first).line}`;
        found.push({ offset, message, fix: "remove one of them, or join what stands below both" });
      }
    }
  }
  return found.sort((a, b) => a.offset - b.offset);
}

const firstLine = (text: string): string => text.split("\n", 1)[0]?.replace(/ at line \d+.*$/, "") ?? "";

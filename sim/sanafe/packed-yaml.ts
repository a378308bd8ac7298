/**
 * A YAML text of any length as a tree. A large network consists of long lists of numbers and runs of plain entries:
 * these are read into arrays, and a marker word replaces each while the rest is parsed. Anything else is left to the
 * parser. Errors give the lines of the file.
 */
import { InputError, inputError } from "../../base/errors.js";
import { MOST_TEXT_BYTES } from "../../base/read-file.js";
import { parseYaml, type YamlText } from "../../base/yaml.js";
import { eachLine, textOf } from "./byte-lines.js";
import { numberList } from "./number-list.js";
import { type EntryKind, EntryRun, PlainEntries } from "./plain-entries.js";
import { Packed, type Tree } from "./tree.js";

/** Shorter lists do not repay the effort. */
const LEAST_LIST_CHARACTERS = 200;
const MARK = "§";
/** Start of a block text of several lines, in which nothing is a list. */
const BLOCK_TEXT = /[|>][-+\d]* *\r?$/;

/** The text left to parse, by lines, and the parts that its markers stand for. */
interface Short {
  readonly lines: readonly string[];
  /** Runs by the number of the marker's line, in order. */
  readonly runs: ReadonlyMap<number, EntryRun>;
  /** The text itself contains something that looks like a marker. */
  readonly isAmbiguous: boolean;
}

/** Parses YAML into text scalars. Throws InputError with line and column. */
export function parseTree(pieces: Iterable<Uint8Array>, file: string): Tree {
  const short = shortened(pieces, file);
  const tree = short.isAmbiguous ? null : shortTree(short, file);
  return tree === null ? treeOf(atLength(short, file), file) : tree.whole;
}

/** null: the text has to be parsed in full. */
function shortTree(short: Short, file: string): { readonly whole: Tree } | null {
  const parts: Packed[] = [...short.runs.values()];
  const text = withoutLists(joined(short.lines, file), (list) => `${MARK}${parts.push(list) - 1}${MARK}`);
  try {
    return restored(treeOf(text, file), parts);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.map((problem) => ({ ...problem, line: problem.line === null ? null : lineInFile(short, problem.line) })),
    );
  }
}

/** Line of the file, from 1, for a line of the shortened text. */
function lineInFile({ runs }: Short, line: number): number {
  let real = line;
  for (const [at, { from, to }] of runs) if (at + 1 < line) real += to - from - 1;
  return real;
}

function treeOf(text: string, file: string): Tree {
  let parsed: YamlText;
  try {
    parsed = parseYaml(text, file, { schema: "failsafe", merge: true, logLevel: "error" });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw inputError(file, `cannot be read as YAML: ${reasonOf(error)}`);
  }
  if (parsed.errors.length > 0) throw new InputError(parsed.errors);
  try {
    return parsed.document.toJS() as Tree;
  } catch (error) {
    // too many aliases, merges of values that are not maps, endless nesting
    throw inputError(file, `cannot be read as YAML: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0] : String(error);
}

function shortened(pieces: Iterable<Uint8Array>, file: string): Short {
  const entries = new PlainEntries();
  const lines: string[] = [];
  const runs = new Map<number, EntryRun>();
  let isAmbiguous = false;
  /** false from the first block text on: nothing is packed after it */
  let mayTake = true;
  let run: { readonly kind: EntryKind; readonly indent: number; readonly line: number; readonly from: number } | null = null;
  /** empty lines and comments after the run's last entry; the run may continue after them */
  let gap: string[] = [];
  const close = (to: number, last: string | null): void => {
    if (run !== null && run.from < to) {
      lines[run.line] = `${" ".repeat(run.indent)}- ${MARK}${runs.size}${MARK}`;
      runs.set(run.line, new EntryRun(entries, run.kind, run.from, to));
    } else if (run !== null) lines.pop();
    if (last !== null) lines.push(last);
    for (const line of gap) lines.push(line); // a file may have more of them than a call takes arguments
    gap = [];
    run = null;
  };
  eachLine(pieces, file, (bytes, start, end) => {
    const before = entries.count;
    const kind = mayTake ? entries.take(bytes, start, end) : null;
    if (kind !== null) {
      if (run?.kind !== kind || run.indent !== entries.indent || gap.length > 0) {
        close(before, null);
        run = { kind, indent: entries.indent, line: lines.push("") - 1, from: before };
      }
      return;
    }
    const line = textOf(bytes, start, end);
    if (line.includes(MARK)) isAmbiguous = true;
    if (BLOCK_TEXT.test(line)) mayTake = false;
    const first = line.search(/\S/);
    if (run !== null && (first < 0 || line[first] === "#")) {
      gap.push(line);
      return;
    }
    // a line with a deeper indent than the dash continues the entry before it
    const last = run !== null && first > run.indent ? entries.takeBack(run.indent) : null;
    close(entries.count, last);
    lines.push(line);
  });
  close(entries.count, null);
  return { lines, runs, isAmbiguous };
}

function joined(lines: readonly string[], file: string): string {
  const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (length > MOST_TEXT_BYTES)
    throw inputError(file, `has ${length} characters besides plain entries; at most ${MOST_TEXT_BYTES} are read`);
  return lines.join("\n");
}

const LIST_START = new RegExp(`\\[(?=[\\d\\s.,eE+\\-[\\]]{${LEAST_LIST_CHARACTERS}})`, "g");

function withoutLists(text: string, marked: (list: Packed) => string): string {
  // in a block text nothing is a list
  if (/[|>][-+\d]* *\r?$/m.test(text)) return text;
  const short: string[] = [];
  let done = 0;
  for (const { index } of text.matchAll(LIST_START)) {
    if (index < done || !/[\s:,[]/.test(text[index - 1] ?? "")) continue;
    const found = numberList(text, index);
    if (found === null) continue;
    const source = text.slice(index, found.end).split("\n");
    // the text after the list keeps its line and its indent
    const indent = source.length === 1 ? "" : (/^ */.exec(source.at(-1) as string)?.[0] ?? "");
    short.push(text.slice(done, index), marked(found.list), "\n".repeat(source.length - 1), indent);
    done = found.end;
  }
  return short.join("") + text.slice(done);
}

const ONE_MARK = new RegExp(`^${MARK}(\\d+)${MARK}$`);

/** The tree with its markers replaced; null if a marker is not a whole value, so that it was not a list. */
function restored(tree: Tree, parts: readonly Packed[]): { readonly whole: Tree } | null {
  let isSound = true;
  const partOf = (text: string, isInList: boolean): Packed | string => {
    if (!text.includes(MARK)) return text;
    const part = parts[Number(ONE_MARK.exec(text)?.[1] ?? Number.NaN)];
    if (part === undefined || (part.spreads && !isInList)) isSound = false;
    return part ?? text;
  };
  const walk = (node: Tree, isInList: boolean): Tree => {
    if (typeof node === "string") return partOf(node, isInList);
    if (node === null || node instanceof Packed) return node;
    if (Array.isArray(node)) return (node as readonly Tree[]).map((entry) => walk(entry, true));
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        if (key.includes(MARK)) isSound = false;
        return [key, walk(value, false)];
      }),
    );
  };
  const whole = walk(tree, false);
  return isSound ? { whole } : null;
}

/** The text with its entries written out. */
function atLength({ lines, runs }: Short, file: string): string {
  const whole = lines.flatMap((line, number): readonly string[] => {
    const run = runs.get(number);
    if (run === undefined) return [line];
    return Array.from({ length: run.to - run.from }, (_, i) => run.all.line(run.from + i, run.kind, /^ */.exec(line)?.[0].length ?? 0));
  });
  return joined(whole, file);
}

/**
 * Long parts of a network's YAML in short: lists of numbers and runs of edge lines, of which a large network is made, stand as one word
 * while the file is parsed and come back in its tree. A general parser takes forty times as long over them. What is not plainly one of
 * the two is left to the parser; lines keep their numbers.
 */
import type { Tree } from "./tree.js";

/** Shorter lists are not worth a look. */
const LEAST_LIST_CHARACTERS = 200;
const MARK = "§";

export interface Compact {
  /** What is left to parse. */
  readonly text: string;
  /** The tree of the whole from the tree of what was left. */
  restored(tree: Tree): Tree;
}

interface Part {
  readonly source: string;
  readonly tree: Tree;
  /** Whether the entries of `tree` stand in the list that holds the mark. */
  readonly spreads: boolean;
}

/** A text of several lines, in which nothing is a list. */
const BLOCK_TEXT = /[|>][-+\d]* *\r?$/m;

export function compact(text: string): Compact {
  if (text.includes(MARK) || BLOCK_TEXT.test(text)) return { text, restored: (tree) => tree };
  const parts: Part[] = [];
  const marked = (part: Part): string => {
    parts.push(part);
    // What follows keeps its line and its indentation.
    const lines = part.source.split("\n");
    const indent = lines.length === 1 ? "" : (/^ */.exec(lines.at(-1) as string)?.[0] ?? "");
    return `${MARK}${parts.length - 1}${MARK}${"\n".repeat(lines.length - 1)}${part.spreads ? "" : indent}`;
  };
  const short = withoutLists(withoutEdges(text, marked), marked);
  return { text: short, restored: (tree) => restored(tree, parts) };
}

const LIST_START = new RegExp(`\\[(?=[\\d\\s.,eE+\\-[\\]]{${LEAST_LIST_CHARACTERS}})`, "g");

function withoutLists(text: string, marked: (part: Part) => string): string {
  let short = "";
  let done = 0;
  for (const { index } of text.matchAll(LIST_START)) {
    if (index < done) continue;
    const list = numberList(text, index);
    if (list === null || !/[\s:,[]/.test(text[index - 1] ?? "")) continue;
    short += text.slice(done, index) + marked({ source: text.slice(index, list.end), tree: list.tree, spreads: false });
    done = list.end;
  }
  return short + text.slice(done);
}

/** The (nested) list of numbers that begins at `start`; null where it is anything else. */
function numberList(text: string, start: number): { readonly tree: Tree; readonly end: number } | null {
  const token = /\s*(?:(\[)|(\])|(,)|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?=[\s,\]]))/y;
  token.lastIndex = start;
  const open: Tree[][] = [];
  // After `[` and `,` a value comes, after a value `,` or `]`.
  let wantsValue = true;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, opens, closes, comma, number] = match;
    const isValue = opens !== undefined || number !== undefined;
    if (isValue !== wantsValue) return null;
    if (opens !== undefined) open.push([]);
    else if (number !== undefined) {
      (open.at(-1) as Tree[]).push(number);
      wantsValue = false;
    } else if (comma !== undefined) wantsValue = true;
    else if (closes !== undefined) {
      const list = open.pop() as Tree[];
      const outer = open.at(-1);
      if (outer === undefined) return { tree: list, end: token.lastIndex };
      outer.push(list);
    }
  }
  return null;
}

const NAME = "[A-Za-z_][\\w.]*";
const EDGE_LINE = new RegExp(`^( *)- (${NAME} -> ${NAME}): \\{([^{}[\\]"'#&*!|>%@\`\\\\]*)\\} *\\r?$`);
const FIELD = /^ *(\w+): +([-+\w.]+) *$/;

/** The entry of `- a.0 -> b.1: {weight: 2, delay: 1}`; null where the line is anything else. */
function edgeEntry(line: string): { readonly indent: string; readonly entry: Tree } | null {
  const [, indent, name, inside] = EDGE_LINE.exec(line) ?? [];
  if (indent === undefined || name === undefined || inside === undefined) return null;
  const fields = new Map<string, Tree>();
  for (const field of inside.trim() === "" ? [] : inside.split(",")) {
    const [, key, value] = FIELD.exec(field) ?? [];
    if (key === undefined || value === undefined || fields.has(key)) return null;
    fields.set(key, value);
  }
  return { indent, entry: { [name]: Object.fromEntries(fields) } };
}

function withoutEdges(text: string, marked: (part: Part) => string): string {
  const lines = text.split("\n");
  const short: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const first = edgeEntry(lines[i]);
    const entries: Tree[] = [];
    let end = i;
    for (let edge = first; edge !== null && edge.indent === first?.indent; edge = edgeEntry(lines[++end] ?? "")) entries.push(edge.entry);
    if (first === null) short.push(lines[i++]);
    else {
      short.push(`${first.indent}- ${marked({ source: lines.slice(i, end).join("\n"), tree: entries, spreads: true })}`);
      i = end;
    }
  }
  return short.join("\n");
}

const ONE_MARK = new RegExp(`^${MARK}(\\d+)${MARK}$`);

function partOf(tree: Tree, parts: readonly Part[]): Part | undefined {
  return typeof tree === "string" && tree.startsWith(MARK) ? parts[Number(ONE_MARK.exec(tree)?.[1] ?? Number.NaN)] : undefined;
}

function restored(tree: Tree, parts: readonly Part[]): Tree {
  if (typeof tree === "string") {
    if (!tree.includes(MARK)) return tree;
    // In the middle of a text it was no list at all.
    return partOf(tree, parts)?.tree ?? tree.replace(new RegExp(`${MARK}(\\d+)${MARK}`, "g"), (_, k) => parts[Number(k)]?.source ?? "");
  }
  if (tree === null) return tree;
  if (Array.isArray(tree)) {
    return (tree as readonly Tree[]).flatMap((entry): readonly Tree[] => {
      const part = partOf(entry, parts);
      return part?.spreads === true ? (part.tree as readonly Tree[]) : [restored(entry, parts)];
    });
  }
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, restored(value, parts)]));
}

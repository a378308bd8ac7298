/**
 * A long (nested) list of numbers in a YAML text, read from its characters into one array; a general parser takes forty
 * times as long.
 */
import { Packed, spread, type Tree } from "./tree.js";

/** Lengths of nested lists, outermost first; null if lists of one level are not equally long. */
type Shape = readonly number[] | null;

export class NumberList extends Packed {
  readonly spreads = false;

  constructor(
    /** Text of the list, with its brackets. */
    private readonly source: string,
    /** Numbers in the order of the text, across nested lists. */
    readonly values: Float64Array,
    /** As `shapeOf` tells it. */
    readonly shape: Shape,
  ) {
    super();
  }

  entries(): readonly Tree[] {
    return listTree(this.source);
  }
}

/**
 * Weights of a convolution nest four deep. Deeper lists are left to the parser: if brackets are never closed, each
 * opening one scans all text after it.
 */
const MOST_DEPTH = 8;

const TOKEN = /\s*(?:(\[)|(\])|(,)|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?=[\s,\]]))/y;

/** The (nested) list that begins at `start`, and its end; null if it is not a list of finite numbers. */
export function numberList(text: string, start: number): { readonly list: NumberList; readonly end: number } | null {
  TOKEN.lastIndex = start;
  let values = new Float64Array(64);
  let count = 0;
  let depth = 0;
  // after `[` and `,` a value follows, after a value `,` or `]`
  let wantsValue = true;
  /** By depth: entries of the open list so far, and of every closed one. */
  const entries: number[] = [];
  const lengths: number[] = [];
  let numberDepth = 0;
  let isEven = true;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, opens, closes, comma, number] = match;
    const isValue = opens !== undefined || number !== undefined;
    if (isValue !== wantsValue) return null;
    if (opens !== undefined) {
      if (++depth > MOST_DEPTH) return null;
      entries[depth] = 0;
    } else if (number !== undefined) {
      if (count === values.length) {
        const larger = new Float64Array(2 * count);
        larger.set(values);
        values = larger;
      }
      const value = Number(number);
      if (!Number.isFinite(value)) return null;
      values[count++] = value;
      entries[depth]++;
      if (numberDepth === 0) numberDepth = depth;
      if (numberDepth !== depth) isEven = false;
      wantsValue = false;
    } else if (comma !== undefined) wantsValue = true;
    else if (closes !== undefined) {
      lengths[depth] ??= entries[depth];
      if (lengths[depth] !== entries[depth]) isEven = false;
      if (--depth > 0) {
        entries[depth]++;
        continue;
      }
      const end = TOKEN.lastIndex;
      return { list: new NumberList(text.slice(start, end), values.slice(0, count), isEven ? lengths.slice(1) : null), end };
    }
  }
  return null;
}

const NO_LIST: Shape = [];

/** The shape of a (nested) list; a single value has no lengths. */
export function shapeOf(tree: Tree | undefined): Shape {
  if (tree instanceof NumberList) return tree.shape;
  const isList = Array.isArray(tree) || tree instanceof Packed;
  if (!isList) return NO_LIST;
  const entries = tree instanceof Packed ? tree.entries() : spread(tree as readonly Tree[]);
  let shared: Shape | undefined;
  for (const entry of entries) {
    const shape = shapeOf(entry);
    shared ??= shape;
    if (shape === null || shared === null || !isSameShape(shape, shared)) return null;
  }
  return [entries.length, ...(shared ?? [])];
}

export function isSameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((length, axis) => length === other[axis]);
}

/** The tree of a text that `numberList` has accepted. */
function listTree(source: string): readonly Tree[] {
  const outer: Tree[] = [];
  const open: Tree[][] = [outer];
  for (const [token] of source.matchAll(/\[|\]|[^\s,[\]]+/g)) {
    if (token === "[") open.push([]);
    else if (token === "]") {
      const list = open.pop() as Tree[];
      (open.at(-1) as Tree[]).push(list);
    } else (open.at(-1) as Tree[]).push(token);
  }
  return outer[0] as readonly Tree[];
}

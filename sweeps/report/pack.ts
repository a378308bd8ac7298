/**
 * The report's data in few bytes, without loss: lists of similar objects become columns, and each text is stored once
 * and referred to by index. `pack` here and `UNPACK` in the page are inverse to each other. Pure.
 */
import type { Json } from "../../base/hash.js";

/** Least length of a list that is stored as columns. */
const LEAST_ROWS = 3;

type Row = { readonly [key: string]: Json };

function likeObjects(list: readonly Json[]): list is readonly Row[] {
  const [first] = list;
  if (list.length < LEAST_ROWS || typeof first !== "object" || first === null || Array.isArray(first)) return false;
  const keys = Object.keys(first).join("\n");
  return list.every((item) => typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).join("\n") === keys);
}

/**
 * Returns `{ texts, value }`. In `value`, a text is an index within columns (`t`), and a list of similar objects is `{
 * k: keys, c: columns }`.
 */
export function pack(value: Json): Json {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const packed = (one: Json): Json => {
    if (Array.isArray(one)) return likeObjects(one) ? columns(one) : { l: column(one) };
    if (typeof one !== "object" || one === null) return one;
    return { o: Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, packed(inner)])) };
  };
  /** A column of texts becomes indices (`t`), one of plain values stays, any other is packed item by item. */
  const column = (list: readonly Json[]): Json => {
    if (list.length > 0 && list.every((item) => typeof item === "string")) return { t: list.map((item) => numberOf(item)) };
    if (list.every((item) => typeof item !== "object" || item === null)) return list as Json;
    return { p: list.map(packed) };
  };
  const columns = (rows: readonly Row[]): Json => {
    const keys = Object.keys(rows[0]);
    return { k: keys, n: rows.length, c: keys.map((key) => column(rows.map((row) => row[key]))) };
  };
  const inner = packed(value);
  return { texts: [...numbers.keys()], value: inner };
}

/** The inverse of `pack`, as a script for the page. */
export const UNPACK = `
function unpack(packed) {
  const column = (list) => Array.isArray(list) ? list : list.t ? list.t.map((i) => packed.texts[i]) : list.p.map(open);
  const open = (one) => {
    if (typeof one !== "object" || one === null) return one;
    if (one.o) return Object.fromEntries(Object.entries(one.o).map(([key, inner]) => [key, open(inner)]));
    if (one.l) return column(one.l);
    const columns = one.c.map(column);
    return Array.from({ length: one.n }, (_, i) => Object.fromEntries(one.k.map((key, k) => [key, columns[k][i]])));
  };
  return open(packed.value);
}
`;

/**
 * Keys that select tiles and cores: `core` (all), `core[3]`, `core[0..3]`, `core[0,2,8..11]`.
 *
 * If several keys set the same value, the one that selects fewer wins (tile before core), whatever the order in the
 * file.
 */

export interface Selector {
  readonly key: string;
  /** Ascending, distinct; null selects all. */
  readonly indices: readonly number[] | null;
}

/** Tiles of the largest mesh; also bounds the work that a hostile file can ask for. */
const INDEX_LIMIT = 4096;
/** Most selector keys in one mapping. */
export const SELECTOR_LIMIT = 512;

/** The selector in `key`; null if `key` does not begin with `stem` and a bracket; a message if it is malformed. */
export function parseSelector(key: string, stem: "tile" | "core"): Selector | null | { readonly wrong: string } {
  if (key === stem) return { key, indices: null };
  if (!key.startsWith(`${stem}[`)) return null;
  const inside = /^\[\s*([\d.,\s]+)\]$/.exec(key.slice(stem.length))?.[1];
  if (inside === undefined) return { wrong: `is not a selector; write ${stem}[0], ${stem}[0..3] or ${stem}[0,2,4..7]` };
  const indices = new Set<number>();
  for (const part of inside.split(",")) {
    const match = /^\s*(\d{1,9})\s*(?:\.\.\s*(\d{1,9})\s*)?$/.exec(part);
    if (match === null) return { wrong: `has a part "${part.trim()}" that is neither a number nor a range a..b` };
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    if (high < low) return { wrong: `has a range that runs backwards: ${low}..${high}` };
    if (high >= INDEX_LIMIT) return { wrong: `selects index ${high}; at most ${INDEX_LIMIT - 1}` };
    for (let i = low; i <= high; i++) indices.add(i);
  }
  return { key, indices: [...indices].sort((a, b) => a - b) };
}

export const selects = (selector: Selector, index: number): boolean => selector.indices === null || selector.indices.includes(index);

/** Sorts the least specific first, so that later ones override it. */
export function bySpecificity(a: Selector, b: Selector): number {
  if (width(a) !== width(b)) return width(a) > width(b) ? -1 : 1;
  return (a.indices?.[0] ?? 0) - (b.indices?.[0] ?? 0);
}

/** True if the two overlap and neither is more specific, so that neither should win. */
export function areAmbiguous(a: Selector, b: Selector): boolean {
  if (a.indices === null || b.indices === null) return a.indices === b.indices;
  return a.indices.length === b.indices.length && a.indices.some((index) => b.indices?.includes(index));
}

/** True if some index belongs to both. */
export function overlap(a: Selector, b: Selector): boolean {
  return a.indices === null || b.indices === null || a.indices.some((index) => b.indices?.includes(index));
}

/** True if both select the same, however they are written. */
export const isSameSet = (a: Selector, b: Selector): boolean => isWithin(a, b) && isWithin(b, a);

/** True if `a` selects fewer than `b`. */
export const isNarrower = (a: Selector, b: Selector): boolean => width(a) < width(b);

const width = ({ indices }: Selector): number => indices?.length ?? Number.POSITIVE_INFINITY;

/** True if every index of `inner` is one of `outer`. */
export function isWithin(inner: Selector, outer: Selector): boolean {
  if (outer.indices === null) return true;
  return inner.indices?.every((index) => outer.indices?.includes(index)) ?? false;
}

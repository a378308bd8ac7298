/**
 * Damages trees of plain data the way an enemy who knows the format does: the container stays sound, one to three of
 * its values do not.
 */
import type { createRng } from "../../base/rng.js";

type Rng = ReturnType<typeof createRng>;
export type Tree = null | boolean | number | string | bigint | readonly Tree[] | { readonly [key: string]: Tree };

const NUMBERS = [
  ...[0, -0, 1, -1, 2, 3, 0.5, 1e-308, 1e-9, 1e9, 1e18, 1e300, 255, 256, 65_535, 65_536, 1e6, 16_777_216],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];
const TEXTS = [
  "",
  " ",
  "0",
  "1e9",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "/dev/zero",
  "\u0000",
  "\ud800",
  "é",
  "a".repeat(5_000),
  "F64",
  "[",
  "%s",
];

function scalar(rng: Rng): Tree {
  switch (rng.int(0, 5)) {
    case 0:
      return null;
    case 1:
      return rng.float() < 0.5;
    case 2:
      return TEXTS[rng.int(0, TEXTS.length - 1)];
    default:
      return NUMBERS[rng.int(0, NUMBERS.length - 1)];
  }
}

function nested(depth: number): Tree {
  let tree: Tree = [];
  for (let i = 0; i < depth; i++) tree = i % 2 === 0 ? { a: tree } : [tree];
  return tree;
}

/**
 * Another value for one that is there; of its own kind more often than not, so that checks of the kind alone do not
 * stop it.
 */
function other(value: Tree, rng: Rng): Tree {
  const pick = rng.int(0, 9);
  if (typeof value === "number" && pick < 7)
    return pick < 2 ? value * [2, -1, 0.5, 1000][rng.int(0, 3)] : NUMBERS[rng.int(0, NUMBERS.length - 1)];
  if (typeof value === "string" && pick < 5)
    return pick < 2 ? value + TEXTS[rng.int(0, TEXTS.length - 1)] : TEXTS[rng.int(0, TEXTS.length - 1)];
  if (Array.isArray(value) && pick < 7) {
    const items = value as readonly Tree[];
    const at = rng.int(0, Math.max(0, items.length - 1));
    if (pick < 2) return [...items, ...items];
    if (pick < 4) return items.filter((_, i) => i !== at);
    if (pick < 5) return Array.from({ length: 300 }, () => items[at] ?? scalar(rng));
    return [...items].reverse();
  }
  if (pick === 8) return [value];
  if (pick === 9) return rng.float() < 0.1 ? nested(300) : {};
  return scalar(rng);
}

const isMap = (tree: Tree): tree is { readonly [key: string]: Tree } => typeof tree === "object" && tree !== null && !Array.isArray(tree);

/** Places below the root: paths of keys. */
function placesOf(
  tree: Tree,
  at: readonly (string | number)[] = [],
  found: (readonly (string | number)[])[] = [],
): (readonly (string | number)[])[] {
  if (at.length > 0) found.push(at);
  if (Array.isArray(tree)) (tree as readonly Tree[]).forEach((item, i) => void placesOf(item, [...at, i], found));
  else if (isMap(tree)) for (const [key, item] of Object.entries(tree)) placesOf(item, [...at, key], found);
  return found;
}

const valueAt = (tree: Tree, place: readonly (string | number)[]): Tree =>
  place.reduce<Tree>((inner, key) => (inner as { readonly [key: string]: Tree })[key as string], tree);

/** The tree with `change` applied to the entries of the map or list that holds the place. */
function changed(tree: Tree, place: readonly (string | number)[], change: (entries: [string, Tree][], at: number) => void): Tree {
  const [key, ...rest] = place;
  const entries: [string, Tree][] = Object.entries(tree as { readonly [key: string]: Tree });
  const at = entries.findIndex(([name]) => name === String(key));
  if (rest.length > 0) entries[at] = [entries[at][0], changed(entries[at][1], rest, change)];
  else change(entries, at);
  if (Array.isArray(tree)) return entries.map(([, value]) => value);
  // A key `__proto__` is a key here, as it is in a file.
  const map: { [key: string]: Tree } = Object.create(null);
  for (const [name, value] of entries) map[name] = value;
  return map;
}

export function damagedTree(tree: Tree, rng: Rng): Tree {
  let result = tree;
  for (let n = rng.float() < 0.6 ? 1 : rng.int(2, 3); n > 0; n--) {
    const places = placesOf(result);
    if (places.length === 0) return scalar(rng);
    const place = places[rng.int(0, places.length - 1)];
    const donor = valueAt(result, places[rng.int(0, places.length - 1)]);
    const kind = rng.int(0, 15);
    result = changed(result, place, (entries, at) => {
      const [key, value] = entries[at];
      if (kind === 0) entries.splice(at, 1);
      else if (kind === 1) entries[at] = [rng.float() < 0.5 ? `${key}x` : TEXTS[rng.int(0, TEXTS.length - 1)], value];
      else if (kind === 2) entries[at] = [key, donor];
      else if (kind === 3) entries.push([`${key}2`, donor]);
      else entries[at] = [key, other(value, rng)];
    });
  }
  return result;
}

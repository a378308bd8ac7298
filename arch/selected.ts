/**
 * Writes a value to the tiles or cores that a path selects.
 *
 * A value by path reaches all of them, also those for which a narrower key of the document sets the value. Of several
 * values by path the one that selects fewer wins, in any order (`overlay.ts` writes the widest first).
 */
import { emptyMap, type Located, type LocatedMap, nodeAt, toJson, withEntry } from "./located.js";
import {
  areAmbiguous,
  bySpecificity,
  isNarrower,
  isSameSet,
  isWithin,
  overlap,
  parseSelector,
  type Selector,
  selects,
} from "./selector.js";

/** A value of tiles (`core` is null) or of cores. */
export interface Target {
  readonly tile: Selector;
  readonly core: Selector | null;
  readonly keys: readonly string[];
}
type Change = (node: LocatedMap) => LocatedMap;
type Test = (node: LocatedMap) => boolean;

/** The document in which `change` was applied to every mapping that `target` selects. */
export function changeSelected(document: LocatedMap, { tile, core, keys }: Target, change: Change): LocatedMap {
  const isSet: Test = (node) => nodeAt(node, keys) !== undefined;
  if (core === null) return changed(document, "tile", tile, isSet, change);
  const isSetInside: Test = (node) => selectedParts(node, "core").some((part) => overlap(part.selector, core) && isSet(part.node));
  return changed(document, "tile", tile, isSetInside, (node) => changed(node, "core", core, isSet, change));
}

/**
 * Where keys cross the target, it is written index by index: one index is narrower than all of them, and overlaps no
 * second key of one index.
 */
function changed(map: LocatedMap, stem: "tile" | "core", target: Selector, isSetIn: Test, change: Change): LocatedMap {
  const others = selectedParts(map, stem).filter(({ selector }) => overlap(selector, target) && !isSameSet(selector, target));
  const inside = others.filter(({ selector, node }) => isWithin(selector, target) && isSetIn(node)).map(({ selector }) => selector);
  const ownIndices = others.some(({ selector }) => areAmbiguous(selector, target)) ? (target.indices ?? []) : null;
  const crossing = others.filter(({ selector, node }) => isNarrower(selector, target) && !isWithin(selector, target) && isSetIn(node));
  const crossed = new Set(crossing.flatMap(({ selector }) => selector.indices?.filter((index) => target.indices?.includes(index)) ?? []));
  const singles = (ownIndices ?? [...crossed]).map((index): Selector => ({ key: `${stem}[${index}]`, indices: [index] }));
  const whole = ownIndices === null ? [target] : [];
  return [...whole, ...inside, ...singles].reduce((result, selector) => changedAt(result, stem, selector, change), map);
}

/** Applies the change at the key that selects the same, or at a new key. */
function changedAt(map: LocatedMap, stem: "tile" | "core", selector: Selector, change: Change): LocatedMap {
  const own = selectedParts(map, stem).find((part) => isSameSet(part.selector, selector));
  return own === undefined ? withEntry(map, selector.key, change(emptyMap(map.at))) : withEntry(map, own.selector.key, change(own.node));
}

/** The mappings under keys that select tiles, or cores. */
export function selectedParts(map: Located, stem: "tile" | "core"): { readonly selector: Selector; readonly node: LocatedMap }[] {
  if (map.kind !== "map") return [];
  return [...map.entries].flatMap(([key, { value: node }]) => {
    const selector = parseSelector(key, stem);
    return selector === null || "wrong" in selector || node.kind !== "map" ? [] : [{ selector, node }];
  });
}

/** Places that set the target's value for some of its cores (or tiles), and win because they select fewer. */
export function narrowerPlaces(document: LocatedMap, target: Target): readonly Target[] {
  const { core, keys } = target;
  const places = selectedParts(document, "tile").flatMap(({ selector: tile, node }): { place: Target; node: LocatedMap }[] =>
    core === null
      ? [{ place: { tile, core, keys }, node }]
      : selectedParts(node, "core").map((inner) => ({ place: { tile, core: inner.selector, keys }, node: inner.node })),
  );
  return places
    .filter(({ place, node }) => meet(place, target) && wins(place, target) && nodeAt(node, keys) !== undefined)
    .map(({ place }) => place);
}

/**
 * The one value that the document gives everything that the target selects; undefined if they differ, or have none. A
 * target of all tiles (or cores) has the value of those that no narrower key names.
 */
export function valueSelected(document: LocatedMap, { tile, core, keys }: Target): Located | undefined {
  const [first, ...others] = indicesOf(tile).flatMap((t) =>
    (core === null ? [NAMELESS] : indicesOf(core)).map((c) => {
      const tiles = partsOf(document, "tile", t);
      const nodes = core === null ? tiles : tiles.flatMap((node) => partsOf(node, "core", c));
      return nodes.flatMap((node) => nodeAt(node, keys) ?? []).at(-1);
    }),
  );
  if (first === undefined) return undefined;
  const text = JSON.stringify(toJson(first));
  return others.every((other) => other !== undefined && JSON.stringify(toJson(other)) === text) ? first : undefined;
}

/** Index of a tile or core that no key names. */
const NAMELESS = -1;
const indicesOf = ({ indices }: Selector): readonly number[] => indices ?? [NAMELESS];

/** What the keys of `map` that select an index say, the widest first. */
const partsOf = (map: LocatedMap, stem: "tile" | "core", index: number): readonly LocatedMap[] =>
  selectedParts(map, stem)
    .filter(({ selector }) => selects(selector, index))
    .toSorted((a, b) => bySpecificity(a.selector, b.selector))
    .map(({ node }) => node);

/** True if the value of `by`, set beside that of `target`, reaches all or some of it and does not yield to `target`. */
export const outranks = (by: Target, target: Target): boolean => isSameValue(by, target) && meet(by, target) && !wins(by, target);

const meet = (a: Target, b: Target): boolean =>
  overlap(a.tile, b.tile) && (a.core === null) === (b.core === null) && (a.core === null || b.core === null || overlap(a.core, b.core));

const wins = (a: Target, b: Target): boolean =>
  isNarrower(a.tile, b.tile) || (isSameSet(a.tile, b.tile) && a.core !== null && b.core !== null && isNarrower(a.core, b.core));

const isSameValue = (a: Target, b: Target): boolean => a.keys.length === b.keys.length && a.keys.every((key, i) => key === b.keys[i]);

/** True if both set the same value of the same tiles or cores. */
export const isSamePlace = (a: Target, b: Target): boolean =>
  isSameValue(a, b) && isSameSet(a.tile, b.tile) && (a.core === null ? b.core === null : b.core !== null && isSameSet(a.core, b.core));

/** True if the value of `by` is that of everything that `target` selects. */
export const covers = (by: Target, target: Target): boolean =>
  isSameValue(by, target) &&
  isWithin(target.tile, by.tile) &&
  (by.core === null ? target.core === null : target.core !== null && isWithin(target.core, by.core));

/** True if both set the same value for some core (or tile), and neither selects fewer. */
export const clash = (a: Target, b: Target): boolean => isSameValue(a, b) && meet(a, b) && !wins(a, b) && !wins(b, a);

/** Sorts the widest first: tile before core. */
export const widestFirst = (a: Target, b: Target): number =>
  bySpecificity(a.tile, b.tile) || (a.core === null || b.core === null ? 0 : bySpecificity(a.core, b.core));

export const placeText = ({ tile, core, keys }: Target): string => [tile.key, ...(core === null ? [] : [core.key]), ...keys].join(".");

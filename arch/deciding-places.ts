/**
 * Keys of tiles and cores that decide something on the chip of a point, and that no value by path set: of keys for one
 * core, the one that selects fewer wins, and a value by path wins over all of them. Pure.
 */
import type { Json } from "../base/hash.js";
import { board } from "./kinds/board.js";
import type { Located, LocatedMap } from "./located.js";
import { groundDocument, laidOver } from "./overlay.js";
import { hasTile } from "./path.js";
import { covers, placeText, selectedParts, type Target, widestFirst } from "./selected.js";
import { parseSelector, selects } from "./selector.js";

/** Paths of such keys of an ordinary chip's description, under the values of a point. */
export function decidingPlaces(
  { document, file }: { readonly document: Json; readonly file: string },
  values: { readonly [path: string]: Json },
): readonly string[] {
  const whole = laidOver(document, file, values, board.pathOf);
  const { coresPerTile } = board.resolve(whole).chip;
  const set = Object.keys(values).flatMap((text) => {
    const path = board.pathOf(text);
    return "wrong" in path || !hasTile(path) ? [] : [path];
  });
  const own = new Set(placesOf(groundDocument(document, file)).map(placeText));
  const byKeys = new Map<string, Target[]>();
  for (const place of placesOf(whole)) {
    const name = `${place.core === null} ${place.keys.join(".")}`;
    const same = byKeys.get(name);
    if (same === undefined) byKeys.set(name, [place]);
    else same.push(place);
  }
  return [...byKeys.values()]
    .flatMap((places) => winners(places, coresPerTile))
    .filter((place) => !set.some((path) => covers(path, place)))
    .map(placeText)
    .filter((text) => own.has(text));
}

/** Places of one value that win at some tile or core. */
function winners(places: readonly Target[], coresPerTile: readonly number[]): readonly Target[] {
  const order = places.toSorted(widestFirst);
  const found = new Set<Target>();
  for (const [tile, cores] of coresPerTile.entries()) {
    const here = order.filter((place) => selects(place.tile, tile));
    for (let core = 0; core < cores; core++) {
      const winner = here.findLast((place) => place.core === null || selects(place.core, core));
      if (winner !== undefined) found.add(winner);
    }
  }
  return [...found];
}

/** Every value below a key of tiles. */
function placesOf(document: LocatedMap): readonly Target[] {
  return selectedParts(document, "tile").flatMap(({ selector: tile, node }) => [
    ...leaves(node).map((keys) => ({ tile, core: null, keys })),
    ...selectedParts(node, "core").flatMap(({ selector: core, node: inner }) => leaves(inner).map((keys) => ({ tile, core, keys }))),
  ]);
}

/** Keys of every value in a mapping that is none itself, those of its cores left out. */
const leaves = (map: LocatedMap): readonly (readonly string[])[] =>
  [...map.entries].flatMap(([key, { value }]) => (parseSelector(key, "core") === null ? below(key, value) : []));

const below = (key: string, value: Located): readonly (readonly string[])[] =>
  value.kind === "map" ? leaves(value).map((keys) => [key, ...keys]) : [[key]];

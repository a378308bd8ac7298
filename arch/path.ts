/** Paths into a description, `noc.flit_width_bits` or `tile[0..3].core[1].lanes`: read, check, set. */
import type * as z from "zod";
import { didYouMean } from "../base/nearest.js";
import { scalarPaths, schemaAt } from "./issues.js";
import { boardKey, isLeftOutByNull } from "./left-out.js";
import { emptyMap, entryOf, type Located, type LocatedMap, nodeAt, withEntry } from "./located.js";
import { KNOWN_PATHS } from "./resolve.js";
import { coreSchema, rootSchema, tileSchema } from "./schema.js";
import { changeSelected, isSamePlace, outranks, type Target, valueSelected } from "./selected.js";
import { parseSelector, type Selector } from "./selector.js";
import { calledFix, unitFix } from "./suggest.js";

export interface DocumentPath {
  readonly tile: Selector | null;
  readonly core: Selector | null;
  readonly keys: readonly string[];
  /** Schema of the value at the path. */
  readonly leaf: z.core.$ZodType;
  /** True if `null` at the path leaves the key out. */
  readonly isLeftOutByNull: boolean;
}

/** The parsed path, for documents of one kind, or the mistake in it and its fix. */
export type PathReader = (text: string) => DocumentPath | { readonly wrong: string; readonly fix: string };

/** Paths of an ordinary chip's description. */
export function parsePath(text: string): DocumentPath | { readonly wrong: string; readonly fix: string } {
  const parts = text.match(/[^.[]+(?:\[[^\]]*\])?|\[[^\]]*\]/g) ?? [];
  const named = NAMED.find(({ owner }) => owner === `${parts[0]}.${parts[1]}`);
  const below = named === undefined ? null : belowName(text, named);
  const clean = parts.join(".");
  if (below === null && clean !== text) {
    const meant = parsePath(clean);
    return "wrong" in meant ? meant : { wrong: "no such parameter", fix: `did you mean ${clean}?` };
  }
  let keys: readonly string[] = below ?? parts;
  if (keys.includes("__proto__")) return { wrong: "key __proto__ is not allowed", fix: "" }; // as in a file
  const selector = (stem: "tile" | "core"): Selector | null | { readonly wrong: string } => {
    const found = keys[0] === undefined ? null : parseSelector(keys[0], stem);
    if (found !== null) keys = keys.slice(1);
    return found;
  };
  const tile = selector("tile");
  if (tile !== null && "wrong" in tile) return { ...tile, fix: "" };
  const core = tile === null ? null : selector("core");
  if (core !== null && "wrong" in core) return { ...core, fix: "" };
  const leaf = schemaAt(core !== null ? coreSchema : tile !== null ? tileSchema : rootSchema, keys);
  const plain = [...(tile ? ["tile"] : []), ...(core ? ["core"] : []), ...keys].join(".");
  const isScalar = KNOWN_PATHS.includes(plain) || below !== null || keys[0] === "prices";
  if (leaf !== null && isScalar && keys.length > 0)
    return { tile, core, keys, leaf, isLeftOutByNull: tile === null && isLeftOutByNull(boardKey(keys)) };
  const fix = named === undefined ? pathFix(plain) : namedFix(parts, named);
  return { wrong: leaf === null ? "no such parameter" : "is not a single value", fix };
}

/** A mapping whose keys are names of the network (layers, inputs), and the paths of single values below a name. */
interface Named {
  readonly owner: string;
  readonly below: readonly string[];
}

const NAMED: readonly Named[] = [
  ["precision", "layers"],
  ["workload", "inputs"],
].map((keys) => ({ owner: keys.join("."), below: scalarPaths(schemaAt(rootSchema, [...keys, "name"]) as z.core.$ZodType) }));

/** Keys of a value below a name, which is one key even if it contains dots; null: there is no such value. */
function belowName(text: string, { owner, below }: Named): readonly string[] | null {
  const start = `${owner}.`;
  if (!text.startsWith(start)) return null;
  const ends = below.map((path) => `.${path}`).filter((end) => text.length > start.length + end.length && text.endsWith(end));
  const [longest] = ends.sort((a, b) => b.length - a.length);
  if (longest === undefined) return null;
  return [...owner.split("."), text.slice(start.length, -longest.length), ...longest.slice(1).split(".")];
}

function namedFix(parts: readonly string[], { owner, below }: Named): string {
  const names = parts.slice(3).map((_, i) => parts.slice(2, i + 3).join("."));
  const known = names.flatMap((name) => below.map((path) => `${owner}.${name}.${path}`));
  const place = { owner: parts.slice(0, -1).join("."), own: below };
  const called = parts.length > 3 ? calledFix(parts[parts.length - 1], undefined, place, KNOWN_PATHS, false) : "";
  return called || didYouMean(parts.join("."), known) || `below a name: ${below.join(", ")}`;
}

function pathFix(plain: string): string {
  const cut = plain.lastIndexOf(".");
  const owner = plain.slice(0, cut + 1);
  const siblings = KNOWN_PATHS.filter((path) => path.startsWith(owner)).map((path) => path.slice(owner.length));
  const unit = cut > 0 ? unitFix(plain.slice(cut + 1), undefined, siblings) : null;
  const sameEnd = KNOWN_PATHS.filter((path) => path.endsWith(`.${plain}`) || path.split(".").at(-1) === plain);
  const place = { owner: plain.slice(0, Math.max(0, cut)), own: siblings };
  const called = (isAnywhere: boolean): string => calledFix(plain.slice(cut + 1), undefined, place, KNOWN_PATHS, isAnywhere);
  if (unit !== null) return unit;
  const near = called(false);
  if (near !== "") return near;
  return sameEnd.length > 0 ? `did you mean ${sameEnd.join(" or ")}?` : didYouMean(plain, KNOWN_PATHS) || called(true);
}

/** The document with `value` at `path`: at everything that its selectors select. */
export function setAt(document: LocatedMap, path: DocumentPath, value: Located): LocatedMap {
  const { keys } = path;
  return hasTile(path)
    ? changeSelected(document, path, (node) => setKeys(node, keys, value))
    : setKeys(withOwnEvents(document, keys), keys, isLeftOut(value, path) ? null : value);
}

const isLeftOut = (value: Located, path: DocumentPath): boolean => value.kind === "scalar" && value.value === null && path.isLeftOutByNull;

/** The value at `path`; undefined if there is none, or none that all have whom its selectors select. */
export const valueAt = (document: LocatedMap, path: DocumentPath): Located | undefined =>
  hasTile(path) ? valueSelected(document, path) : nodeAt(document, path.keys);

/** True if both are the path of one value, by whatever selectors. */
export const isSame = (a: DocumentPath, b: DocumentPath): boolean =>
  hasTile(a) && hasTile(b) ? isSamePlace(a, b) : !hasTile(a) && !hasTile(b) && a.keys.join("\0") === b.keys.join("\0");

/** True if a value at `wide` reaches cores (or tiles) at `path`, and yields there to a value at `path`. */
export const yields = (wide: DocumentPath, path: DocumentPath): boolean =>
  hasTile(wide) && hasTile(path) && outranks(wide, path) && !outranks(path, wide);

/** True if a value at `by` decides that at `path`, or a part of it, when both are set. */
export const decides = (by: DocumentPath, path: DocumentPath): boolean =>
  hasTile(by) && hasTile(path) ? outranks(by, path) : isSame(by, path);

/** The document with `value` at the very keys of `path`; narrower keys stay. */
export function setAsTyped(document: LocatedMap, path: DocumentPath, value: Located): LocatedMap {
  const { tile, core, keys } = path;
  return setKeys(document, [tile, core].flatMap((selector) => selector?.key ?? []).concat(keys), value);
}

/** True if the path selects tiles. */
export const hasTile = (path: DocumentPath): path is DocumentPath & Target => path.tile !== null;

/**
 * For a path into an input's own slicing: the document in which the input has one, copied from the workload if needed.
 * For any other path: the document.
 */
function withOwnEvents(document: LocatedMap, keys: readonly string[]): LocatedMap {
  if (!slicesInput({ keys })) return document;
  const [own, usual] = [nodeAt(document, keys.slice(0, 4)), nodeAt(document, ["workload", "events"])];
  return own === undefined && usual !== undefined ? setKeys(document, keys.slice(0, 4), usual) : document;
}

/** True if a path belongs to the slicing of one input's recordings. */
export function slicesInput({ keys }: Pick<DocumentPath, "keys">): boolean {
  return keys[0] === "workload" && keys[1] === "inputs" && keys[3] === "events";
}

/** `value` null: without the key. */
function setKeys(map: LocatedMap, keys: readonly string[], value: Located | null): LocatedMap {
  const [key, ...rest] = keys;
  if (key === undefined) return map;
  if (rest.length === 0) return withEntry(map, key, value);
  const child = entryOf(map, key);
  if (child?.kind === "list") return withEntry(map, key, setItem(child, rest, value));
  if (value === null && child?.kind !== "map") return map;
  return withEntry(map, key, setKeys(child?.kind === "map" ? child : emptyMap(value?.at ?? map.at), rest, value));
}

/** The list with the value set inside the entry of that index; if the list has no such entry, it does not change. */
function setItem(list: Extract<Located, { readonly kind: "list" }>, [number, ...rest]: readonly string[], value: Located | null): Located {
  const items = list.items.map((item, i) => (String(i) === number && item.kind === "map" ? setKeys(item, rest, value) : item));
  return { ...list, items };
}

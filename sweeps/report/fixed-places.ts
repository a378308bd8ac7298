/** Keys of tiles and cores in a study's description that some of its points read as they stand. Pure. */
import { decidingPlaces, type SweepParameter, type SweepSpec } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import type { PointValues, Space } from "../space.js";
import type { StoredPoint } from "../store/sqlite.js";

/** Paths that decide how many tiles a chip has, and how many cores these have. */
const OF_SHAPE = /^noc\.(topology|width|height|tree)\b|\.cores$/;

/** Points of one kind have the same cores and the same keys. */
export const placesKind = (parameters: readonly SweepParameter[], values: PointValues): string =>
  JSON.stringify(parameters.map(({ name, path }) => (OF_SHAPE.test(path) ? (values[name] ?? null) : values[name] !== undefined)));

/**
 * `points`: one of each kind. Null: all of them, because no key and no parameter selects fewer than all tiles and all
 * of their cores.
 */
export function fixedPlaces(
  described: { readonly document: Json; readonly file: string },
  { parameters }: SweepSpec,
  space: Space,
  points: Iterable<StoredPoint>,
): readonly string[] | null {
  const selects = /^(tile|core)\[|\.core\[/;
  const isBoard = !Object.hasOwn((described.document ?? {}) as object, "model");
  if (!isBoard || !(parameters.some(({ path }) => selects.test(path)) || hasKey(described.document, selects))) return null;
  return [...new Set([...points].flatMap(({ values }) => decidingPlaces(described, space.byPath(values))))];
}

const hasKey = (value: Json, pattern: RegExp): boolean =>
  typeof value === "object" && value !== null && Object.entries(value).some(([key, inner]) => pattern.test(key) || hasKey(inner, pattern));

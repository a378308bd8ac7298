/**
 * Keys that `null` leaves out: where a key may be left out and has no value `null` of its own, an extending file takes
 * it away from the description with `null`, and so does a value by path outside of tiles (`path.ts`). Elsewhere `null`
 * is a value as any other. Pure.
 */
import * as z from "zod";
import { schemaAt } from "./issues.js";
import { entryOf, type LocatedMap, withEntry } from "./located.js";
import { coreSchema, rootSchema, tileSchema } from "./schema.js";
import { parseSelector } from "./selector.js";

/** The schema of a board's key at a path, with its wrappers; null: there is no such key. */
export function boardKey(path: readonly string[]): z.core.$ZodType | null {
  const isOf = (stem: "tile" | "core", key: string | undefined): boolean => key !== undefined && parseSelector(key, stem) !== null;
  const inTile = isOf("tile", path[0]);
  const inCore = inTile && isOf("core", path[1]);
  const keys = path.slice(inCore ? 2 : inTile ? 1 : 0);
  return keys.length === 0 ? null : keyIn(inCore ? coreSchema : inTile ? tileSchema : rootSchema, keys);
}

/** The same below any schema. */
export function keyIn(schema: z.core.$ZodType, keys: readonly string[]): z.core.$ZodType | null {
  const key = keys[keys.length - 1];
  const owner = schemaAt(schema, keys.slice(0, -1));
  return owner instanceof z.ZodObject && Object.hasOwn(owner.shape, key) ? owner.shape[key] : null;
}

const takesNull = (schema: z.core.$ZodType): boolean => z.safeParse(schema, null).success;

/** True if `null` stands for a key of this schema that is left out. */
export const isLeftOutByNull = (key: z.core.$ZodType | null): boolean => key instanceof z.ZodOptional && !takesNull(key);

/** True if `null` may be written for a key of this schema, whatever it means. */
export const mayBeNull = (key: z.core.$ZodType | null): boolean => key !== null && (key instanceof z.ZodOptional || takesNull(key));

/** Both mappings without the keys that `over` takes away from `base`. `keyAt`: the schema of the key at a path. */
export function withoutTaken(
  base: LocatedMap,
  over: LocatedMap,
  keyAt: (path: readonly string[]) => z.core.$ZodType | null,
  path: readonly string[] = [],
): readonly [base: LocatedMap, over: LocatedMap] {
  let both: readonly [LocatedMap, LocatedMap] = [base, over];
  for (const [key, { value }] of over.entries) {
    const below = entryOf(base, key);
    if (below === undefined) continue;
    const at = [...path, key];
    if (value.kind === "scalar" && value.value === null && isLeftOutByNull(keyAt(at)))
      both = [withEntry(both[0], key, null), withEntry(both[1], key, null)];
    else if (value.kind === "map" && below.kind === "map") {
      const [left, right] = withoutTaken(below, value, keyAt, at);
      if (left !== below) both = [withEntry(both[0], key, left), withEntry(both[1], key, right)];
    }
  }
  return both;
}

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

/** The schema of the key at a path, with its wrappers; null: there is no such key. */
function schemaOf(path: readonly string[]): z.core.$ZodType | null {
  const isOf = (stem: "tile" | "core", key: string | undefined): boolean => key !== undefined && parseSelector(key, stem) !== null;
  const inTile = isOf("tile", path[0]);
  const inCore = inTile && isOf("core", path[1]);
  const keys = path.slice(inCore ? 2 : inTile ? 1 : 0);
  const key = keys.at(-1);
  const owner = schemaAt(inCore ? coreSchema : inTile ? tileSchema : rootSchema, keys.slice(0, -1));
  return key !== undefined && owner instanceof z.ZodObject && Object.hasOwn(owner.shape, key) ? owner.shape[key] : null;
}

const takesNull = (schema: z.core.$ZodType): boolean => z.safeParse(schema, null).success;

/** True if `null` at the path stands for a key that is left out. */
export function isLeftOutByNull(path: readonly string[]): boolean {
  const schema = schemaOf(path);
  return schema instanceof z.ZodOptional && !takesNull(schema);
}

/** True if `null` may be written at the path, whatever it means. */
export function mayBeNull(path: readonly string[]): boolean {
  const schema = schemaOf(path);
  return schema !== null && (schema instanceof z.ZodOptional || takesNull(schema));
}

/** Both mappings without the keys that `over` takes away from `base`. */
export function withoutTaken(
  base: LocatedMap,
  over: LocatedMap,
  path: readonly string[] = [],
): readonly [base: LocatedMap, over: LocatedMap] {
  let both: readonly [LocatedMap, LocatedMap] = [base, over];
  for (const [key, { value }] of over.entries) {
    const below = entryOf(base, key);
    if (below === undefined) continue;
    const at = [...path, key];
    if (value.kind === "scalar" && value.value === null && isLeftOutByNull(at))
      both = [withEntry(both[0], key, null), withEntry(both[1], key, null)];
    else if (value.kind === "map" && below.kind === "map") {
      const [left, right] = withoutTaken(below, value, at);
      if (left !== below) both = [withEntry(both[0], key, left), withEntry(both[1], key, right)];
    }
  }
  return both;
}

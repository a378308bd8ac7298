/**
 * Defaults of the keys that a mapping leaves out, also in sections that may be left out where they are given: a default
 * that is written out and one that is not are one description. Pure.
 */
import * as z from "zod";
import type { Json } from "../base/hash.js";
import { unwrapped } from "./issues.js";
import { type Located, type LocatedMap, locatedAt } from "./located.js";
import { PLAIN } from "./parse-plain.js";

/** The mapping with the defaults of its schema; they have its place. What the schema refuses stays as it is. */
export function withDefaults(map: LocatedMap, schema: z.core.$ZodType): LocatedMap {
  const here = unwrapped(schema);
  const entries = new Map(map.entries);
  if (here instanceof z.ZodRecord)
    for (const [key, { keyAt, value }] of map.entries) entries.set(key, { keyAt, value: filled(value, here.valueType) });
  if (here instanceof z.ZodObject)
    for (const [key, child] of Object.entries<z.core.$ZodType>(here.shape)) {
      const entry = map.entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, value: filled(entry.value, child) });
      else if (child instanceof z.ZodDefault || child instanceof z.ZodPrefault)
        entries.set(key, { keyAt: map.at, value: locatedAt(child.parse(undefined, PLAIN) as Json, map.at) });
    }
  return { ...map, entries };
}

const filled = (node: Located, schema: z.core.$ZodType): Located => (node.kind === "map" ? withDefaults(node, schema) : node);

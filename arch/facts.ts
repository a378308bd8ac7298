/**
 * Bounds, choices and defaults of the schema's keys, e.g. `noc.virtual_channels`, `tile.core.lanes`, for code outside
 * of the schema.
 */
import * as z from "zod";
import type { Json } from "../base/hash.js";
import { parsePath } from "./path.js";
import { defaultDocument } from "./schema.js";

/** Both ends are allowed values. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

function leafOf(path: string): z.core.$ZodType {
  const found = parsePath(path);
  if ("wrong" in found) throw new Error(`snn-dse: the schema has no ${path}`);
  return found.leaf;
}

const bounds = new Map<string, Bounds>();

/** Bounds of a key that holds a number. Throws: Error for any other key, which is a defect of the program. */
export function boundsOf(path: string): Bounds {
  let known = bounds.get(path);
  if (known === undefined) {
    const leaf = leafOf(path);
    if (!(leaf instanceof z.ZodNumber)) throw new Error(`snn-dse: ${path} holds no number`);
    known = { low: leaf.minValue ?? Number.NEGATIVE_INFINITY, high: leaf.maxValue ?? Number.POSITIVE_INFINITY };
    bounds.set(path, known);
  }
  return known;
}

/** Choices of a key that names one of several. Throws: Error for any other key, which is a defect of the program. */
export function choicesOf(path: string): readonly string[] {
  const leaf = leafOf(path);
  if (!(leaf instanceof z.ZodEnum)) throw new Error(`snn-dse: ${path} is no choice`);
  return leaf.options.map(String);
}

/** The default of a key. Throws: Error if the schema has no such key, which is a defect of the program. */
export function defaultOf(path: string): Json {
  let value: Json = defaultDocument;
  for (const key of path.split(".")) {
    const inside = (value as { readonly [key: string]: Json | undefined })[key];
    if (inside === undefined) throw new Error(`snn-dse: the schema has no default of ${path}`);
    value = inside;
  }
  return value;
}

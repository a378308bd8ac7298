/** Makes fields of a schema: bounds, default and text of one key. */
import * as z from "zod";

// Bounds are set in one step and texts by the registry: .min, .max and .describe copy the schema, which takes most of
// the time.
export const int = (low: number, high: number, description: string, value: number) =>
  z.int().check(z.gte(low), z.lte(high)).default(value).register(z.globalRegistry, { description });
export const real = (low: number, high: number, description: string, value: number) =>
  z.number().check(z.gte(low), z.lte(high)).default(value).register(z.globalRegistry, { description });
export const choice = <const T extends readonly [string, ...string[]]>(values: T, about: string, value: T[number]) =>
  z
    .enum(values)
    .default(value as never)
    .describe(about);

/** Name of a population or an input as a network's file has it; brackets would be selectors in a path. */
export const nameInNetwork = z.string().regex(/^[^[\]\r\n\t]{1,200}$/, "a name has 1 to 200 characters, and no bracket, tab or line end");

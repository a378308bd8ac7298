/**
 * Lets `toEqual` compare typed arrays, and arrays of numbers, value by value, with the result that it has anyway: it
 * would ask for the keys of both, and call itself for every element.
 */
import { expect } from "vitest";

type Values = ArrayLike<unknown> & { readonly constructor: unknown };

const isArray = (value: unknown): value is Values => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** undefined: not for this function to say. */
function sameValues(a: unknown, b: unknown): boolean | undefined {
  if (!isArray(a) || !isArray(b) || a.constructor !== b.constructor || a.length !== b.length) return undefined;
  let isSame = true;
  for (let i = 0; i < a.length; i++) {
    if (typeof a[i] !== "number" || typeof b[i] !== "number") return undefined;
    isSame &&= Object.is(a[i], b[i]);
  }
  return isSame;
}

const once = globalThis as { equalArrays?: true };
if (once.equalArrays === undefined) expect.addEqualityTesters([sameValues]);
once.equalArrays = true;

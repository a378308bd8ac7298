/** A synthesis from a database: every field of the text is checked, because it comes from outside. Pure. */
import type { Synthesis } from "./synthesise.js";

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(check);
/** Check for an object with exactly these fields. */
const of =
  (fields: { readonly [name: string]: Check }): Check =>
  (value) => {
    if (typeof value !== "object" || value === null) return false;
    const own = Object.entries(value);
    return own.length === Object.keys(fields).length && own.every(([name, field]) => Object.hasOwn(fields, name) && fields[name](field));
  };

const isSynthesis = of({
  target: (value) => value === "ecp5" || value === "generic" || value === "liberty",
  tools: mapOf(isText),
  shape: of({
    registerBits: mapOf(isNumber),
    multipliers: listOf(of({ part: isText, aBits: isNumber, bBits: isNumber })),
    memories: listOf(of({ path: isText, words: isNumber, wordBits: isNumber, bits: isNumber, isSram: isFlag })),
  }),
  ecp5: orNull(
    of({
      ...{ device: isText, lut4: isNumber, flipFlops: isNumber, blockRams: isNumber, multipliers: isNumber, slices: isNumber },
      ...{ clockMhz: isNumber, askedMhz: isNumber },
    }),
  ),
  generic: orNull(of({ gates: isNumber, flipFlops: isNumber, transistors: orNull(isNumber) })),
  mapped: orNull(
    of({
      ...{ library: isText, areaUm2: isNumber, gates: isNumber, luts: isNumber, leakageUw: isNumber },
      parts: listOf(of({ part: isText, gates: isNumber, areaUm2: isNumber })),
      longest: of({ ns: isNumber, gates: isNumber, from: isText, to: isText, parts: listOf(isText) }),
    }),
  ),
});

/** null: the text is not a synthesis. */
export function storedSynthesis(text: string): Synthesis | null {
  try {
    const value: unknown = JSON.parse(text);
    return isSynthesis(value) ? (value as Synthesis) : null;
  } catch {
    return null;
  }
}

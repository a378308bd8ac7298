/** Words of memory images, for `$readmemh`. */
import type { Field } from "./cells.js";

/** A word of `bits` bits from fields, lowest first: [value, bits] each. */
export function packed(fields: Iterable<Field>): bigint {
  let word = 0n;
  let at = 0n;
  for (const [value, bits] of fields) {
    word |= BigInt.asUintN(bits, BigInt(value)) << at;
    at += BigInt(bits);
  }
  return word;
}

/** One word per line. */
export function hexLines(words: Iterable<bigint>, bits: number): string {
  const digits = Math.ceil(bits / 4);
  let text = "";
  for (const word of words) text += `${word.toString(16).padStart(digits, "0")}\n`;
  return text;
}

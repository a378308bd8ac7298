/** Words that hold a file's whole numbers, or an error with the width that these need. */
import { boundsOf, type NirNode, ownWidths, type Precision } from "../../arch/index.js";
import { InfeasibleError, inputError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import type { GraphCell } from "../functional/index.js";
import { arrayOf } from "./shapes.js";

/** Bits of a signed word for `least` to `most`. */
export function bitsFor(least: number, most: number): number {
  let bits = 1;
  while (signedMax(bits) < most || -signedMax(bits) - 1 > least) bits++;
  return bits;
}

/** A neuron with whole numbers of any size, before they become words. */
export interface WholeCell extends Omit<GraphCell, "requantiser" | "rest" | "resetTo"> {
  /** Factor of a sum, added constant, and what `GraphCell` says: [neurons]. */
  readonly multiplier: Float64Array;
  readonly bias: Float64Array;
  readonly rest: Float64Array;
  readonly resetTo: Float64Array;
}

/**
 * Words of a neuron. Throws: InfeasibleError if a threshold, reset, bias or a single weight, at most `largest` in size,
 * does not fit a state word. It compares numbers, because a number beyond 32 bits would become another word.
 */
export function wordsOf(
  file: string,
  name: string,
  { multiplier, bias, rest, resetTo, ...cell }: WholeCell,
  largest: number,
  precision: Precision,
): GraphCell {
  let [least, most] = [0, 0];
  const meet = (value: number): void => {
    least = Math.min(least, value);
    most = Math.max(most, value);
  };
  for (const value of [cell.threshold ?? 0, cell.lowest ?? 0]) meet(value);
  for (const values of [rest, resetTo, bias]) values.forEach(meet);
  for (const factor of multiplier) meet(factor * largest);
  const need = bitsFor(least, most);
  if (need > precision.stateBits) {
    const holds = `states of ${name} in ${file}, whose threshold, biases and weights reach ${Math.max(most, -least)}`;
    throw tooNarrow("FILE_STATE_BITS", holds, { key: "state_bits", need, has: precision.stateBits }, precision, name);
  }
  return {
    ...cell,
    requantiser: { multiplier: Int32Array.from(multiplier), bias, shift: 0 },
    rest: Int32Array.from(rest),
    resetTo: Int32Array.from(resetTo),
  };
}

/** The error of a word of population `name` that needs more bits. */
export function tooNarrow(
  code: string,
  holds: string,
  { key, need, has }: { readonly key: "weight_bits" | "state_bits"; readonly need: number; readonly has: number },
  precision: Precision,
  name: string,
): InfeasibleError {
  const own = ownWidths(precision, name)[key === "weight_bits" ? "weightBits" : "stateBits"];
  const where = own === undefined ? `precision.${key}` : `precision.layers.${name}.${key}`;
  const { high } = boundsOf(`precision.${key}`);
  const fix = need <= high ? `set ${where}: ${need}` : `${where} ends at ${high}: scale the numbers of the file down`;
  return new InfeasibleError(code, holds, `${need} bits`, `${has}`, fix);
}

/** A field's only value for all neurons of a node. */
export function single(node: NirNode, field: string, name: string, file: string): number {
  const { data } = arrayOf(node, field);
  if (data.some((value) => value !== data[0]))
    throw inputError(file, `${field} of ${name} differs between neurons, but one population has one value`, "", name);
  return data[0];
}

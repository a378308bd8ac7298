/** Words that hold a file's whole numbers, or an error with the width that these need. */
import { type NirNode, ownWidths, type Precision } from "../../arch/index.js";
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

/** Checks that thresholds, resets, biases and a single weight fit a state word. */
export function checkStates(file: string, name: string, cell: GraphCell, largest: number, precision: Precision): void {
  const { stateBits } = precision;
  const all = [
    cell.threshold ?? 0,
    cell.lowest ?? 0,
    ...cell.rest,
    ...cell.resetTo,
    ...cell.requantiser.multiplier.map((m) => m * largest),
  ];
  const most = all.reduce((a, b) => Math.max(a, b), 0);
  const least = all.reduce((a, b) => Math.min(a, b), 0);
  const need = bitsFor(least, most);
  if (need <= stateBits) return;
  const where = ownWidths(precision, name).stateBits === undefined ? "precision.state_bits" : `precision.layers.${name}.state_bits`;
  const holds = `states of ${name} in ${file}, whose threshold, biases and weights reach ${Math.max(most, -least)}`;
  throw new InfeasibleError("FILE_STATE_BITS", holds, `${need} bits`, `${stateBits}`, `set ${where}: ${need}`);
}

/** A field's only value for all neurons of a node. */
export function single(node: NirNode, field: string, name: string, file: string): number {
  const { data } = arrayOf(node, field);
  if (data.some((value) => value !== data[0]))
    throw inputError(file, `${field} of ${name} differs between neurons, but one population has one value`, "", name);
  return data[0];
}

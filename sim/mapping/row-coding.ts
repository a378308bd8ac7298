/**
 * Rows of a matrix with zeros whose targets are coded as a bitmap or as run lengths: their size and the cycles to read
 * them.
 *
 * With a bitmap, a row begins with one bit per target neuron of the slice, in whole words. The decoder loads them, one
 * word per bank and cycle, and keeps them while the weights follow, as many per cycle as the lanes take. A run length
 * is stored with each weight, wide enough for the projection's longest run of zeros, so no zero is stored. The decoder
 * adds up the runs of a group, which takes one more cycle before the first group of a row.
 * What a decoder costs: `arch/decoder.ts`.
 */
import type { Core, Projection } from "../../arch/index.js";
import { log2 } from "../../base/math.js";

/** Words in front of a row's weights, with `neurons` targets in the slice. */
export function codeWords({ coding }: Pick<Projection, "coding">, wordBits: number, neurons: number): number {
  return coding?.kind === "bitmap" ? Math.ceil(neurons / wordBits) : 0;
}

/** Cycles from a row's turn to its first group. */
export function codeCycles(projection: Pick<Projection, "coding">, { wordBits, banks }: Core["synapseMemory"], neurons: number): number {
  if (projection.coding === undefined) return 0;
  return projection.coding.kind === "run-length" ? 1 : Math.ceil(codeWords(projection, wordBits, neurons) / banks);
}

/** Bits of the longest run of zeros before a target; the targets of each row ascend. */
export function runBitsOf(rowStart: Uint32Array, targets: Uint32Array): number {
  let longest = 0;
  for (let row = 0; row + 1 < rowStart.length; row++) {
    let next = 0;
    for (const target of targets.slice(rowStart[row], rowStart[row + 1]).sort()) {
      longest = Math.max(longest, target - next);
      next = target + 1;
    }
  }
  return Math.ceil(log2(longest + 1));
}

/**
 * Width of the library's tables, indices and addresses (`TW`). It must hold every number that a register or an
 * expression of `TW` bits in `rtl/lib` can have while its value is used; what wraps beyond the last lane or the last
 * batch is not used.
 */
import { unsignedBits } from "./numbers.js";
import type { RowTables } from "./rows.js";

/** Least width of an emitted chip; the shifts of a requantiser (`soma.sv`) need six bits. */
export const LEAST_INDEX_BITS = 10;

interface Indexed {
  /** Parameters of the core, without the width. */
  readonly scalars: { readonly [name: string]: number };
  readonly tables: { readonly [name: string]: readonly (readonly number[])[] };
  readonly rows: RowTables | null;
  /** Largest population of the network: a message names a neuron by its number in its population. */
  readonly neurons: number;
  /** Waves of the longest utterance. */
  readonly waves: number;
  /** Places in a word of states, over all slices. */
  readonly statesPerWord: number;
}

/** Largest number of each expression, by the module that has it. */
function largest({ scalars: p, tables, rows, neurons, waves, statesPerWord }: Indexed): { readonly [module: string]: readonly number[] } {
  const synapseWords = p.SY_ROWS * p.SY_BANKS;
  return {
    // all fields of all records
    lookup: Object.values(tables).flat(2),
    // `steps + STAGES`
    barrier: [waves],
    // numbers of neurons, of rows of parameters, of grains; units; the unit of the mask
    soma: [neurons, p.OWN_ROWS - 1, (p.STATE_WORDS * p.ST_WORD) / p.ST_GRAN - 1, p.UNITS, p.ST_GRAN],
    // ends of a range, in places
    walk: [p.STATE_WORDS * statesPerWord, p.ACC_WORDS * Math.max(p.ACC_PER_WORD, 1)],
    // `on_words`, `on_writes`
    core: [p.STATE_WORDS + p.ACC_WORDS + Math.max(p.GROUP, p.ST_BANKS), 2 * p.ST_BANKS],
    // addresses of words; words of a group; `rest <= GROUP`
    dense_rows: [synapseWords - 1, p.SY_BANKS, p.GROUP],
    scan: [p.AXONS - 1],
    named_rows:
      rows === null
        ? []
        : [
            ...[...rows.axons, ...rows.segments].flat(),
            p.AXON_ROWS - 1,
            // the end of a window
            synapseWords - 1 + p.SY_BANKS,
            // a word of sums
            p.ST_ROWS * p.ST_BANKS - 1,
          ],
    // the bit of a weight, before it goes on to the next word
    positions: rows === null ? [] : [rows.farthestBit],
    dispatch: rows === null ? [] : [p.ROUTE_ROWS - 1],
  };
}

/** Bits for all of them, at least `least`. */
export const indexBits = (indexed: Indexed, least: number): number => Math.max(least, unsignedBits(Object.values(largest(indexed)).flat()));

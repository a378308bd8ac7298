/** Least widths of words in which the items of a core's rows, and its sums, are whole. Pure. */
import { accumulatorBitsOf } from "../arch/index.js";
import { synapseItemBits } from "../sim/mapping/index.js";
import type { Placed } from "./rule.js";

/** Bits of a synapse memory's word with which `banks` words hold any weight (of rows: with its target's number). */
export const weightWordBits = ({ experiment: { precision }, placement: { topology }, program }: Placed, banks: number): number =>
  Math.max(
    ...program.blocks.map(({ projection, target }) =>
      Math.ceil(synapseItemBits(topology, topology.projections[projection], precision, target.slice.neurons) / banks),
    ),
  );

/** Bits of a state memory's word with which `banks` words hold any accumulator that a row adds to. */
export const sumWordBits = ({ experiment: { precision }, placement: { topology }, program }: Placed, banks: number): number =>
  Math.max(
    ...program.blocks.map(({ target }) =>
      Math.ceil(accumulatorBitsOf(precision, topology.populations[target.slice.population].name) / banks),
    ),
  );

/**
 * What the library's cores need to know of a network, whatever it is: its own numbers, as the tables and images write
 * them.
 */
import { type ParameterRow, SCORE_BITS, type Topology } from "../arch/index.js";

/** Kinds of neurons, as `rtl/lib/soma.sv` and `rtl/lib/integrate.sv` tell them. */
export const KIND = { encoder: 0, layer: 1, readout: 2, input: 3, filtered: 4 } as const;

/** [value, bits], lowest first. */
export type Field = readonly [value: number, bits: number];

export interface RtlNetwork {
  readonly topology: Topology;
  readonly inputs: number;
  readonly classes: number;
  /** Populations that take what comes in, and that are scored. */
  readonly input: number;
  readonly scored: number;
  /** Number of the cell in `rtl/lib`. */
  readonly cell: number;
  /** What belongs to a neuron. */
  readonly own: ParameterRow;
  /** Bits of a neuron's row beside it: whether its spikes go anywhere. */
  readonly routedBits: number;
  readonly payloadBits: number;
  readonly scoreBits: number;
  /** Bits of what a class keeps, and whether it keeps it. */
  readonly sumBits: number;
  readonly sums: boolean;
  /** Table of the gated cells; none: empty. */
  readonly sigmoid: ArrayLike<number>;
  readonly kindOf: (population: number) => number;
  /** Shifts of two gates. */
  readonly shiftsOf: (population: number) => readonly [number, number];
  /** What a sum is compared with, and what a spike takes or holds at most. */
  readonly boundsOf: (population: number) => readonly [number, number];
  /** Whether it spikes, how it is reset, whether it is scored. */
  readonly resetOf: (population: number) => readonly [number, number, number];
  /** Whether its neurons have rows of their own numbers. */
  readonly hasRows: (population: number) => boolean;
  readonly fieldsOf: (population: number, neuron: number) => readonly Field[];
  /** Weights of a source neuron, by target neuron and gate; 0: no synapse. */
  readonly rowOf: (projection: number, source: number) => (neuron: number, gate: number) => number;
  /** Weights of a convolution, by source channel, target channel of its group, and tap. */
  readonly kernelOf: (projection: number) => (channel: number, target: number, tap: number) => number;
  /** What no order of additions into an accumulator goes beyond. */
  readonly largestSum: () => number;
}

/** Waves that a network's populations are behind the first one at most. */
export const deepest = ({ topology: { populations } }: RtlNetwork): number => Math.max(...populations.map(({ depth }) => depth));

/** Bits of the scores of a network whose states may be scored. */
export const stateScoreBits = (stateBits: number): number => Math.max(SCORE_BITS, stateBits);

/**
 * What the library's cores need from a network, of any kind: its numbers, in the form in which tables and images write
 * them.
 */
import { type ParameterRow, SCORE_BITS, type Topology } from "../arch/index.js";

/** Kinds of neurons, with the numbers of `rtl/lib/soma.sv` and `rtl/lib/integrate.sv`. */
export const KIND = { encoder: 0, layer: 1, readout: 2, input: 3, filtered: 4 } as const;

/** [value, bits], lowest first. */
export type Field = readonly [value: number, bits: number];

export interface RtlNetwork {
  readonly topology: Topology;
  readonly inputs: number;
  readonly classes: number;
  /** The population that takes the input, and the one that is scored. */
  readonly input: number;
  readonly scored: number;
  /** Number of the cell in `rtl/lib`. */
  readonly cell: number;
  /** Parameters of one neuron. */
  readonly own: ParameterRow;
  /** Bits beside a neuron's parameters: they say whether its spikes go anywhere. */
  readonly routedBits: number;
  readonly payloadBits: number;
  readonly scoreBits: number;
  /** Bits of a class's sum, and whether there are such sums. */
  readonly sumBits: number;
  readonly sums: boolean;
  /** Sigmoid table of the gated cells; empty for others. */
  readonly sigmoid: ArrayLike<number>;
  readonly kindOf: (population: number) => number;
  /** Shifts of its two gates. */
  readonly shiftsOf: (population: number) => readonly [number, number];
  /** Threshold of a sum, and the limit of a spike or state. */
  readonly boundsOf: (population: number) => readonly [number, number];
  /** Whether it spikes, how it is reset, whether it is scored. */
  readonly resetOf: (population: number) => readonly [number, number, number];
  /** Whether each of its neurons has a row of parameters. */
  readonly hasRows: (population: number) => boolean;
  readonly fieldsOf: (population: number, neuron: number) => readonly Field[];
  /** Weights of a source neuron, by target neuron and gate; 0: no synapse. */
  readonly rowOf: (projection: number, source: number) => (neuron: number, gate: number) => number;
  /** Weights of a convolution, by source channel, target channel of its group, and tap. */
  readonly kernelOf: (projection: number) => (channel: number, target: number, tap: number) => number;
  /** Largest sum that any order of additions into an accumulator can reach. */
  readonly largestSum: () => number;
}

/** Largest number of waves by which a population is behind the first one. */
export const deepest = ({ topology: { populations } }: RtlNetwork): number => Math.max(...populations.map(({ depth }) => depth));

/** Bits of scores in a network whose states may be scores. */
export const stateScoreBits = (stateBits: number): number => Math.max(SCORE_BITS, stateBits);

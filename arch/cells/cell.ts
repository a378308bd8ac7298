/**
 * Definition and cost of a recurrent cell: gates, states, quantisation of its gates, element-wise work. One file per
 * cell, one line per system in the registry. Training, quantisation, integer engines, operation counts and model files
 * read the entry. The step itself is in the kernels, named by `kernel`, or a function of a plug-in (`plugin-cell.ts`).
 */
import type { LeakRule } from "../leak-rule.js";

/** Element-wise work of one neuron and frame. */
export interface CellWork {
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
}

/** The work of one neuron and frame on a chip, which also requantises sums. */
export interface UpdateWork extends CellWork {
  /**
   * Multiplications that requantise a sum: accumulator x multiplier. The other ones multiply a state by a gate, a leak
   * or a gain.
   */
  readonly requantises: number;
  /** Multiplications of a gain by the size of the neuron's own spike, which follow the spike; default: none. */
  readonly gains?: number | undefined;
  /** True for a neuron of an imported network that the library's unit for such neurons updates; default: false. */
  readonly integrates?: boolean | undefined;
}

/** Scale of a gate's pre-activation: the grid of a table, or the membrane's own unit. */
type GateScale = "sigmoid" | "tanh" | "state";

/**
 * A trained value of each neuron, in addition to weights and batch norms. A network without it uses the neutral value:
 * a leak of 1, a gain or level of 0.
 */
export interface NeuronParameter {
  readonly name: string;
  /**
   * `leak`: share of a state that stays per step. `gain`: change of a state per unit of the neuron's own spike, in real
   * units. `level`: a value of a state, in real units.
   */
  readonly kind: "leak" | "gain" | "level";
  /**
   * Start value of training unless its configuration has another one, and the range: 0 to `most`; for a level, -`most`
   * to `most`.
   */
  readonly initial: number;
  readonly most: number;
}

export interface Cell {
  /** Gates in file order, each with the scale of its pre-activation. */
  readonly gates: { readonly [name: string]: GateScale };
  /**
   * A gate whose recurrent sum is multiplied by another gate before it is added, and so requantised separately; null:
   * none.
   */
  readonly splitGate: string | null;
  /** True if it has recurrent weights. */
  readonly recurrent: boolean;
  /** True if its membrane fires multi-bit spikes; otherwise it sends all of its activations. */
  readonly spiking: boolean;
  /** Trained values per neuron, in the order of the kernels. */
  readonly perNeuron: readonly NeuronParameter[];
  /** State words per neuron, accumulators not counted. */
  readonly states: number;
  /** Integer bits of a fixed-point state word, without its sign; null: states are in units of the spike. */
  readonly stateIntegerBits: number | null;
  /**
   * Gates whose bias can change a silent neuron without input: any bias but 0, or only one above 0. Other gates keep
   * states at 0. null: states may change without any bias.
   */
  readonly movedBy: { readonly [gate: string]: "any" | "positive" } | null;
  /** Bits of a spike's payload on the chip, for a quantiser with `bits` bits. */
  payloadBits(bits: number): number;
  /**
   * Work of one update in the integer network, requantisation included. `leaks`: number of its leaks that are not 1.
   */
  update(leaks: number, leak: LeakRule): UpdateWork;
  /** Work of one update in the cell's equations, as publications count it: without requantisation and batch norm. */
  equation(leaks: number): CellWork;
}

/** A cell whose step is compiled into the kernels. */
export interface KernelCell extends Cell {
  /**
   * Name of the step rule in the kernels of training (`<kernel>Forward`, `<kernel>Backward`) and of integers
   * (`<kernel>Layer`), and in the reference engines.
   */
  readonly kernel: string;
}

/** A signed payload needs at least two bits: even a ternary spike has a sign. */
export const signedPayloadBits = (bits: number): number => Math.max(2, bits);

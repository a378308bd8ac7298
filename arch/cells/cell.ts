/**
 * What a recurrent cell IS and what it costs: gates, states, quantisation of its gates, element-wise work. One file per
 * cell, one line per system in the registry. Training, quantisation, integer engines, operation counts and model files
 * ask the entry; the steps themselves are kernels, chosen by `kernel`, or functions of a plug-in (`plugin-cell.ts`).
 */
import type { LeakRule } from "../leak-rule.js";

/** Element-wise work of one neuron and frame. */
export interface CellWork {
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
}

/** The same as a chip does it, where sums are requantised. */
export interface UpdateWork extends CellWork {
  /**
   * Those of the multiplications that requantise a sum: accumulator x multiplier. The others multiply a state by a
   * gate, a leak or a gain.
   */
  readonly requantises: number;
  /** Those of a gain and the size of the neuron's own spike, which come behind it; left out: none. */
  readonly gains?: number | undefined;
}

/** Scale of a gate's pre-activation: the grid of a table, or the membrane's own unit. */
type GateScale = "sigmoid" | "tanh" | "state";

/**
 * A trained value of each neuron beside its weights and batch norms. Where a network has none, it does nothing: a leak
 * of 1, a gain or level of 0.
 */
export interface NeuronParameter {
  readonly name: string;
  /**
   * `leak`: what stays of a state per step. `gain`: what a state takes up of the neuron's own spike, in real units per
   * unit. `level`: a value of a state, in real units.
   */
  readonly kind: "leak" | "gain" | "level";
  /**
   * Where training starts unless its configuration says otherwise, and the range that it keeps: 0 to `most`, of a level
   * from -`most` on.
   */
  readonly initial: number;
  readonly most: number;
}

export interface Cell {
  /** Gates in file order, each with the scale of its pre-activation. */
  readonly gates: { readonly [name: string]: GateScale };
  /**
   * A gate whose recurrent sum is scaled by another gate before it is added, so that it is requantised alone; null:
   * none.
   */
  readonly splitGate: string | null;
  /** It has recurrent weights. */
  readonly recurrent: boolean;
  /** It has a membrane that fires multi-bit spikes; otherwise it sends all of its activations. */
  readonly spiking: boolean;
  /** Trained values per neuron, in the order of the kernels. */
  readonly perNeuron: readonly NeuronParameter[];
  /** State words per neuron, accumulators not counted. */
  readonly states: number;
  /**
   * Integer bits of a state word beside its sign, where states are fixed-point numbers of their own; null: they are in
   * units of the spike.
   */
  readonly stateIntegerBits: number | null;
  /**
   * Gates that move a silent neuron without input by their bias: by any bias but 0, or by one above 0 only. The others
   * do nothing on states of 0. null: it may move without any.
   */
  readonly movedBy: { readonly [gate: string]: "any" | "positive" } | null;
  /** Bits of a spike's payload on the chip, of a quantiser with so many bits. */
  payloadBits(bits: number): number;
  /**
   * Work of one update as the integer network does it, requantisation included. `leaks`: how many of its leaks are not
   * 1.
   */
  update(leaks: number, leak: LeakRule): UpdateWork;
  /** Work of one update in the equations, as the field counts it: requantisation and batch norm are folded away. */
  equation(leaks: number): CellWork;
}

/** A cell whose step is compiled into the kernels. */
export interface KernelCell extends Cell {
  /**
   * The step rule in the kernels of training (`<kernel>Forward`, `<kernel>Backward`), of integers (`<kernel>Layer`),
   * and in the reference engines.
   */
  readonly kernel: string;
}

/** A signed payload needs at least two bits: a ternary spike has its sign. */
export const signedPayloadBits = (bits: number): number => Math.max(2, bits);

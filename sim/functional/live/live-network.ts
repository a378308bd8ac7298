/**
 * A network that is computed slice by slice from the messages that came, not from the spikes that were sent: for chips
 * whose time feeds back into function. With every message there in its step, it does what the reference engines do, bit
 * for bit.
 */

/** A message that a slice has got: the row of one neuron. */
export interface Arrival {
  /** Of the topology. */
  readonly projection: number;
  readonly neuron: number;
  readonly payload: number;
  /** Order of additions among arrivals of one projection: the sender's wave, then the neuron. */
  readonly sentIn: number;
}

/**
 * Arrivals that count to the step `back` steps before the one that is computed, in order of additions: by projection,
 * wave sent, neuron.
 */
export type Arrivals = (back: number) => readonly Arrival[];

/** One utterance, from silent state. */
export interface LiveNetwork {
  /**
   * Appends the spikes of one step of neurons `first .. first + neurons - 1` of a population; each neuron's steps come
   * in order.
   */
  step(population: number, step: number, first: number, neurons: number, arrivals: Arrivals, spike: SpikeTaker): void;
  /** [steps][classes] */
  readonly scores: Int32Array;
  troubles(): { readonly accumulatorOverflows: number; readonly stateSaturations: number };
}

export type SpikeTaker = (neuron: number, payload: number) => void;

/**
 * A network that is computed slice by slice from the messages that arrive, not from the spikes that were sent: for
 * chips whose time feeds back into function. If every message arrives in its step, the result equals that of the
 * reference engines bit for bit.
 */

/** A message that has arrived at a slice: the row of one neuron. */
export interface Arrival {
  /** Index of the topology's projection. */
  readonly projection: number;
  readonly neuron: number;
  readonly payload: number;
  /** Orders the additions of one projection: by the sender's wave, then by neuron. */
  readonly sentIn: number;
}

/**
 * Arrivals that count to the step `back` steps before the current one, in order of additions: by projection, wave sent,
 * neuron.
 */
export type Arrivals = (back: number) => readonly Arrival[];

/** One utterance, from silent state. */
export interface LiveNetwork {
  /**
   * Appends the spikes of one step of neurons `first .. first + neurons - 1` of a population. The calls for a neuron
   * are in the order of steps.
   */
  step(population: number, step: number, first: number, neurons: number, arrivals: Arrivals, spike: SpikeTaker): void;
  /** [steps][classes] */
  readonly scores: Int32Array;
  troubles(): { readonly accumulatorOverflows: number; readonly stateSaturations: number };
}

export type SpikeTaker = (neuron: number, payload: number) => void;

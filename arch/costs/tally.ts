/**
 * Counts of the spikes of one utterance, from which operation counts and NeuroBench's metrics are computed. Integer
 * engines give spikes as events; training gives them as float values. Pure.
 */
import type { Topology } from "../network.js";

/**
 * Spikes of one utterance in groups: group g = step * populations + population holds events eventStart[g] ..
 * eventStart[g + 1] - 1.
 */
interface EventGroups {
  readonly steps: number;
  /** [steps * populations + 1]. */
  readonly eventStart: Uint32Array;
  readonly neuron: ArrayLike<number>;
  readonly payload: ArrayLike<number>;
}

export interface Tally {
  readonly steps: number;
  /** [steps * populations]: events; events whose payload is 1 or -1; bits set in the payloads' magnitudes. */
  readonly events: Uint32Array;
  readonly ones: Uint32Array;
  readonly bits: Uint32Array;
  /**
   * By projection, [steps]: non-zero weights that events of the step meet (for a recurrent projection: events sent in
   * the step).
   */
  readonly effective: readonly Float64Array[];
  /** By projection: operations of the utterance's spikes if fan-outs differ between neurons; null if all are equal. */
  readonly uneven: readonly (Met | null)[];
}

/** Synaptic operations: all, those with payload +-1, and those per payload bit. */
interface Met {
  readonly all: number;
  readonly ones: number;
  readonly bits: number;
}

/** By projection: number of weights that a spike meets, one number for all source neurons or one per neuron. */
export function fanOutsOf({ populations, projections }: Topology): readonly (number | Uint32Array)[] {
  return projections.map(({ target, sparse }) =>
    sparse === null
      ? populations[target].neurons * populations[target].accumulators
      : sparse.rowStart.slice(1).map((end, n) => end - sparse.rowStart[n]),
  );
}

/**
 * Counts utterances of one network. `nonZero`: by projection and source neuron, the non-zero weights that a spike
 * meets.
 */
export class EventTally {
  private readonly fanOuts: readonly (number | Uint32Array)[];

  constructor(
    private readonly topology: Topology,
    private readonly nonZero: readonly Uint32Array[],
  ) {
    this.fanOuts = fanOutsOf(topology);
  }

  of(run: EventGroups): Tally {
    const { steps, eventStart, neuron, payload } = run;
    const { populations, projections } = this.topology;
    const groups = eventStart.length - 1;
    const [events, ones, bits] = [new Uint32Array(groups), new Uint32Array(groups), new Uint32Array(groups)];
    for (let g = 0; g < groups; g++) {
      let [one, set] = [0, 0];
      for (let e = eventStart[g]; e < eventStart[g + 1]; e++) {
        const magnitude = Math.abs(payload[e]);
        if (magnitude === 1) one++;
        set += POPCOUNT[magnitude];
      }
      events[g] = eventStart[g + 1] - eventStart[g];
      ones[g] = one;
      bits[g] = set;
    }
    const effective = projections.map(({ source }, j) => {
      const weights = this.nonZero[j];
      const sums = new Float64Array(steps);
      for (let step = 0; step < steps; step++) {
        const g = step * populations.length + source;
        let sum = 0;
        for (let e = eventStart[g]; e < eventStart[g + 1]; e++) sum += weights[neuron[e]];
        sums[step] = sum;
      }
      return sums;
    });
    const uneven = this.fanOuts.map((fanOut, j) => (typeof fanOut === "number" ? null : this.met(run, projections[j].source, fanOut)));
    return { steps, events, ones, bits, effective, uneven };
  }

  private met({ eventStart, neuron, payload }: EventGroups, source: number, fanOut: Uint32Array): Met {
    let [all, ones, bits] = [0, 0, 0];
    for (let g = source; g < eventStart.length - 1; g += this.topology.populations.length) {
      for (let e = eventStart[g]; e < eventStart[g + 1]; e++) {
        const fan = fanOut[neuron[e]];
        const magnitude = Math.abs(payload[e]);
        all += fan;
        if (magnitude === 1) ones += fan;
        bits += POPCOUNT[magnitude] * fan;
      }
    }
    return { all, ones, bits };
  }
}

/** Number of set bits for every magnitude of a 16-bit payload. */
const POPCOUNT = new Uint8Array(32_769);
for (let i = 1; i < POPCOUNT.length; i++) POPCOUNT[i] = POPCOUNT[i >> 1] + (i & 1);

/** Number of set bits of any magnitude below 2^30. */
export const setBits = (magnitude: number): number => POPCOUNT[magnitude & 0x7fff] + POPCOUNT[magnitude >>> 15];

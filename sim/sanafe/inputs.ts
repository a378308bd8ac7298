/**
 * Values that depend on no other neuron: spikes of inputs, and the random numbers that TrueNorth adds to its potential.
 * This product's own generator draws them, with one stream per neuron.
 */
import { createRng, type Rng } from "../../base/rng.js";
import type { BoundNetwork } from "./bind.js";
import { neuronName } from "./network.js";
import type { Row } from "./somas.js";

/** Status of a neuron in a step. */
interface Statuses {
  readonly idle: number;
  readonly fired: number;
}

export class Inputs {
  private readonly inputs: readonly Row[];
  private readonly jittered: readonly Row[];
  /** Generators, by index of a neuron that draws random numbers. */
  private readonly rngs = new Map<number, Rng>();

  constructor(
    { network, order }: BoundNetwork,
    seed: number,
    rows: readonly Row[],
    private readonly statuses: Statuses,
  ) {
    this.inputs = rows.filter(({ soma }) => soma.model === "input");
    this.jittered = rows.filter(({ soma }) => soma.randomMask !== 0);
    for (const { from, count, soma } of [...this.inputs, ...this.jittered]) {
      if (soma.poisson <= 0 && soma.randomMask === 0) continue;
      for (let place = from; place < from + count; place++) this.rngs.set(place, createRng(seed, neuronName(network, order[place])));
    }
  }

  /**
   * Writes, by neuron index, the status of inputs in a step, and the numbers that are added to potentials for the
   * comparison with the threshold.
   */
  write(step: number, status: Uint8Array, jitter: Int32Array): void {
    const { idle, fired } = this.statuses;
    for (const { from, count, soma } of this.inputs) {
      const isListed = soma.spikes[step - 1] === 1;
      const isPeriodic = soma.period > 0 && step % soma.period === 0;
      if (soma.poisson <= 0) status.fill(isListed || isPeriodic ? fired : idle, from, from + count);
      for (let place = from; soma.poisson > 0 && place < from + count; place++) {
        const isRandom = (this.rngs.get(place) as Rng).float() < soma.poisson;
        status[place] = isListed || isPeriodic || isRandom ? fired : idle;
      }
    }
    for (const { from, count, soma } of this.jittered)
      for (let place = from; place < from + count; place++)
        jitter[place] = (this.rngs.get(place) as Rng).int(0, 0x7fffffff) & soma.randomMask;
  }
}

/** How full the memories of a chip are: bits that a placement uses, and bits available. Pure. */
import type { Chip, Precision } from "../../arch/index.js";
import { stateRegions, synapseWords } from "./layout.js";
import type { Placement } from "./placement.js";

/** One kind of memory over all cores, in bits. */
interface Filling {
  readonly need: number;
  readonly have: number;
  /** Share used in the fullest core, 0 to 1. */
  readonly fullest: number;
}

/** Resources of a chip that a placement uses. */
export interface Occupancy {
  readonly neurons: number;
  readonly usedCores: number;
  readonly cores: number;
  readonly weights: Filling;
  readonly states: Filling;
}

/** Weights and states in DRAM count as if they were on the chip, so the fullest core can be more than full. */
export function occupancyOf({ topology, slices, usedCores }: Placement, { cores }: Chip, precision: Precision): Occupancy {
  const weights = new Float64Array(cores.length);
  const states = new Float64Array(cores.length);
  for (const { core, population, firstNeuron, neurons } of slices) {
    const { synapseMemory, stateMemory } = cores[core];
    weights[core] += synapseWords(topology, precision, synapseMemory.wordBits, population, firstNeuron, neurons) * synapseMemory.wordBits;
    states[core] += stateRegions(topology, precision, stateMemory.wordBits, population, neurons).totalWords * stateMemory.wordBits;
  }
  const filling = (need: Float64Array, sizes: readonly number[]): Filling => ({
    need: need.reduce((sum, bits) => sum + bits, 0),
    have: sizes.reduce((sum, bits) => sum + bits, 0),
    fullest: Math.max(...sizes.map((bits, core) => need[core] / bits)),
  });
  return {
    neurons: slices.reduce((sum, { neurons }) => sum + neurons, 0),
    usedCores: usedCores.length,
    cores: cores.length,
    weights: filling(
      weights,
      cores.map(({ synapseMemory }) => synapseMemory.sizeBits),
    ),
    states: filling(
      states,
      cores.map(({ stateMemory }) => stateMemory.sizeBits),
    ),
  };
}

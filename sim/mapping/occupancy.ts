/** How full the memories of a chip are: bits that a placement uses, and bits available. Pure. */
import type { Chip, Precision } from "../../arch/index.js";
import { summingNeurons } from "./fan-in.js";
import { projectionWords, stateRegions } from "./layout.js";
import { type Placement, rowsAreAway, statesAreAway } from "./placement.js";
import { bitsInDram, stateBitsInDram } from "./spill.js";
import { stateChunks } from "./state-chunks.js";

/** One kind of memory over all cores, in bits. */
interface Filling {
  /** On the chip and in DRAM. */
  readonly need: number;
  /** Of these, in DRAM. */
  readonly inDram: number;
  readonly have: number;
  /** Share used in the fullest core, 0 to 1. */
  readonly fullest: number;
}

/** Resources of a chip that a placement uses. */
export interface Occupancy {
  /** Neurons of the network that cores hold. */
  readonly neurons: number;
  /** Further neurons that only hold a part of another one's sum, because its fan-in is cut. */
  readonly summing: number;
  /** Cores that hold neurons. */
  readonly usedCores: number;
  /** Cores of the chip. */
  readonly cores: number;
  /** Bits of the synapse memories. */
  readonly weights: Filling;
  /** Bits of the state memories. */
  readonly states: Filling;
}

export function occupancyOf(placement: Placement, chip: Chip, precision: Precision): Occupancy {
  const { topology, slices, usedCores } = placement;
  const { cores, spill } = chip;
  const weights = new Float64Array(cores.length);
  const states = new Float64Array(cores.length);
  for (const slice of slices) {
    const { core, population, firstNeuron, neurons } = slice;
    const { synapseMemory, stateMemory } = cores[core];
    topology.projections.forEach((projection, index) => {
      if (projection.target !== population || rowsAreAway(placement, index, slice)) return;
      weights[core] +=
        synapseMemory.wordBits * projectionWords(topology, projection, precision, synapseMemory.wordBits, firstNeuron, neurons);
    });
    const regions = stateRegions(topology, precision, stateMemory.wordBits, population, neurons);
    const passing =
      spill === null || !statesAreAway(placement, slice) ? 0 : regions.stateWords - stateChunks(cores[core], spill, regions).bufferWords;
    states[core] += (regions.totalWords - passing) * stateMemory.wordBits;
  }
  const filling = (held: Float64Array, inDram: number, sizes: readonly number[]): Filling => ({
    need: held.reduce((sum, bits) => sum + bits, inDram),
    inDram,
    have: sizes.reduce((sum, bits) => sum + bits, 0),
    fullest: Math.max(...sizes.map((bits, core) => held[core] / bits)),
  });
  const summing = summingNeurons(placement);
  return {
    neurons: slices.reduce((sum, { neurons }) => sum + neurons, -summing),
    summing,
    usedCores: usedCores.length,
    cores: cores.length,
    weights: filling(
      weights,
      bitsInDram(placement, chip, precision),
      cores.map(({ synapseMemory }) => synapseMemory.sizeBits),
    ),
    states: filling(
      states,
      stateBitsInDram(placement, chip, precision),
      cores.map(({ stateMemory }) => stateMemory.sizeBits),
    ),
  };
}

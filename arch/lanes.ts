/**
 * Lanes that are built: those that a group of synapses can feed. Others would never work, and are neither built nor
 * priced.
 */
import type { Core } from "./chip.js";
import type { CoreNeeds } from "./core-needs.js";
import { itemsPerBeat, packing } from "./packing.js";
import { narrowestAccumulatorBits, narrowestWeightBits, type Precision } from "./precision.js";

/** Synapses that a group has at most, by what bounds it; a bound that does not hold is infinite. */
interface GroupBounds {
  /** Weights in the words of all banks of the synapse memory. */
  readonly weights: number;
  /** Sums in the words of all banks of the state memory. */
  readonly sums: number;
  /** Weights of the longest row. */
  readonly row: number;
}

function groupBounds({ synapseMemory, stateMemory }: Core, precision: Precision, needs: CoreNeeds): GroupBounds {
  const row = needs.longestRow === 0 ? Number.POSITIVE_INFINITY : needs.longestRow;
  // a sparse row's item is a target with all its weights
  if (needs.isSparse) return { weights: Number.POSITIVE_INFINITY, sums: Number.POSITIVE_INFINITY, row };
  return {
    weights: itemsPerBeat(packing(narrowestWeightBits(precision), synapseMemory.wordBits), synapseMemory.banks),
    sums: itemsPerBeat(packing(narrowestAccumulatorBits(precision), stateMemory.wordBits), stateMemory.banks),
    row,
  };
}

export function builtLanes(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { weights, sums, row } = groupBounds(core, precision, needs);
  return Math.min(core.lanes, weights, sums, row);
}

/** For each kind of core with lanes that never work: how many do not, why, and what changes it. */
export function idleLanes(cores: readonly Core[], precision: Precision, needs: CoreNeeds): readonly string[] {
  const texts = cores.flatMap((core) => {
    const built = builtLanes(core, precision, needs);
    if (built === core.lanes) return [];
    const { weights, sums } = groupBounds(core, precision, needs);
    const [memory, word] = weights === built ? (["synapse_memory", "weights"] as const) : (["state_memory", "sums"] as const);
    const { wordBits, banks } = memory === "synapse_memory" ? core.synapseMemory : core.stateMemory;
    const why =
      weights === built || sums === built
        ? `${banks} bank${banks === 1 ? "" : "s"} of ${wordBits} bits in tile.core.${memory} hold ${built} ${word} at once`
        : `no row has more than ${built} weights`;
    const instead = weights === built || sums === built ? `, or more tile.core.${memory}.banks or word_bits` : "";
    return [`${core.lanes - built} of ${core.lanes} lanes never work and are not priced: ${why}; set tile.core.lanes: ${built}${instead}`];
  });
  return [...new Set(texts)];
}

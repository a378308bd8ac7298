/**
 * Number of lanes that are built: a group of synapses cannot feed more, and further lanes are neither built nor priced.
 * Not modelled: with rows that are not dense, words that hold fewer items than there are lanes. The emitted core has as
 * many lanes as they hold; the price has as many as the longest row.
 */
import { addressGeneratorSize } from "./address-generator.js";
import type { Core } from "./chip.js";
import { unlikeCores } from "./core-kinds.js";
import { type CoreNeeds, rowLanes } from "./core-needs.js";
import { itemsPerBeat, packing } from "./packing.js";
import { narrowestAccumulatorBits, narrowestWeightBits, type Precision } from "./precision.js";

/** Upper bounds of the lanes that any row of the network can feed; a bound that does not apply is infinite. */
interface LaneBounds {
  /** Weights in one word of every bank of the synapse memory. */
  readonly weights: number;
  /** Accumulators in one word of every bank of the state memory. */
  readonly sums: number;
  /** Weights of the longest row. */
  readonly row: number;
}

function laneBounds({ synapseMemory, stateMemory }: Core, precision: Precision, needs: CoreNeeds): LaneBounds {
  const row = rowLanes(needs);
  // an item of a sparse row is a target with all its weights
  if (needs.isSparse) return { weights: Number.POSITIVE_INFINITY, sums: Number.POSITIVE_INFINITY, row };
  return {
    weights: itemsPerBeat(packing(narrowestWeightBits(precision), synapseMemory.wordBits), synapseMemory.banks),
    sums: itemsPerBeat(packing(narrowestAccumulatorBits(precision), stateMemory.wordBits), stateMemory.banks),
    row,
  };
}

export function builtLanes(core: Core, precision: Precision, needs: CoreNeeds): number {
  const { weights, sums, row } = laneBounds(core, precision, needs);
  return Math.min(core.lanes, weights, sums, row);
}

/** Lanes of one kind of core as they are built; the error of a price that follows them goes by these numbers. */
export interface LaneCounts {
  readonly lanes: number;
  /** Of its address generator; 0: it has none. */
  readonly addressLanes: number;
}

/** Of each kind of core, in the order of `unlikeCores`. */
export const laneCounts = (cores: readonly Core[], precision: Precision, needs: CoreNeeds): readonly LaneCounts[] =>
  unlikeCores({ cores }).map((core) => ({
    lanes: builtLanes(core, precision, needs),
    addressLanes: addressGeneratorSize(core, needs, precision).lanes,
  }));

/** For each kind of core with lanes that never work: how many, why, and what to change. */
export function idleLanes(cores: readonly Core[], precision: Precision, needs: CoreNeeds): readonly string[] {
  const texts = cores.flatMap((core) => {
    const built = builtLanes(core, precision, needs);
    if (built === core.lanes) return [];
    const { weights, sums } = laneBounds(core, precision, needs);
    const [memory, word] = weights === built ? (["synapse_memory", "weights"] as const) : (["state_memory", "sums"] as const);
    const { wordBits, banks } = memory === "synapse_memory" ? core.synapseMemory : core.stateMemory;
    const why =
      weights === built || sums === built
        ? `${banks} bank${banks === 1 ? "" : "s"} of ${wordBits} bits in tile.core.${memory} hold${banks === 1 ? "s" : ""} ${built} ${word} at once`
        : `no row has more than ${built} weights`;
    const instead = weights === built || sums === built ? `, or more tile.core.${memory}.banks or word_bits` : "";
    return [`${core.lanes - built} of ${core.lanes} lanes never work and are not priced: ${why}; set tile.core.lanes: ${built}${instead}`];
  });
  return [...new Set(texts)];
}

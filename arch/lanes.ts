/**
 * Number of lanes that are built: a group of synapses cannot feed more, and further lanes are neither built nor priced.
 * The emitted core has as many (`GROUP` of `rtl/lib/synapse.sv`).
 */
import { addressLanes, type GroupOfRows, groupsOfRows } from "./address-generator.js";
import type { Core } from "./chip.js";
import { unlikeCores } from "./core-kinds.js";
import { type CoreNeeds, rowLanes } from "./core-needs.js";
import { itemsPerBeat, packing } from "./packing.js";
import { narrowestAccumulatorBits, narrowestWeightBits, type Precision } from "./precision.js";

/** Most lanes that rows of one kind feed; `why` names the limit, `instead` what else could be set. */
interface LaneBound {
  readonly lanes: number;
  readonly why: string;
  readonly instead: string;
}

const shortRow = (lanes: number): LaneBound => ({ lanes, why: `no row has more than ${lanes} weights`, instead: "" });

function ofMemory(memory: "synapse_memory" | "state_memory", core: Core, lanes: number, what: string): LaneBound {
  const { wordBits, banks } = memory === "synapse_memory" ? core.synapseMemory : core.stateMemory;
  const [many, s] = banks === 1 ? ["", "s"] : ["s", ""];
  return {
    lanes,
    why: `${banks} bank${many} of ${wordBits} bits in tile.core.${memory} hold${s} ${lanes} ${what} at once`,
    instead: `, or more tile.core.${memory}.banks or word_bits`,
  };
}

/** Of dense rows: weights and sums lie side by side, those of the narrowest layer closest. */
function denseBound(core: Core, precision: Precision, needs: CoreNeeds): LaneBound {
  const { synapseMemory, stateMemory } = core;
  const weights = itemsPerBeat(packing(narrowestWeightBits(precision), synapseMemory.wordBits), synapseMemory.banks);
  const sums = itemsPerBeat(packing(narrowestAccumulatorBits(precision), stateMemory.wordBits), stateMemory.banks);
  const row = rowLanes(needs);
  if (weights <= Math.min(sums, row)) return ofMemory("synapse_memory", core, weights, "weights");
  return sums <= row ? ofMemory("state_memory", core, sums, "sums") : shortRow(row);
}

/** Of rows that are not dense: an item is a target with all its weights. */
function generatedBound(core: Core, needs: CoreNeeds, { weights, placeBits, beatItems, groupItems }: GroupOfRows): LaneBound {
  const lanes = groupItems * weights;
  if (groupItems === beatItems) return ofMemory("synapse_memory", core, lanes, placeBits === 0 ? "weights" : "weights and their places");
  if (rowLanes(needs) - lanes < weights) return shortRow(lanes);
  return { lanes, why: `a target has ${weights} weights`, instead: "" };
}

/** The kind of rows that feeds most lanes. */
function laneBound(core: Core, precision: Precision, needs: CoreNeeds): LaneBound {
  const found = groupsOfRows(core, needs, precision).map((group) => generatedBound(core, needs, group));
  const dense = needs.hasDense || found.length === 0 ? [denseBound(core, precision, needs)] : [];
  const most = [...dense, ...found].reduce((most, bound) => (bound.lanes > most.lanes ? bound : most));
  if (needs.partialSumBits === 0) return most;
  // sums of other cores come without weights, a neuron's at once
  const sums = Math.max(...needs.neurons.map(({ accumulators }) => accumulators));
  return sums > most.lanes ? { lanes: sums, why: `a neuron has ${sums} sums`, instead: "" } : most;
}

export const builtLanes = (core: Core, precision: Precision, needs: CoreNeeds): number =>
  Math.min(core.lanes, laneBound(core, precision, needs).lanes);

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
    addressLanes: addressLanes(core, needs, precision),
  }));

/** For each kind of core with lanes that never work: how many, why, and what to change. */
export function idleLanes(cores: readonly Core[], precision: Precision, needs: CoreNeeds): readonly string[] {
  const texts = cores.flatMap((core) => {
    const { lanes, why, instead } = laneBound(core, precision, needs);
    if (lanes >= core.lanes) return [];
    return [`${core.lanes - lanes} of ${core.lanes} lanes never work and are not priced: ${why}; set tile.core.lanes: ${lanes}${instead}`];
  });
  return [...new Set(texts)];
}

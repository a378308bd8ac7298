/** What a network needs of its cores, as far as it changes their hardware: update units, batches, rows. */
import { type GeneratorNeeds, generatorNeeds } from "./generated-rows.js";
import type { RowCoding, Topology } from "./network.js";
import { perObject } from "./per-object.js";
import { mostTargets } from "./rows.js";
import { BUILT_UNIT, type UpdateUnit, updateUnitOf } from "./update-unit.js";

/** Least payload width of hardware: that of the 8-bit activations of gru and lstm. */
export const BUILT_PAYLOAD_BITS = 8;

/** Neurons with the same update. */
export interface NeuronKind {
  readonly neurons: number;
  readonly states: number;
  readonly accumulators: number;
}

export interface CoreNeeds {
  /** Widest payload of the network's spikes, at least 1 bit. */
  readonly payloadBits: number;
  readonly unit: UpdateUnit;
  readonly neurons: readonly NeuronKind[];
  /** Weights of the longest row. */
  readonly longestRow: number;
  /** Whether some rows are dense: their sums lie side by side, in the state memory's words. */
  readonly hasDense: boolean;
  /** Neurons of the widest population whose rows encode targets by a bitmap, or by run lengths; 0: none. */
  readonly bitmapTargets: number;
  readonly runTargets: number;
  /** null: all rows are dense. */
  readonly generator: GeneratorNeeds | null;
  /**
   * Payload bits of the widest partial sum that one core sends another, if a neuron has too many weights for one core;
   * 0: none is sent.
   */
  readonly partialSumBits: number;
}

/** Payload bits of the hardware: `BUILT_PAYLOAD_BITS`, more only if the network's spikes have more. */
export const builtPayloadBits = ({ payloadBits }: Pick<CoreNeeds, "payloadBits">): number => Math.max(BUILT_PAYLOAD_BITS, payloadBits);

/** Payload bits of the hardware's widest message: of a spike or a partial sum. */
export const messagePayloadBits = (needs: CoreNeeds): number => Math.max(builtPayloadBits(needs), needs.partialSumBits);

/** Lanes that the longest row can feed; no more are built. Without synapses this is no bound. */
export const rowLanes = ({ longestRow }: Pick<CoreNeeds, "longestRow">): number =>
  longestRow === 0 ? Number.POSITIVE_INFINITY : longestRow;

/** Needs of the gated cells (`rec-v1`, `rec-v2`), for which a chip without a network is built. */
export const BUILT_NEEDS: CoreNeeds = {
  payloadBits: BUILT_PAYLOAD_BITS,
  unit: BUILT_UNIT,
  neurons: [{ neurons: Number.POSITIVE_INFINITY, states: 2, accumulators: 2 }],
  longestRow: Number.POSITIVE_INFINITY,
  hasDense: true,
  bitmapTargets: 0,
  runTargets: 0,
  generator: null,
  partialSumBits: 0,
};

const known = new WeakMap<Topology, Map<number, CoreNeeds>>();
export function coreNeedsOf(topology: Topology, partialSumBits = 0): CoreNeeds {
  const ofTopology = known.get(topology) ?? new Map<number, CoreNeeds>();
  known.set(topology, ofTopology);
  const needs = ofTopology.get(partialSumBits) ?? needsOf(topology, partialSumBits);
  ofTopology.set(partialSumBits, needs);
  return needs;
}

function needsOf({ populations, projections }: Topology, partialSumBits: number): CoreNeeds {
  let longestRow = 0;
  for (const { target, sparse } of projections) {
    const { neurons, accumulators } = populations[target];
    longestRow = Math.max(longestRow, accumulators * (sparse === null ? neurons : mostTargets(sparse.rowStart)));
  }
  const widest = (kind: RowCoding["kind"]): number =>
    projections.reduce((most, { target, coding }) => (coding?.kind === kind ? Math.max(most, populations[target].neurons) : most), 0);
  const kinds = populations.map(({ neurons, states, accumulators }): NeuronKind => ({ neurons, states, accumulators }));
  return {
    payloadBits: Math.max(1, ...populations.map(({ payloadBits }) => payloadBits)),
    unit: updateUnitOf({ populations }),
    neurons: [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()],
    longestRow,
    hasDense: projections.some(({ sparse }) => sparse === null),
    bitmapTargets: widest("bitmap"),
    runTargets: widest("run-length"),
    generator: generatorNeeds({ populations, projections }),
    partialSumBits,
  };
}

/** A key that is equal for equal needs. */
export const needsKey = perObject((needs: CoreNeeds): string => JSON.stringify(needs));

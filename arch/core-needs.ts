/**
 * What a network needs of the cores that run it, as far as their hardware depends on it: update units, batches, rows.
 */
import type { RowCoding, Topology } from "./network.js";
import { BUILT_UNIT, type UpdateUnit, updateUnitOf } from "./update-unit.js";

/** Payload width that hardware is built for when no network is given: that of the 8-bit activations of gru and lstm. */
export const BUILT_PAYLOAD_BITS = 8;

/** Of the payloads that the network's spikes carry, at least 1. */
export const widestPayloadBits = ({ populations }: Topology): number => Math.max(1, ...populations.map(({ payloadBits }) => payloadBits));

/** Neurons that are updated alike. */
export interface NeuronKind {
  readonly neurons: number;
  readonly states: number;
  readonly accumulators: number;
}

export interface CoreNeeds {
  readonly unit: UpdateUnit;
  readonly neurons: readonly NeuronKind[];
  /** Weights of the longest row. */
  readonly longestRow: number;
  /**
   * Some rows name their targets: their sums lie anywhere, so that a group may take as many words as it has targets.
   */
  readonly isSparse: boolean;
  /** Neurons of the widest population into which rows tell their targets by a bitmap, or by run lengths; 0: none. */
  readonly bitmapTargets: number;
  readonly runTargets: number;
  /** The largest of each over all kernels that are held; null: none is. */
  readonly kernel: KernelNeeds | null;
}

interface KernelNeeds {
  /** Neurons of the population that it leads to. */
  readonly targets: number;
  /** Weights of a row: those from one source channel. */
  readonly rowWeights: number;
  readonly taps: number;
}

/** Needs of the gated cells (`rec-v1`, `rec-v2`), which a chip is built for where no network is given. */
export const BUILT_NEEDS: CoreNeeds = {
  unit: BUILT_UNIT,
  neurons: [{ neurons: Number.POSITIVE_INFINITY, states: 2, accumulators: 2 }],
  longestRow: Number.POSITIVE_INFINITY,
  isSparse: false,
  bitmapTargets: 0,
  runTargets: 0,
  kernel: null,
};

const known = new WeakMap<Topology, CoreNeeds>();
export function coreNeedsOf(topology: Topology): CoreNeeds {
  let needs = known.get(topology);
  if (needs === undefined) {
    needs = needsOf(topology);
    known.set(topology, needs);
  }
  return needs;
}

function needsOf({ populations, projections }: Topology): CoreNeeds {
  let longestRow = 0;
  for (const { target, sparse } of projections) {
    const { neurons, accumulators } = populations[target];
    const weights = (targets: number): number => targets * accumulators;
    if (sparse === null) longestRow = Math.max(longestRow, weights(neurons));
    else
      for (let i = 0; i + 1 < sparse.rowStart.length; i++)
        longestRow = Math.max(longestRow, weights(sparse.rowStart[i + 1] - sparse.rowStart[i]));
  }
  const widest = (kind: RowCoding["kind"]): number =>
    projections.reduce((most, { target, coding }) => (coding?.kind === kind ? Math.max(most, populations[target].neurons) : most), 0);
  const kinds = populations.map(({ neurons, states, accumulators }): NeuronKind => ({ neurons, states, accumulators }));
  return {
    unit: updateUnitOf({ populations }),
    neurons: [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()],
    longestRow,
    isSparse: projections.some(({ sparse }) => sparse !== null),
    bitmapTargets: widest("bitmap"),
    runTargets: widest("run-length"),
    kernel: kernelNeeds({ populations, projections }),
  };
}

function kernelNeeds({ populations, projections }: Topology): KernelNeeds | null {
  let needs: KernelNeeds | null = null;
  for (const { target, kernel } of projections) {
    if (kernel === undefined) continue;
    const { targets, rowWeights, taps }: KernelNeeds = needs ?? { targets: 0, rowWeights: 0, taps: 0 };
    needs = {
      targets: Math.max(targets, populations[target].neurons),
      rowWeights: Math.max(rowWeights, (kernel.targetChannels / kernel.groups) * kernel.taps),
      taps: Math.max(taps, kernel.taps),
    };
  }
  return needs;
}

const keys = new WeakMap<CoreNeeds, string>();
/** Equal for equal needs. */
export function needsKey(needs: CoreNeeds): string {
  let key = keys.get(needs);
  if (key === undefined) {
    key = JSON.stringify(needs);
    keys.set(needs, key);
  }
  return key;
}

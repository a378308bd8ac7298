/**
 * Mapping and cycles of a chip, apart from what a cycle or an access costs: points that differ in technology, voltage,
 * clock, length of links or given prices only share them, and are priced one by one. So do points whose lanes and
 * memory words come to the same groups and rows.
 */

import { type Experiment, feedsBack, type Packing, type SpikeTrace, type Topology } from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { runTiming, type TimingRun } from "./board/index.js";
import type { Placement } from "./mapping/index.js";
import { mapNetwork } from "./mapping/index.js";
import type { Block, SomaSlice } from "./program/index.js";
import { buildProgram } from "./program/index.js";
import { type UnpricedCore, unpriced } from "./unpriced.js";

/** Plain data and flat arrays. */
export interface Replay {
  readonly placement: Placement;
  readonly timing: TimingRun;
}

/** What the key of a replay is made of. */
interface Traced {
  /** `functionalKey` of the trace. */
  readonly key: string;
  readonly trace: Pick<SpikeTrace, "topology">;
  /**
   * The trace by whose activity the network is placed; null: it has not run yet, and all of it is taken for equally
   * active.
   */
  readonly placedBy: SpikeTrace | null;
}

/**
 * Maps a trace's network by the activity of `placedBy`, and replays the trace. @throws InfeasibleError when the network
 * does not fit.
 */
export function replay({ chip, precision, mapping, workload }: Experiment, trace: SpikeTrace, placedBy = trace): Replay {
  const placement = mapNetwork(trace.topology, chip, precision, mapping, placedBy);
  return { placement, timing: runTiming(chip, placement, precision, trace, null, workload.steadyState) };
}

/**
 * Content address of a replay: everything of the point but its prices. Where mapping takes about a millisecond, the
 * network is mapped for it, and the resolved slices and rows stand for the request, the lanes and the sizes and words
 * of memories.
 */
export function replayKey(experiment: Experiment, traced: Traced): string {
  const { chip, precision, mapping, workload } = experiment;
  const without = unpriced(chip);
  const { key } = traced;
  const { steadyState } = workload;
  const program = mapsSoon(experiment, traced.trace.topology) ? programOf(experiment, traced) : null;
  // told apart within a study and not stored: the order of fields, always the same, may count
  if (program === null) return sha256(JSON.stringify({ key, chip: without, precision, mapping, steadyState }));
  return sha256(JSON.stringify({ key, chip: { ...without, cores: without.cores.map(unresolved) }, precision, program, steadyState }));
}

/**
 * What tells replays apart without mapping a network: points of different `beside` have different ones, points of equal
 * `whole` the same.
 */
export interface ReplayTraits {
  readonly beside: string;
  readonly whole: string;
}

export function replayTraits({ chip, precision, mapping, workload }: Experiment, { key }: Pick<Traced, "key">): ReplayTraits {
  const without = unpriced(chip);
  const beside = JSON.stringify([key, workload.steadyState, precision, { ...without, cores: without.cores.map(unresolved) }]);
  return { beside, whole: JSON.stringify([beside, without.cores, mapping]) };
}

/**
 * A sparse network's tables are long, and the search for little traffic is. Where time feeds back, the trace is of one
 * mapping.
 */
function mapsSoon({ chip, mapping }: Experiment, topology: Topology): boolean {
  if (feedsBack(chip)) return false;
  return mapping.strategy !== "min-traffic" && topology.projections.every(({ sparse }) => sparse === null);
}

/**
 * What is left of a core when its slices and rows are known: by name what they resolve, so that whatever else a core
 * has counts.
 */
function unresolved(core: UnpricedCore): unknown {
  const { synapseMemory, stateMemory } = core;
  return {
    ...core,
    maxNeurons: 0,
    lanes: 0,
    axonEntries: null,
    routeEntries: null,
    synapseMemory: { ...synapseMemory, sizeBits: 0, wordBits: 0, banks: 0 },
    stateMemory: { ...stateMemory, sizeBits: 0, wordBits: 0 },
  };
}

/** Slices and rows of a mapped network; null: it does not fit. */
function programOf({ chip, precision, mapping }: Experiment, { trace, placedBy }: Traced): unknown {
  try {
    const placement = mapNetwork(trace.topology, chip, precision, mapping, placedBy);
    const { somaSlices, blocks, leastBarrierCycles } = buildProgram(chip, placement, precision);
    const { strategy, topology } = placement;
    const again = chip.cores.some(({ synapseMemory }) => synapseMemory.refetch === "group" || synapseMemory.rereadsInStalls);
    return {
      strategy,
      populations: topology.populations,
      leastBarrierCycles,
      somaSlices: somaSlices.map((slices) => slices.map(wordsOf)),
      blocks: blocks.map(rowsOf),
      packings: again ? blocks.map(packingOf) : [],
    };
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

/** What words that are read again depend on. */
const packingOf = ({ synapse }: Block): unknown => synapse;

/**
 * A word that has room for more items than there are is like one that they fill: their positions are all that counts.
 */
const holding = (packing: Packing, items: number): Packing => ({
  ...packing,
  itemsPerWord: Math.min(packing.itemsPerWord, Math.max(1, items)),
});

/** A slice as a run sees it: bases, and the words that its items lie in. */
function wordsOf(soma: SomaSlice): unknown {
  const { neurons } = soma.slice;
  const accumulators = holding(soma.accumulators, neurons * soma.accumulatorsPerNeuron);
  return { ...soma, states: holding(soma.states, neurons), accumulators };
}

/**
 * A dense block as a run sees it: how weights are packed counts by the words that a row reads, and a group is of a
 * row's items at most.
 */
function rowsOf({ target, synapse: _, items: __, ...rows }: Block): unknown {
  return { ...rows, groupItems: Math.min(rows.groupItems, rows.rowItems), core: target.slice.core };
}

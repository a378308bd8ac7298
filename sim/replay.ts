/**
 * Mapping and cycles of a chip. Prices of a cycle or an access do not change them, so points that differ only in
 * technology, voltage, clock, length of links or given prices share a replay, unless these weigh links between dies for
 * the mapping (`pricesInPlacement`). So do points whose lanes and memory words
 * lead to the same groups and rows, and chips whose networks are equal but for their ports' numbers (twin.ts).
 */

import { type Chip, type Experiment, feedsBack, type Packing, type SpikeTrace, type Topology } from "../arch/index.js";
import { unlessInfeasible } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { runTiming, type TimingRun } from "./board/index.js";
import type { Placement } from "./mapping/index.js";
import { mapNetwork } from "./mapping/index.js";
import type { Block, SomaSlice } from "./program/index.js";
import { buildProgram } from "./program/index.js";
import { twinChip, twinTiming } from "./twin.js";
import { pricesInPlacement, type UnpricedCore, unpriced } from "./unpriced.js";

/** What points share. Plain data and flat arrays. */
export interface Replay {
  readonly placement: Placement;
  readonly timing: TimingRun;
}

/** The trace part of a replay's key. */
interface Traced {
  /** `functionalKey` of the trace. */
  readonly key: string;
  readonly trace: Pick<SpikeTrace, "topology">;
  /**
   * The trace whose activity decides the placement; null: the network has not run yet, and all neurons count as equally
   * active.
   */
  readonly placedBy: SpikeTrace | null;
}

/**
 * Maps a trace's network by the activity of `placedBy`, and replays the trace. @throws InfeasibleError if the network
 * does not fit.
 */
export function replay(
  { chip, precision, mapping, workload }: Experiment,
  trace: SpikeTrace,
  placedBy = trace,
  placed?: Placement,
): Replay {
  const placement = placed ?? mapNetwork(trace.topology, chip, precision, mapping, placedBy);
  return { placement, timing: runTiming(chip, placement, precision, trace, null, workload.steadyState) };
}

/** A chip's replay in the form that points share, and the reverse. */
export const sharedReplay = (chip: Chip, { placement, timing }: Replay): Replay => ({ placement, timing: twinTiming(chip, timing) });

/** Content address of a replay, and the placement in it; null: the key holds the mapping request. */
interface KeyedReplay {
  readonly key: string;
  readonly placement: Placement | null;
}

/**
 * Content address of a replay: all of the point but prices that place nothing. If mapping takes about a millisecond,
 * the network is mapped, and its slices and rows replace the mapping request, the lanes, and the memories' sizes and
 * words in the key.
 */
export function keyedReplay(experiment: Experiment, traced: Traced): KeyedReplay {
  const { chip, precision, mapping, workload } = experiment;
  const without = unpriced(twinChip(chip));
  const { key } = traced;
  const { steadyState } = workload;
  const placement = mapsSoon(experiment, traced.trace.topology) ? soonPlaced(experiment, traced) : null;
  const program = placement === null ? null : programOf(experiment, placement);
  // keys are compared within a study and not stored, so the order of fields, which is always the same, may matter
  const text =
    program === null
      ? JSON.stringify({ key, chip: without, precision, mapping, ...pricesInPlacement(experiment), steadyState })
      : JSON.stringify({ key, chip: { ...without, cores: without.cores.map(unresolved) }, precision, program, steadyState });
  return { key: sha256(text), placement: program === null ? null : placement };
}

export const replayKey = (experiment: Experiment, traced: Traced): string => keyedReplay(experiment, traced).key;

/**
 * Tells replays apart without mapping: points with different `beside` have different replays, points with equal `whole`
 * have the same.
 */
export interface ReplayTraits {
  readonly beside: string;
  readonly whole: string;
}

export function replayTraits(experiment: Experiment, { key }: Pick<Traced, "key">): ReplayTraits {
  const { chip, precision, mapping, workload } = experiment;
  const without = unpriced(twinChip(chip));
  const beside = JSON.stringify([key, workload.steadyState, precision, { ...without, cores: without.cores.map(unresolved) }]);
  return { beside, whole: JSON.stringify([beside, without.cores, mapping, pricesInPlacement(experiment)]) };
}

/**
 * Whether mapping is fast: the tables of a sparse network are long, and the search for little traffic takes long. Not
 * if time feeds back, because such a trace belongs to one mapping.
 */
function mapsSoon({ chip, mapping }: Experiment, topology: Topology): boolean {
  if (feedsBack(chip)) return false;
  return mapping.strategy !== "min-traffic" && topology.projections.every(({ sparse }) => sparse === null);
}

/**
 * A core without the parts that its slices and rows replace. They are left out by name, so any other property counts.
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

/** A placement of the network; null if it does not fit. */
function soonPlaced({ chip, precision, mapping }: Experiment, { trace, placedBy }: Traced): Placement | null {
  return unlessInfeasible(() => mapNetwork(trace.topology, chip, precision, mapping, placedBy, false));
}

/**
 * Slices and rows of a mapped network; null if its blocks cannot be laid out, or if they do not decide its cycles:
 * beside dense rows it has others, whose items, their words, and the lanes on them are not in the blocks (`rowsOf`). A
 * chip can hold matrices with zeros so that are dense in the trace's topology.
 */
function programOf({ chip, precision }: Experiment, placement: Placement): unknown {
  if (placement.topology.projections.some(({ sparse }) => sparse !== null)) return null;
  const program = unlessInfeasible(() => buildProgram(chip, placement, precision));
  if (program === null) return null;
  const { somaSlices, blocks, leastBarrierCycles } = program;
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
}

/** Decides which words are read again. */
const packingOf = ({ synapse }: Block): unknown => synapse;

/** A word with room for more items than there are counts as one that is just full: only the items' positions matter. */
const holding = (packing: Packing, items: number): Packing => ({
  ...packing,
  itemsPerWord: Math.min(packing.itemsPerWord, Math.max(1, items)),
});

/** A slice as a run sees it: base addresses, and the words of its items. */
function wordsOf(soma: SomaSlice): unknown {
  const { neurons } = soma.slice;
  const accumulators = holding(soma.accumulators, neurons * soma.accumulatorsPerNeuron);
  return { ...soma, states: holding(soma.states, neurons), accumulators };
}

/**
 * A block of dense rows as a run sees it: the packing of weights matters only by the words that a row reads, and a
 * group is at most a row's items.
 */
function rowsOf({ target, synapse: _, items: __, ...rows }: Block): unknown {
  return { ...rows, groupItems: Math.min(rows.groupItems, rows.rowItems), core: target.slice.core };
}

/**
 * Work of a network in a full wave on cores of one kind: words, operations, cycles of each unit, packets; and the space
 * that it asks for. Populations are spread evenly.
 */
import {
  accumulatorBitsOf,
  areUnits,
  type Chip,
  type Core,
  type Dram,
  denseShare,
  hostPacket,
  isGenerated,
  type Packing,
  type Precision,
  packedWords,
  packing,
  portPopulations,
  stateBitsOf,
  synapsesIn,
} from "../../arch/index.js";
import {
  accumulatorBuffers,
  codeCycles,
  codeWords,
  heldBy,
  projectionWords,
  stateChunks,
  stateRegions,
  synapseItemBits,
  updateWork,
} from "../mapping/index.js";
import type { ActivityProfile } from "./activity-profile.js";
import { meanOfBusiest } from "./busiest.js";
import type { RowKind } from "./spilled-reads.js";

/** Mean work of a core in a full wave. */
export interface Load {
  readonly cores: number;
  readonly soma: number;
  /** Synapse unit: cycles of issuing, and of waiting for look-ups and first weights. */
  readonly issue: number;
  readonly overhead: number;
  readonly latency: number;
  readonly groups: number;
  /** Cycles of the longest row (not a mean). */
  readonly lastRow: number;
  readonly events: number;
  /** Packets that a core sends, except to itself; and their flits. */
  readonly packets: number;
  readonly flits: number;
  /** Flits of the core that sends most in a step; its mean exceeds the mean of the cores. */
  readonly mostFlits: number;
  /** Step packets among the packets. */
  readonly stepPackets: number;
  readonly synapseWords: number;
  /** Bits read from DRAM, and cycles for which the synapse unit waits for them. */
  readonly dramBits: number;
  readonly dramWait: number;
  /** For states in DRAM: bits in both directions, and cycles for which the soma waits for them. */
  readonly dramStateBits: number;
  readonly somaDramWait: number;
  readonly accumulatorWords: number;
  readonly somaWords: number;
  readonly batches: number;
  readonly neurons: number;
  readonly spikes: number;
  readonly macs: number;
  readonly adds: number;
  readonly decoded: number;
  readonly generated: number;
  readonly requantises: number;
  readonly parameterReads: number;
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
  /** The port's load, which is no mean. */
  readonly port: PortLoad;
}

/** Load of all spikes that enter by the port: spikes, packets, their flits, bits and cycles of the host link. */
export interface PortLoad {
  readonly events: number;
  readonly packets: number;
  readonly flits: number;
  readonly bits: number;
  readonly busyCycles: number;
  /** Cycles of the host link for the first packet. */
  readonly firstCycles: number;
}

/** Fields of a load that are sums over the cores in use, and finally divided by their number. */
export const MEANS = [
  "soma",
  "issue",
  "overhead",
  "latency",
  "groups",
  "events",
  "packets",
  "flits",
  "synapseWords",
  "dramBits",
  "dramWait",
  "dramStateBits",
  "somaDramWait",
  "accumulatorWords",
  "somaWords",
  "batches",
  "neurons",
  "spikes",
  "macs",
  "adds",
  "decoded",
  "generated",
  "requantises",
  "parameterReads",
  "multiplies",
  "additions",
  "lutReads",
] as const satisfies readonly (keyof Load)[];

/** Mean number of words that contain a group of items; a group can begin at any item. */
function wordsOfGroup({ itemsPerWord, wordsPerItem }: Packing, items: number): number {
  if (wordsPerItem !== 1) return items * wordsPerItem;
  return itemsPerWord % items === 0 ? 1 : items % itemsPerWord === 0 ? items / itemsPerWord : 1 + (items - 1) / itemsPerWord;
}

/** What a network asks of cores like `core`, as sums over all of them. */
export interface Demand {
  readonly core: Core;
  readonly sum: Load;
  readonly axons: number;
  readonly routes: number;
  readonly synapseWords: number;
  readonly stateWords: number;
  /** Words that may go to DRAM, words of states that then pass the channel, and their slices. */
  readonly states: { readonly away: number; readonly words: number; readonly slices: number };
  readonly rows: readonly RowKind[];
}

/** The demand if every population is cut into `parts` pieces over `cores` cores like `core`. */
export function demandOf(
  core: Core,
  chip: Chip,
  dram: Dram | null,
  precision: Precision,
  profile: ActivityProfile,
  parts: number,
  cores: number,
): Demand {
  const { spikes } = profile;
  // lanes without a multiplier have no products
  const multiBit = areUnits(precision.weightBits) ? profile.multiBit.map(() => 0) : profile.multiBit;
  const topology = heldBy(chip, precision, profile.topology);
  const { populations } = topology;
  const s = core.stateMemory.ports === "1rw" ? 2 : 1;
  const { synapseMemory, stateMemory } = core;
  const accumulators = populations.map(({ name }) => packing(accumulatorBitsOf(precision, name), stateMemory.wordBits));
  const sum = {
    cores,
    soma: 0,
    issue: 0,
    overhead: 0,
    latency: 0,
    groups: 0,
    lastRow: 0,
    events: 0,
    packets: 0,
    flits: 0,
    mostFlits: 0,
    stepPackets: 0,
    synapseWords: 0,
    dramBits: 0,
    dramWait: 0,
    dramStateBits: 0,
    somaDramWait: 0,
    accumulatorWords: 0,
    somaWords: 0,
    batches: 0,
    neurons: 0,
    spikes: 0,
    macs: 0,
    adds: 0,
    decoded: 0,
    generated: 0,
    requantises: 0,
    parameterReads: 0,
    multiplies: 0,
    additions: 0,
    lutReads: 0,
  };
  const port = { events: 0, packets: 0, flits: 0, bits: 0, busyCycles: 0, firstCycles: 0 };
  const behindPort = portPopulations(chip, topology);
  let synapseNeed = 0;
  let stateNeed = 0;
  const states = { away: 0, words: 0, slices: 0 };
  const rows: RowKind[] = [];
  const sent: { readonly flits: number; readonly pieces: number; readonly neurons: number; readonly spikes: number }[] = [];
  const { scan } = core;
  // with a scan, a message sets a bit, which is found again later
  const perEvent = { event: core.eventOverheadCycles, compressed: 1 + scan.cyclesPerSetBit, dense: 1 }[scan.policy];
  let axons = 0;
  let routes = 0;
  populations.forEach((population, p) => {
    if (behindPort.includes(p)) return;
    const pieces = Math.min(parts, population.neurons);
    const size = Math.ceil(population.neurons / pieces);
    const stateBits = population.states * stateBitsOf(precision, population.name);
    const state = packing(stateBits, stateMemory.wordBits);
    const accumulatorItems = size * population.accumulators;
    const accumulator = accumulators[p];
    const buffers = population.accumulators === 0 ? 0 : accumulatorBuffers(topology, p);
    stateNeed += pieces * (packedWords(size, state) + buffers * packedWords(accumulatorItems, accumulator));
    if (dram !== null && population.states > 0) {
      const regions = stateRegions(topology, precision, stateMemory.wordBits, p, size);
      states.away += pieces * (regions.stateWords - stateChunks(core, dram, regions).bufferWords);
      states.words += pieces * regions.stateWords;
      states.slices += pieces;
    }
    const { batches, words, batchCycles } = updateWork(core, precision, population, size);
    sum.soma += pieces * batches * batchCycles;
    sum.somaWords += pieces * batches * words;
    sum.batches += pieces * batches;
    sum.neurons += population.neurons;
    sum.spikes += spikes[p];
    sum.requantises += population.neurons * population.update.requantises;
    sum.parameterReads += population.update.multiplies > 0 ? population.neurons : 0;
    sum.multiplies += population.neurons * population.update.multiplies;
    sum.additions += population.neurons * population.update.additions;
    sum.lutReads += population.neurons * population.update.lutReads;
  });
  populations.forEach((source, p) => {
    /** by target: cores that need this population's spikes */
    const reached = new Map<number, number>();
    for (const projection of topology.projections) {
      if (projection.source !== p) continue;
      const target = populations[projection.target];
      const accumulator = accumulators[projection.target];
      const pieces = Math.min(parts, target.neurons);
      const size = Math.ceil(target.neurons / pieces);
      const share = denseShare(projection, 0, source.neurons);
      const fanOut = projection.sparse === null ? target.neurons * share : synapsesIn(projection.sparse) / source.neurons;
      const hit = projection.sparse === null ? pieces * share : Math.min(pieces, fanOut);
      const weights = projection.sparse === null ? 1 : target.accumulators;
      const items = ((projection.sparse === null ? target.neurons / pieces : fanOut / hit) * target.accumulators) / weights;
      const item = packing(synapseItemBits(topology, projection, precision, size), synapseMemory.wordBits);
      const supply =
        item.wordsPerItem > 1 ? Math.max(1, Math.floor(synapseMemory.banks / item.wordsPerItem)) : item.itemsPerWord * synapseMemory.banks;
      const update =
        accumulator.wordsPerItem > 1
          ? Math.max(1, Math.floor(stateMemory.banks / accumulator.wordsPerItem))
          : accumulator.itemsPerWord * stateMemory.banks;
      const group = Math.min(Math.max(1, Math.floor(core.lanes / weights)), supply, projection.sparse === null ? update : supply);
      const groups = Math.ceil(items / group);
      const beat = Math.max(
        Math.ceil(weights / core.lanes),
        item.wordsPerItem > 1 ? Math.ceil((group * item.wordsPerItem) / synapseMemory.banks) : 1,
      );
      const again = stateMemory.refetch === "group";
      const touched =
        projection.sparse === null
          ? again
            ? groups * wordsOfGroup(accumulator, group)
            : packedWords(items, accumulator)
          : items * Math.max(1, weights / accumulator.itemsPerWord);
      const cycles = Math.max(
        groups * beat,
        (touched / Math.min(stateMemory.banks, Math.max(1, touched))) * s,
        projection.sparse === null ? groups * s : 0,
      );
      // in a dense scan every row takes its lanes' time, and rows of spikes also that of their accumulators
      const silent = scan.policy === "dense" ? Math.max(0, source.neurons - spikes[p]) * hit : 0;
      sum.issue += spikes[p] * hit * cycles + silent * groups * beat;
      sum.groups += (spikes[p] * hit + silent) * groups;
      sum.latency += silent * synapseMemory.readLatencyCycles + spikes[p] * hit * codeCycles(projection, synapseMemory, size);
      sum.lastRow = Math.max(sum.lastRow, cycles);
      const inFront = codeWords(projection, synapseMemory.wordBits, size);
      const reads = inFront + (synapseMemory.refetch === "group" ? groups * wordsOfGroup(item, group) : packedWords(items, item));
      sum.synapseWords += (spikes[p] * hit + silent) * reads;
      sum.accumulatorWords += spikes[p] * hit * touched;
      const operations = spikes[p] * fanOut * target.accumulators;
      sum.macs += operations * multiBit[p];
      sum.adds += operations * (1 - multiBit[p]);
      if (projection.coding !== undefined) sum.decoded += operations;
      if (isGenerated(projection)) sum.generated += operations / weights;
      // slices of the targets are assumed to be alike
      const held =
        projection.kernel === undefined && projection.rowOf === undefined
          ? source.neurons * hit * (inFront + packedWords(items, item))
          : pieces * projectionWords(topology, projection, precision, synapseMemory.wordBits, 0, size);
      synapseNeed += held;
      rows.push({
        held,
        events: spikes[p] * hit + silent,
        words: inFront + packedWords(items, item),
        rate: spikes[p] / source.neurons,
        laneCycles: groups * beat,
        groups,
      });
      reached.set(projection.target, Math.max(reached.get(projection.target) ?? 0, hit));
    }
    // pieces of different populations are on different cores as long as there are enough
    const reach = Math.min(
      cores,
      [...reached.values()].reduce((all, hit) => all + hit, 0),
    );
    sum.events += spikes[p] * reach;
    sum.overhead += spikes[p] * reach * perEvent;
    axons += source.neurons * reach;
    sum.latency += spikes[p] * reach * synapseMemory.readLatencyCycles;
    if (behindPort.includes(p)) {
      const { bits, cycles } = hostPacket(chip, source);
      const packets = spikes[p] * (chip.noc.multicast === "tree" ? Math.min(1, reach) : reach);
      port.events += spikes[p];
      port.packets += packets;
      port.flits += packets * Math.ceil((chip.noc.headerBits + source.payloadBits) / chip.noc.flitWidthBits);
      port.bits += packets * bits;
      port.busyCycles += packets * cycles;
      port.firstCycles = cycles;
      return;
    }
    const remote = reach * (1 - 1 / cores);
    const packets = spikes[p] * (chip.noc.multicast === "tree" ? Math.min(1, remote) : remote);
    sum.packets += packets;
    routes += source.neurons * (chip.noc.multicast === "tree" ? Math.min(1, remote) : remote);
    const flits = packets * Math.ceil((chip.noc.headerBits + source.payloadBits) / chip.noc.flitWidthBits);
    sum.flits += flits;
    if (spikes[p] > 0) sent.push({ flits, pieces: Math.min(parts, source.neurons), neurons: source.neurons, spikes: spikes[p] });
  });
  for (const { flits, pieces, neurons, spikes: fired } of sent) {
    const busiest = (meanOfBusiest(pieces, Math.ceil(neurons / pieces), fired / neurons) * flits) / fired;
    sum.mostFlits = Math.max(sum.mostFlits, busiest + (sum.flits - flits) / cores);
  }
  if (scan.policy === "compressed") sum.overhead += cores * Math.ceil(axons / cores / scan.chunkBits) * scan.cyclesPerChunk;
  return { core, sum: { ...sum, port }, axons, routes, synapseWords: synapseNeed, stateWords: stateNeed, states, rows };
}

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
  hostPacket,
  isGenerated,
  type Packing,
  type Population,
  type Precision,
  packedWords,
  packing,
  portPopulations,
  stateBitsOf,
  type Topology,
} from "../../arch/index.js";
import { accumulatorBuffers, heldBy, stateChunks, stateRegions, updateWork } from "../mapping/index.js";
import type { ActivityProfile } from "./activity-profile.js";
import { meanOfBusiest } from "./busiest.js";
import { type Load, NO_LOAD, type PortLoad } from "./load.js";
import { rowDemand } from "./row-demand.js";
import type { RowKind } from "./spilled-reads.js";
import { exchangeOf } from "./spilled-states.js";

/** What a network asks of cores like `core`, as sums over all of them. */
export interface Demand {
  readonly core: Core;
  readonly sum: Load;
  readonly axons: number;
  readonly routes: number;
  readonly synapseWords: number;
  readonly stateWords: number;
  /**
   * Words that may go to DRAM; and of all slices that have states, if those are away: bits, words and cycles of
   * waiting.
   */
  readonly states: { readonly away: number; readonly bits: number; readonly words: number; readonly wait: number };
  readonly rows: readonly RowKind[];
}

/** The network on cores like `core`: every population is cut into `parts` pieces over `cores` cores. */
interface Setting {
  readonly core: Core;
  readonly chip: Chip;
  readonly dram: Dram | null;
  readonly precision: Precision;
  readonly topology: Topology;
  /** By population: spikes per step. */
  readonly spikes: Float64Array;
  /** Share of a population's spikes that lanes multiply. */
  readonly multiBit: Float64Array;
  readonly accumulators: readonly Packing[];
  readonly parts: number;
  readonly cores: number;
}

type OpenLoad = { -readonly [field in Exclude<keyof Load, "port">]: number } & {
  readonly port: { -readonly [field in keyof PortLoad]: number };
};

/** A demand that is being added up. */
interface Totals {
  readonly sum: OpenLoad;
  readonly need: { axons: number; routes: number; synapseWords: number; stateWords: number };
  readonly states: { away: number; bits: number; words: number; wait: number };
  readonly rows: RowKind[];
  /** What each population on cores sends. */
  readonly sent: { readonly flits: number; readonly pieces: number; readonly neurons: number; readonly spikes: number }[];
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
  const topology = heldBy(chip, precision, profile.topology);
  const { populations } = topology;
  const on: Setting = {
    core,
    chip,
    dram,
    precision,
    topology,
    spikes: profile.spikes,
    // lanes without a multiplier have no products
    multiBit: areUnits(precision.weightBits) ? profile.multiBit.map(() => 0) : profile.multiBit,
    accumulators: populations.map(({ name }) => packing(accumulatorBitsOf(precision, name), core.stateMemory.wordBits)),
    parts,
    cores,
  };
  const totals: Totals = {
    sum: { ...NO_LOAD, cores, port: { ...NO_LOAD.port } },
    need: { axons: 0, routes: 0, synapseWords: 0, stateWords: 0 },
    states: { away: 0, bits: 0, words: 0, wait: 0 },
    rows: [],
    sent: [],
  };
  const behindPort = portPopulations(chip, topology);
  for (const p of populations.keys()) if (!behindPort.includes(p)) addSoma(totals, on, p);
  for (const p of populations.keys()) {
    const reach = addRows(totals, on, p);
    addEvents(totals, on, p, reach);
    if (behindPort.includes(p)) addPort(totals.sum.port, on, p, reach);
    else addPackets(totals, on, p, reach);
  }
  const { sum, need, states, rows, sent } = totals;
  sum.mostFlits = mostFlits(sent, sum.flits, cores);
  const { scan } = core;
  if (scan.policy === "compressed") sum.overhead += cores * Math.ceil(need.axons / cores / scan.chunkBits) * scan.cyclesPerChunk;
  return { core, sum, ...need, states, rows };
}

/** Updates of a population, and the space of its states and accumulators. */
function addSoma(
  { sum, need, states }: Totals,
  { core, dram, precision, topology, spikes, accumulators, parts }: Setting,
  p: number,
): void {
  const { stateMemory } = core;
  const population = topology.populations[p];
  const pieces = Math.min(parts, population.neurons);
  const size = Math.ceil(population.neurons / pieces);
  const state = packing(population.states * stateBitsOf(precision, population.name), stateMemory.wordBits);
  const buffers = population.accumulators === 0 ? 0 : accumulatorBuffers(topology, p);
  need.stateWords += pieces * (packedWords(size, state) + buffers * packedWords(size * population.accumulators, accumulators[p]));
  const work = updateWork(core, precision, population, size);
  if (dram !== null && population.states > 0) {
    const regions = stateRegions(topology, precision, stateMemory.wordBits, p, size);
    states.away += pieces * (regions.stateWords - stateChunks(core, dram, regions).bufferWords);
    const { bits, words, wait } = exchangeOf(core, dram, regions, work);
    states.bits += pieces * bits;
    states.words += pieces * words;
    states.wait += pieces * wait;
  }
  const { batches, words, batchCycles } = work;
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
}

/** Rows that a population's spikes read. Returns the number of cores that need each spike. */
function addRows(
  { sum, need, rows }: Totals,
  { core, precision, topology, spikes, multiBit, accumulators, parts, cores }: Setting,
  p: number,
): number {
  const { neurons } = topology.populations[p];
  /** By target: cores that need this population's spikes. */
  const reached = new Map<number, number>();
  for (const projection of topology.projections) {
    if (projection.source !== p) continue;
    const row = rowDemand(core, topology, precision, projection, parts, accumulators[projection.target]);
    const { fanOut, holders, weightsPerItem, groups, beatCycles, cycles, words, held } = row;
    // in a dense scan every row takes its lanes' time, and rows of spikes also that of their accumulators
    const silent = core.scan.policy === "dense" ? Math.max(0, neurons - spikes[p]) * holders : 0;
    sum.issue += spikes[p] * holders * cycles + silent * groups * beatCycles;
    sum.groups += (spikes[p] * holders + silent) * groups;
    sum.latency += spikes[p] * holders * row.codeCycles;
    sum.lastRow = Math.max(sum.lastRow, cycles);
    sum.synapseWords += (spikes[p] * holders + silent) * row.reads;
    sum.accumulatorWords += spikes[p] * holders * row.accumulatorWords;
    const operations = spikes[p] * fanOut * topology.populations[projection.target].accumulators;
    sum.macs += operations * multiBit[p];
    sum.adds += operations * (1 - multiBit[p]);
    if (projection.coding !== undefined) sum.decoded += operations;
    if (isGenerated(projection)) sum.generated += operations / weightsPerItem;
    need.synapseWords += held;
    const events = spikes[p] * holders + silent;
    rows.push({ held, events, words, rate: spikes[p] / neurons, laneCycles: groups * beatCycles, groups });
    reached.set(projection.target, Math.max(reached.get(projection.target) ?? 0, holders));
  }
  // pieces of different populations are on different cores as long as there are enough
  return Math.min(
    cores,
    [...reached.values()].reduce((all, holders) => all + holders, 0),
  );
}

/** Look-ups of a population's spikes in the `reach` cores that each of them needs. */
function addEvents({ sum, need }: Totals, { core, topology, spikes }: Setting, p: number, reach: number): void {
  const { scan } = core;
  // with a scan, a message sets a bit, which is found again later
  const perEvent = { event: core.eventOverheadCycles, compressed: 1 + scan.cyclesPerSetBit, dense: 1 }[scan.policy];
  sum.events += spikes[p] * reach;
  sum.overhead += spikes[p] * reach * perEvent;
  need.axons += topology.populations[p].neurons * reach;
  // a dense scan looks every axon's rows up
  const lookedUp = scan.policy === "dense" ? topology.populations[p].neurons : spikes[p];
  sum.latency += lookedUp * reach * core.synapseMemory.readLatencyCycles;
}

/** Packets for `reach` cores. */
const packetsTo = ({ noc }: Chip, reach: number): number => (noc.multicast === "tree" ? Math.min(1, reach) : reach);
const flitsOf = ({ noc }: Chip, { payloadBits }: Population): number => Math.ceil((noc.headerBits + payloadBits) / noc.flitWidthBits);

/** Packets of a population behind the port. */
function addPort(port: OpenLoad["port"], { chip, topology, spikes }: Setting, p: number, reach: number): void {
  const source = topology.populations[p];
  const { bits, cycles } = hostPacket(chip, source);
  const packets = spikes[p] * packetsTo(chip, reach);
  if (port.packets === 0) port.firstCycles = cycles;
  port.events += spikes[p];
  port.packets += packets;
  port.flits += packets * flitsOf(chip, source);
  port.copies += spikes[p] * reach;
  port.bits += packets * bits;
  port.busyCycles += packets * cycles;
}

/** Packets of a population on cores; none goes to the core itself. */
function addPackets({ sum, need, sent }: Totals, { chip, topology, spikes, parts, cores }: Setting, p: number, reach: number): void {
  const source = topology.populations[p];
  const others = reach * (1 - 1 / cores);
  const each = packetsTo(chip, others);
  const packets = spikes[p] * each;
  const flits = packets * flitsOf(chip, source);
  sum.packets += packets;
  need.routes += source.neurons * each;
  sum.flits += flits;
  sum.copies += spikes[p] * others;
  if (spikes[p] > 0) sent.push({ flits, pieces: Math.min(parts, source.neurons), neurons: source.neurons, spikes: spikes[p] });
}

/** Mean flits of the core that sends most in a step; `all`: of all cores. */
function mostFlits(sent: Totals["sent"], all: number, cores: number): number {
  return sent.reduce((most, { flits, pieces, neurons, spikes }) => {
    const busiest = (meanOfBusiest(pieces, Math.ceil(neurons / pieces), spikes / neurons) * flits) / spikes;
    return Math.max(most, busiest + (all - flits) / cores);
  }, 0);
}

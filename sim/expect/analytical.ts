/**
 * Analytical model: expected cycles and counts of one utterance from mean activity, without placement or replay. It
 * ranks many chips before the cycle model runs on a few; it takes microseconds per point.
 *
 * A wave takes the maximum of six times, plus the drain and the barrier (or step packets): the soma's pass and the last
 * spike's way to its accumulators; the first spike's way and the synapse unit's work; the busiest state bank; the
 * busiest port of the network; the DRAM channel; the host link. Loads are means over the cores in use. Results are
 * expectations (fractions, not integers). Source of the bound: roofline argument, S. Williams et al., CACM 52 (2009).
 * Not modelled: contention beyond these bounds, differences between steps and between utterances, placement
 * (populations are spread evenly).
 */
import {
  type Chip,
  type Core,
  coresPerRouter,
  type DieWay,
  type Dram,
  dieFlitCycles,
  dieLinksBetween,
  linksOf,
  linksOnWay,
  type MappingRequest,
  type MeanWay,
  meanDieWay,
  type Noc,
  nocTopology,
  ON_ONE_DIE,
  type Precision,
  portPopulations,
  stagesOf,
} from "../../arch/index.js";
import { unitCycles } from "../activity.js";
import { Pace } from "../board/index.js";
import {
  CORE_COUNTERS,
  type CoreCounter,
  type Counters,
  coreColumn,
  type PortCounters,
  ROUTER_COUNTERS,
  routerColumn,
} from "../counters.js";
import { nocSpec, portCount } from "../noc/index.js";
import { leastBarrier } from "../program/index.js";
import type { ActivityProfile } from "./activity-profile.js";
import { balancedSpreads } from "./balanced-spread.js";
import { type Load, loadOf, type PortLoad } from "./expected-load.js";
import { type FlowRates, flowRates } from "./flow-rates.js";
import { withStepPackets } from "./step-packets.js";

export interface Estimate {
  readonly latencyCycles: number;
  /** Cycles between completions of utterances back to back. */
  readonly cyclesPerUtterance: number;
  readonly usedCores: number;
  /** Expected counts of one utterance, for `price`. */
  readonly counters: Counters;
}

/** Whole ticks in a wave of `cycles` cycles; 0 without ticks. */
function tickedCycles({ tick }: Chip, cycles: number, leastBarrierCycles: number): number {
  return tick === null ? 0 : Math.max(1, Math.ceil((cycles + leastBarrierCycles) / tick.periodCycles)) * tick.periodCycles;
}

/** A mean path, and its part between dies. */
interface ChipWay extends MeanWay {
  readonly between: DieWay;
}

/** Means over pairs of different cores among the first `cores` of the chip. */
function meanWay({ cores: all, coresPerTile, noc }: Chip, cores: number): ChipWay {
  const perTile = all.length / coresPerTile.length;
  const tiles = Math.min(coresPerTile.length, Math.ceil(cores / perTile));
  const others = cores / Math.max(1, cores - 1);
  const topology = nocTopology(noc);
  return { ...topology.meanWay(noc, tiles, others), between: meanDieWay(topology, noc, noc.dies, tiles, others) };
}

const hopsOf = (mean: MeanWay): number => mean.grid + mean.tree;

/** The mean path from the port to the first `cores` cores of the chip; null: there is no port. */
function portWay({ cores: all, noc, port }: Chip, cores: number): ChipWay | null {
  if (port === null) return null;
  const sum = { grid: 0, tree: 0, between: 0 };
  for (const { tile } of all.slice(0, cores)) {
    const { grid, tree } = linksOnWay(noc, port.tile, tile);
    sum.grid += grid / cores;
    sum.tree += tree / cores;
    sum.between += dieLinksBetween(noc, port.tile, tile) / cores;
  }
  // the first link of all paths may be one between dies: its share is that of packets that leave the port's die
  const between = { links: sum.between, busiestShare: Math.min(1, sum.between) };
  return { grid: sum.grid, tree: sum.tree, tiles: sum.grid, treeShare: 0, between };
}

/** Cycles from a hand-over to the delivery of the last of `flits` flits, which follow each other at `rate`. */
function wayCycles({ noc }: Chip, mean: ChipWay, flits: number, rate: number): number {
  const hops = hopsOf(mean);
  // from the core to its router and back: one cycle each, or a link each
  const ends = nocTopology(noc).coreLinks ? 2 * (noc.linkCycles - 1) : 0;
  return (
    2 +
    ends +
    (hops + 1) * stagesOf(noc) +
    hops * (noc.switchTraversalDelayCycles + 1) +
    mean.tiles * noc.linkCycles +
    mean.tree * (noc.tree?.linkCycles ?? 0) +
    noc.switchTraversalDelayCycles +
    2 +
    (flits - 1) / rate +
    betweenCycles(noc, mean)
  );
}

/** Extra cycles of links between dies, compared with the links that they replace. */
function betweenCycles(noc: Noc, { grid, tiles, between }: ChipWay): number {
  if (noc.dies === null || between.links === 0) return 0;
  const wire = Math.max(1, tiles / grid) * noc.linkCycles;
  return between.links * (noc.dies.latencyCycles + dieFlitCycles(noc.dies, noc) - 1 - wire);
}

/**
 * Flits per cycle of a single packet on a mean path, part of which crosses between dies: the times of both parts add
 * up.
 */
function packetRate({ packet, diePacket }: FlowRates, { between }: ChipWay): number {
  if (between.links === 0) return packet;
  const crossing = Math.min(1, between.links);
  return 1 / ((1 - crossing) / packet + crossing / diePacket);
}

interface PortTimes {
  /** Cycles from a wave's beginning to the first message from the port, and to the last. */
  readonly first: number;
  readonly last: number;
  readonly flitHops: number;
}
const NO_PORT: PortTimes = { first: Number.POSITIVE_INFINITY, last: 0, flitHops: 0 };

function portTimes(chip: Chip, load: Load): PortTimes {
  const mean = portWay(chip, load.cores);
  const { packets, flits, busyCycles, firstCycles } = load.port;
  if (mean === null || chip.port === null || packets === 0) return NO_PORT;
  const each = flits / packets;
  const rates = flowRates(chip, mean, each);
  const begins = chip.port.latencyCycles + wayCycles(chip, mean, each, packetRate(rates, mean));
  const last = Math.max(busyCycles, flits / rates.source, flits / load.cores / rates.sink, (flits * mean.between.busiestShare) / rates.die);
  return { first: begins + firstCycles, last: begins + last, flitHops: flits * (hopsOf(mean) + 1) };
}

function waveOf(chip: Chip, core: Core, load: Load, mean: ChipWay, leastBarrierCycles: number): Pick<Spread, "wave" | "awake" | "pace"> {
  const hops = hopsOf(mean);
  const s = core.stateMemory.ports === "1rw" ? 2 : 1;
  const flits = load.packets === 0 ? 1 : load.flits / load.packets;
  const remote = load.cores > 1 ? 1 : 0;
  const rates = flowRates(chip, mean, flits);
  const way = remote * wayCycles(chip, mean, flits, packetRate(rates, mean));
  const port = portTimes(chip, load);
  const result = core.stateMemory.readLatencyCycles + core.neuronUpdate.pipelineDepthCycles;
  const take = 1 + core.eventOverheadCycles + core.synapseMemory.readLatencyCycles;
  const drain = core.stateMemory.readLatencyCycles + core.accumulateDepthCycles - 1;
  const firstSpike = Math.min((load.soma + load.somaDramWait) / (load.spikes + 1) + result + way + 1, port.first);
  const synapse = load.issue + load.overhead + load.latency + load.dramWait;
  const channel = chip.spill === null ? 0 : ((load.dramBits + load.dramStateBits) * load.cores) / chip.spill.bitsPerCycle;
  const ports = Math.max(load.mostFlits / rates.source, (load.events * (load.cores - 1) * flits) / load.cores / rates.sink);
  const even = mean.grid / Math.max(1, 2 * (chip.coresPerTile.length - 1));
  const sent = load.flits * load.cores;
  const links = load.cores === 1 ? 0 : sent * Math.max(Math.max(even, mean.treeShare) / rates.link, mean.between.busiestShare / rates.die);
  const bank = ((load.somaWords + load.accumulatorWords) * s) / core.stateMemory.banks;
  const longest = Math.max(
    load.soma + load.somaDramWait + result + way + take + load.lastRow,
    firstSpike + synapse,
    bank + result,
    firstSpike + Math.max(ports, links, channel) + load.lastRow,
    port.last === 0 ? 0 : port.last + take + load.lastRow,
    load.stepPackets === 0 ? 0 : load.soma + load.somaDramWait + result + load.stepPackets + way,
  );
  const exchanged = Math.max(load.soma + load.somaDramWait + result + way, firstSpike + Math.max(ports, links), port.last);
  const rows = chip.spill === null ? 0 : (load.dramBits * load.cores) / chip.spill.bitsPerCycle;
  const pace = new Pace(chip, chip.cores.slice(0, load.cores), leastBarrierCycles);
  const scanned = Math.max(exchanged, channel - rows) + pace.scanSyncCycles + Math.max(synapse, rows);
  const work = core.scan.policy === "event" ? longest : scanned;
  // packets that find the input queue full wait in the network
  const waiting = load.events > 0 ? Math.max(0, load.events - core.inputQueue.depth) / load.events : 0;
  const moving = (load.flits * (hops + 1) + port.flitHops / load.cores) * (stagesOf(chip.noc) + 2);
  return {
    pace,
    wave: Math.max(work + drain + pace.barrierCycles, tickedCycles(chip, work + drain, leastBarrierCycles)),
    awake: Math.max(remote, port.last > 0 ? 1 : 0) * Math.min(work, moving + waiting * synapse),
  };
}

/** The load of the core that has `imbalance` times the mean's work. */
function busiest(load: Load, imbalance: number): Load {
  const { soma, issue, overhead, latency, dramWait, events, somaWords, accumulatorWords } = load;
  return {
    ...load,
    ...{ soma: soma * imbalance, issue: issue * imbalance, overhead: overhead * imbalance, latency: latency * imbalance },
    ...{ dramWait: dramWait * imbalance, events: events * imbalance },
    ...{ somaWords: somaWords * imbalance, accumulatorWords: accumulatorWords * imbalance },
  };
}

/** Candidates for (pieces, cores) of a strategy. */
function* spreads(
  chip: Chip,
  precision: Precision,
  request: MappingRequest,
  profile: ActivityProfile,
): Generator<readonly [parts: number, cores: number, imbalance: number]> {
  if (request.strategy === "balanced" || request.strategy === "min-traffic") {
    for (const { parts, cores, imbalance } of balancedSpreads(chip, precision, request, profile)) yield [parts, cores, imbalance];
    return;
  }
  const total = chip.cores.length;
  const limit = request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  const away = portPopulations(chip, profile.topology);
  const placed = profile.topology.populations.filter((_, p) => !away.includes(p));
  const least = Math.max(...placed.map((population) => Math.ceil(population.neurons / limit)));
  if (least > total) return;
  if (limit < Number.POSITIVE_INFINITY) {
    const pieces = placed.reduce((sum, population) => sum + Math.ceil(population.neurons / limit), 0);
    yield [least, Math.min(total, pieces), 1];
  }
  const counts: number[] = [];
  for (let parts = least; parts <= total; parts = parts < 16 ? parts + 1 : Math.ceil(parts * 1.25)) counts.push(parts);
  for (const parts of counts) yield [parts, Math.min(total, parts), 1];
  // pieces of different populations on different cores: narrow slices have less padding, but the balance is worse
  for (const parts of counts) yield [parts, Math.min(total, parts * placed.length), 1];
}

interface Spread {
  readonly load: Load;
  readonly wave: number;
  readonly awake: number;
  readonly way: ChipWay;
  readonly pace: Pace;
}

/**
 * The spread that a strategy would choose. Balanced: the first that fits, in order of work. Others: the first that
 * fits; if rows go to DRAM, the one that sends the fewest bits there.
 */
function chosenSpread(
  chip: Chip,
  dram: Dram | null,
  precision: Precision,
  request: MappingRequest,
  profile: ActivityProfile,
): Spread | null {
  const core = chip.cores[0];
  const isBalanced = request.strategy === "balanced" || request.strategy === "min-traffic";
  const cost = (load: Load): number => load.dramBits * load.cores;
  const leastOf = (used: number): number => leastBarrier(chip.cores.slice(0, used), profile.topology, precision);
  let best: Spread | null = null;
  for (const [parts, cores, imbalance] of spreads(chip, precision, request, profile)) {
    if (best !== null && cores !== parts && dram === null) break;
    const spikes = loadOf(core, chip, dram, precision, profile, parts, cores);
    if (spikes === null) continue;
    const load = withStepPackets(chip, spikes);
    const way = meanWay(chip, cores);
    if (best === null || cost(load) < cost(best.load))
      best = { load, way, ...waveOf(chip, core, busiest(load, imbalance), way, leastOf(load.cores)) };
    if (isBalanced || dram === null) break;
  }
  return best;
}

/** Expected cost of one utterance; null if no even spread of the network fits the chip. */
export function estimate(chip: Chip, precision: Precision, request: MappingRequest, profile: ActivityProfile): Estimate | null {
  // a network that fits on the chip spills nothing
  const held = chosenSpread(chip, null, precision, request, profile);
  const best = held !== null || chip.spill === null ? held : chosenSpread(chip, chip.spill, precision, request, profile);
  if (best === null) return null;
  const depth = Math.max(...profile.topology.populations.map((population) => population.depth));
  const barrier = best.pace.barrierCycles;
  // while the pipeline fills and empties, half of it works; but ticks continue, and a dense scan happens in every wave
  const isSwept = chip.cores[0].scan.policy === "dense";
  const half = isSwept ? best.wave : barrier + (best.wave - barrier) / 2;
  const edge = chip.tick === null ? half : Math.max(chip.tick.periodCycles, half);
  const latencyCycles = profile.steps * best.wave + depth * edge;
  return {
    latencyCycles,
    cyclesPerUtterance: profile.steps * best.wave,
    usedCores: best.load.cores,
    counters: expectedCounters(chip, profile.steps, latencyCycles, best, depth),
  };
}

/** Re-reads while the soma or the synapse unit waits for the state memory; waits for packets are not predicted. */
function stateRereads({ neuronUpdate }: Core, load: Load): number {
  const ofSoma = (Math.max(0, load.soma - load.batches * neuronUpdate.cyclesPerNeuron) * load.somaWords) / load.batches;
  const ofRows = load.groups === 0 ? 0 : (Math.max(0, load.issue - load.groups) * load.accumulatorWords) / load.groups;
  return ofSoma + ofRows;
}

/** Counts of the port; waits for space in its queue are not predicted. */
const portCounters = ({ events, packets, bits, busyCycles }: PortLoad, steps: number): PortCounters => ({
  ...{ events: steps * events, packets: steps * packets, bits: steps * bits },
  ...{ busyCycles: steps * busyCycles, stallCycles: 0 },
});

function expectedCounters(chip: Chip, steps: number, cycles: number, { load, way, awake, pace }: Spread, depth: number): Counters {
  const hops = hopsOf(way);
  const cores = new Float64Array(chip.cores.length * CORE_COUNTERS.length);
  const sweeps = chip.cores[0].scan.policy === "dense" ? (steps + depth) / steps : 1;
  const values: { readonly [name in CoreCounter]: number } = {
    synapse_reads: load.synapseWords * sweeps,
    state_reads: load.somaWords + load.accumulatorWords,
    state_writes: load.somaWords + load.accumulatorWords,
    input_queue_pushes: load.events,
    input_queue_pops: load.events,
    output_queue_pushes: load.packets,
    output_queue_pops: load.packets,
    synaptic_macs: load.macs,
    synaptic_adds: load.adds,
    decoded_weights: load.decoded,
    generated_addresses: load.generated,
    requantisations: load.requantises,
    parameter_memory_reads: load.parameterReads,
    element_multiplies: load.multiplies,
    element_adds: load.additions,
    lut_reads: load.lutReads,
    neuron_updates: load.neurons,
    spikes_sent: load.spikes,
    packets_sent: load.packets,
    spikes_received: load.events,
    synapse_busy_cycles: load.groups,
    synapse_overhead_cycles: load.overhead,
    synapse_stall_state_cycles: Math.max(0, load.issue - load.groups),
    synapse_stall_memory_cycles: load.latency,
    synapse_idle_cycles: 0,
    soma_busy_cycles: load.batches,
    soma_stall_state_cycles: Math.max(0, load.soma - load.batches),
    soma_stall_output_cycles: 0,
    dram_state_bits: load.dramStateBits,
    soma_stall_dram_cycles: load.somaDramWait,
    soma_idle_cycles: 0,
    dram_bits: load.dramBits * sweeps,
    synapse_stall_dram_cycles: load.dramWait * sweeps,
    active_cycles: 0,
    resting_cycles: 0,
    synapse_rereads: chip.cores[0].synapseMemory.rereadsInStalls ? Math.max(0, load.issue - load.groups) : 0,
    state_rereads: chip.cores[0].stateMemory.rereadsInStalls ? stateRereads(chip.cores[0], load) : 0,
  };
  const busy = load.groups + load.overhead + load.latency + load.dramWait + Math.max(0, load.issue - load.groups);
  for (let c = 0; c < chip.cores.length; c++) {
    const at = c * CORE_COUNTERS.length;
    const used = c < load.cores;
    if (used) for (const name of CORE_COUNTERS) cores[at + coreColumn[name]] = steps * values[name];
    cores[at + coreColumn.synapse_idle_cycles] = cycles - (used ? Math.min(cycles, steps * busy) : 0);
    cores[at + coreColumn.soma_idle_cycles] = cycles - (used ? Math.min(cycles, steps * load.soma) : 0);
    if (!used) continue;
    const { synapse, soma } = unitCycles((name) => cores[at + coreColumn[name]]);
    const active = Math.min(cycles, synapse + soma);
    cores[at + coreColumn.active_cycles] = active;
    cores[at + coreColumn.resting_cycles] = cycles - active;
  }
  const routerCount = coresPerRouter(chip).length;
  const portsPerRouter = portCount(nocSpec(chip));
  const tiles = Math.min(routerCount, chip.coresPerTile.length);
  const sent = { packets: steps * load.packets * load.cores, flits: steps * load.flits * load.cores };
  const entered = { packets: steps * load.port.packets, flits: steps * load.port.flits };
  const entry = portWay(chip, load.cores) ?? { grid: 0, tree: 0, tiles: 0, treeShare: 0, between: ON_ONE_DIE };
  const flits = sent.flits + entered.flits;
  const packets = sent.packets + entered.packets;
  const hopsOfAll = (of: "packets" | "flits"): number => sent[of] * (hops + 1) + entered[of] * (hopsOf(entry) + 1);
  const flitHops = hopsOfAll("flits");
  const routers = new Float64Array(routerCount * ROUTER_COUNTERS.length);
  const links = new Float64Array(routerCount * portsPerRouter);
  for (let r = 0; r < routerCount; r++) {
    const at = r * ROUTER_COUNTERS.length;
    routers[at + routerColumn.buffer_writes] = flitHops / routerCount;
    routers[at + routerColumn.buffer_reads] = flitHops / routerCount;
    routers[at + routerColumn.crossbar_flits] = flitHops / routerCount;
    routers[at + routerColumn.switch_allocations] = flitHops / routerCount;
    routers[at + routerColumn.vc_allocations] = hopsOfAll("packets") / routerCount;
    routers[at + routerColumn.awake_cycles] = Math.min(cycles, steps * awake);
    if (r < tiles) links[r * portsPerRouter + nocTopology(chip.noc).firstLocalPort(chip.noc)] = flits / tiles;
  }
  const all = linksOf(chip);
  const countOf = { tile: 0, tree: 0, die: 0 };
  for (const { wire } of all) countOf[wire]++;
  const flitsOver = (of: (way: ChipWay) => number): number => sent.flits * of(way) + entered.flits * of(entry);
  const each = {
    tile: flitsOver(({ grid, between }) => grid - between.links) / countOf.tile / 2,
    tree: flitsOver(({ tree }) => tree) / countOf.tree / 2,
    die: flitsOver(({ between }) => between.links) / countOf.die / 2,
  };
  for (const { from, fromPort, to, toPort, wire } of all) {
    links[from * portsPerRouter + fromPort] = each[wire];
    links[to * portsPerRouter + toPort] = each[wire];
  }
  const barrierCycles = (steps + depth) * (pace.barrierCycles + pace.scanSyncCycles);
  const port = chip.port === null ? null : portCounters(load.port, steps);
  return { cycles, utterances: 1, steps, cores, routers, links, portsPerRouter, packets, flits, flitHops, barrierCycles, port };
}

/**
 * Analytical model: expected cycles and counts of one utterance from mean activity, without placement or replay. It
 * ranks many chips before the cycle model runs on a few; it takes microseconds per point.
 *
 * A wave takes the maximum of six times, plus the drain and the barrier (or step packets): the soma's pass and the last
 * spike's way to its accumulators; the first spike's way and the synapse unit's work; the busiest state bank; the
 * busiest port of the network; the DRAM channel; the host link. Loads are means over the cores in use. Results are
 * expectations (fractions, not integers). Source of the bound: roofline argument, S. Williams et al., CACM 52 (2009).
 * Cores of several kinds hold shares of the network (`kind-loads.ts`); the wave is that of the kind that takes longest.
 * Not modelled: contention beyond these bounds, differences between steps and between utterances, placement
 * (populations are spread evenly over the cores of a kind). A multicast packet loads all links of its tree
 * (`tree-way.ts`), and arrives after as many cycles as a mean path takes.
 */
import {
  type Chip,
  type Core,
  type Dram,
  dieFlitCycles,
  type MappingRequest,
  type Noc,
  nocTopology,
  type Precision,
  portPopulations,
  stagesOf,
} from "../../arch/index.js";
import { Pace } from "../board/index.js";
import type { Counters } from "../counters.js";
import { leastBarrier } from "../program/index.js";
import type { ActivityProfile } from "./activity-profile.js";
import { balancedSpreads } from "./balanced-spread.js";
import { type ChipWay, hopsOf, meanWay, portWay } from "./chip-way.js";
import { expectedCounters, type Spread } from "./expected-counters.js";
import { type FlowRates, flowRates } from "./flow-rates.js";
import { kindLoads } from "./kind-loads.js";
import type { Load } from "./load.js";
import { carriedBy } from "./tree-way.js";

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
  const entered = carriedBy(chip, load.cores, load.port, "port");
  if (mean === null || chip.port === null || packets === 0) return NO_PORT;
  const each = flits / packets;
  const rates = flowRates(chip, mean, each);
  const begins = chip.port.latencyCycles + wayCycles(chip, mean, each, packetRate(rates, mean));
  const last = Math.max(
    busyCycles,
    flits / rates.source,
    (flits * entered.copies) / load.cores / rates.sink,
    (flits * entered.way.between.busiestShare) / rates.die,
  );
  return { first: begins + firstCycles, last: begins + last, flitHops: flits * (hopsOf(entered.way) + 1) };
}

/** `mean`: the path of a packet to one core; `all`: what it crosses in all. */
function waveOf(
  chip: Chip,
  core: Core,
  load: Load,
  mean: ChipWay,
  all: ChipWay,
  leastBarrierCycles: number,
): Pick<Spread, "wave" | "awake" | "pace"> {
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
  const even = all.grid / Math.max(1, 2 * (chip.coresPerTile.length - 1));
  const sent = load.flits * load.cores;
  const links = load.cores === 1 ? 0 : sent * Math.max(Math.max(even, all.treeShare) / rates.link, all.between.busiestShare / rates.die);
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
  const moving = (load.flits * (hopsOf(all) + 1) + port.flitHops / load.cores) * (stagesOf(chip.noc) + 2);
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

/** Candidates of a strategy: pieces, cores, imbalance, and the balanced mapping's speed of each core. */
function* spreads(
  chip: Chip,
  precision: Precision,
  request: MappingRequest,
  profile: ActivityProfile,
): Generator<readonly [parts: number, cores: number, imbalance: number, speedOf?: (core: Core) => number]> {
  if (request.strategy === "balanced" || request.strategy === "min-traffic") {
    for (const { parts, cores, imbalance, speedOf } of balancedSpreads(chip, precision, request, profile))
      yield [parts, cores, imbalance, speedOf];
    return;
  }
  const total = chip.cores.length;
  const limit = request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  const away = portPopulations(chip, profile.topology);
  const placed = profile.topology.populations.filter((_, p) => !away.includes(p));
  const least = Math.max(1, ...placed.map((population) => Math.ceil(population.neurons / limit)));
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
  const isBalanced = request.strategy === "balanced" || request.strategy === "min-traffic";
  let best: (Spread & { readonly dramBits: number }) | null = null;
  for (const [parts, cores, imbalance, speedOf] of spreads(chip, precision, request, profile)) {
    if (best !== null && cores !== parts && dram === null) break;
    const used = chip.cores.slice(0, cores);
    const kinds = kindLoads(used, chip, dram, precision, profile, parts, speedOf);
    if (kinds === null) continue;
    const mean = (of: "dramBits" | "dramStateBits"): number => kinds.reduce((sum, { count, load }) => sum + (count / cores) * load[of], 0);
    const dramBits = mean("dramBits") * cores;
    if (best === null || dramBits < best.dramBits) {
      const way = meanWay(chip, cores);
      const [{ load: first, sending }] = kinds;
      const carried = { sent: carriedBy(chip, cores, sending, "cores"), entered: carriedBy(chip, cores, first.port, "port") };
      const onChannel = { dramBits: mean("dramBits"), dramStateBits: mean("dramStateBits") };
      const least = leastBarrier(used, profile.topology, precision);
      const waves = kinds.map(({ core, load, sending }) =>
        waveOf(chip, core, busiest({ ...load, ...sending, ...onChannel }, imbalance), way, carried.sent.way, least),
      );
      const longest = waves.reduce((a, b) => (b.wave > a.wave ? b : a));
      best = { kinds, load: { ...first, ...sending }, dramBits, carried, ...longest };
    }
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
  const isSwept = best.kinds.some(({ core }) => core.scan.policy === "dense");
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

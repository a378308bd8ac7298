/**
 * Analytical model: expected cycles and counts of one utterance from mean activity, without placing or replaying anything. For ranking many
 * chips before the cycle model runs on few; microseconds a point.
 *
 * A wave takes the longest of: the soma's pass and the last spike's way to its accumulators; the first spike's way and the synapse unit's work;
 * the busiest state bank; the busiest port of the network; plus the drain and the barrier. Loads are means over the cores in use.
 * Results are expectations (fractions, not integers). Source of the bound: roofline argument, S. Williams et al., CACM 52 (2009).
 * Not modelled: contention beyond these bounds, differences between steps and between utterances, placement (populations are spread evenly).
 */
import {
  type Chip,
  type Core,
  coresPerRouter,
  type MappingRequest,
  type Precision,
  type SpikeTrace,
  type Topology,
} from "../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn, ROUTER_COUNTERS, routerColumn } from "../counters.js";
import { accumulatorBuffers, packedWords, packing, synapseItemBits } from "../mapping/layout.js";

/** Mean activity of a trace, taken once for all chips. */
export interface ActivityProfile {
  readonly topology: Topology;
  readonly utterances: number;
  /** Steps an utterance. */
  readonly steps: number;
  /** [populations] spikes a step. */
  readonly spikes: Float64Array;
  /** [populations] share of spikes with |payload| > 1. */
  readonly multiBit: Float64Array;
}

export interface Estimate {
  readonly latencyCycles: number;
  /** Cycles between completions back to back. */
  readonly cyclesPerUtterance: number;
  readonly usedCores: number;
  /** Expected counts of one utterance, for `price`. */
  readonly counters: Counters;
}

export function profileOf(trace: SpikeTrace): ActivityProfile {
  const { topology, stepStart, eventStart, payload } = trace;
  const populations = topology.populations.length;
  const utterances = stepStart.length - 1;
  const steps = stepStart[utterances];
  const spikes = new Float64Array(populations);
  const multiBit = new Float64Array(populations);
  for (let g = 0; g < steps * populations; g++) {
    spikes[g % populations] += eventStart[g + 1] - eventStart[g];
    for (let e = eventStart[g]; e < eventStart[g + 1]; e++) if (payload[e] > 1 || payload[e] < -1) multiBit[g % populations]++;
  }
  for (let p = 0; p < populations; p++) {
    multiBit[p] = spikes[p] === 0 ? 0 : multiBit[p] / spikes[p];
    spikes[p] /= steps;
  }
  return { topology, utterances, steps: steps / utterances, spikes, multiBit };
}

/** What a core does in a full wave, means. */
interface Load {
  readonly cores: number;
  readonly soma: number;
  /** Synapse unit: cycles issuing, and waiting for look-ups and first weights. */
  readonly issue: number;
  readonly overhead: number;
  readonly latency: number;
  readonly groups: number;
  /** Cycles of the longest row (not a mean). */
  readonly lastRow: number;
  readonly events: number;
  /** Packets that a core sends, to itself not counted; and their flits. */
  readonly packets: number;
  readonly flits: number;
  readonly synapseWords: number;
  readonly accumulatorWords: number;
  readonly somaWords: number;
  readonly batches: number;
  readonly neurons: number;
  readonly spikes: number;
  readonly macs: number;
  readonly adds: number;
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
}

/** Fields of a load that are sums over the cores in use until they are divided by their number. */
const MEANS = [
  "soma",
  "issue",
  "overhead",
  "latency",
  "groups",
  "events",
  "packets",
  "flits",
  "synapseWords",
  "accumulatorWords",
  "somaWords",
  "batches",
  "neurons",
  "spikes",
  "macs",
  "adds",
  "multiplies",
  "additions",
  "lutReads",
] as const satisfies readonly (keyof Load)[];

/** Loads when every population is cut in `parts` pieces over `cores` cores; null: does not fit. */
function loadOf(core: Core, chip: Chip, precision: Precision, profile: ActivityProfile, parts: number, cores: number): Load | null {
  const { topology, spikes, multiBit } = profile;
  const { populations } = topology;
  const s = core.stateMemory.ports === "1rw" ? 2 : 1;
  const { synapseMemory, stateMemory, neuronUpdate } = core;
  const accumulator = packing(precision.accumulatorBits, stateMemory.wordBits);
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
    synapseWords: 0,
    accumulatorWords: 0,
    somaWords: 0,
    batches: 0,
    neurons: 0,
    spikes: 0,
    macs: 0,
    adds: 0,
    multiplies: 0,
    additions: 0,
    lutReads: 0,
  };
  let synapseNeed = 0;
  let stateNeed = 0;
  populations.forEach((population, p) => {
    const pieces = Math.min(parts, population.neurons);
    const size = Math.ceil(population.neurons / pieces);
    const state = packing(population.states * precision.stateBits, stateMemory.wordBits);
    const accumulatorItems = size * population.accumulators;
    const buffers = population.accumulators === 0 ? 0 : accumulatorBuffers(topology, p);
    stateNeed += pieces * (packedWords(size, state) + buffers * packedWords(accumulatorItems, accumulator));
    const batches = Math.ceil(size / neuronUpdate.units);
    const together = size / batches;
    const words =
      Math.max(1, (together * population.states * precision.stateBits) / stateMemory.wordBits) * (population.states > 0 ? 1 : 0) +
      (population.accumulators === 0
        ? 0
        : Math.max(1, (together * population.accumulators * accumulator.wordsPerItem) / accumulator.itemsPerWord));
    sum.soma += pieces * batches * Math.max(neuronUpdate.cyclesPerNeuron, Math.ceil(words / stateMemory.banks) * s);
    sum.somaWords += pieces * batches * words;
    sum.batches += pieces * batches;
    sum.neurons += population.neurons;
    sum.spikes += spikes[p];
    sum.multiplies += population.neurons * population.update.multiplies;
    sum.additions += population.neurons * population.update.additions;
    sum.lutReads += population.neurons * population.update.lutReads;
  });
  populations.forEach((source, p) => {
    // cores that need this population's spikes: those of its largest target
    let reach = 0;
    for (const projection of topology.projections) {
      if (projection.source !== p) continue;
      const target = populations[projection.target];
      const pieces = Math.min(parts, target.neurons);
      const size = Math.ceil(target.neurons / pieces);
      const fanOut = projection.sparse === null ? target.neurons : projection.sparse.targets.length / source.neurons;
      const hit = projection.sparse === null ? pieces : Math.min(pieces, fanOut);
      const weights = projection.sparse === null ? 1 : target.accumulators;
      const items = ((fanOut / hit) * target.accumulators) / weights;
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
      const touched =
        projection.sparse === null ? packedWords(items, accumulator) : items * Math.max(1, weights / accumulator.itemsPerWord);
      const cycles = Math.max(
        groups * beat,
        (touched / Math.min(stateMemory.banks, Math.max(1, touched))) * s,
        projection.sparse === null ? groups * s : 0,
      );
      sum.issue += spikes[p] * hit * cycles;
      sum.groups += spikes[p] * hit * groups;
      sum.lastRow = Math.max(sum.lastRow, cycles);
      sum.synapseWords += spikes[p] * hit * packedWords(items, item);
      sum.accumulatorWords += spikes[p] * hit * touched;
      const operations = spikes[p] * fanOut * target.accumulators;
      sum.macs += operations * multiBit[p];
      sum.adds += operations * (1 - multiBit[p]);
      synapseNeed +=
        projection.sparse === null ? source.neurons * pieces * packedWords(items, item) : source.neurons * hit * packedWords(items, item);
      reach = Math.max(reach, hit);
    }
    sum.events += spikes[p] * reach;
    sum.overhead += spikes[p] * reach * core.eventOverheadCycles;
    sum.latency += spikes[p] * reach * synapseMemory.readLatencyCycles;
    const remote = reach * (1 - 1 / cores);
    const packets = spikes[p] * (chip.noc.multicast === "tree" ? Math.min(1, remote) : remote);
    sum.packets += packets;
    sum.flits += packets * Math.ceil((chip.noc.headerBits + source.payloadBits) / chip.noc.flitWidthBits);
  });
  if (sum.neurons > core.maxNeurons * cores) return null;
  if (synapseNeed * synapseMemory.wordBits > synapseMemory.sizeBits * cores) return null;
  if (stateNeed * stateMemory.wordBits > stateMemory.sizeBits * cores) return null;
  for (const name of MEANS) sum[name] /= cores;
  return sum;
}

/** Mean links between two tiles of the used part of the grid. */
function meanHops(chip: Chip, cores: number): number {
  const perTile = chip.cores.length / chip.coresPerTile.length;
  const tiles = Math.min(chip.coresPerTile.length, Math.ceil(cores / perTile));
  const width = Math.min(chip.noc.width, tiles);
  const height = Math.ceil(tiles / chip.noc.width);
  const { topology } = chip.noc;
  if (topology === "crossbar") return 0;
  const open = (n: number): number => (n * n - 1) / (3 * n);
  if (topology === "ring") return (Math.min(chip.coresPerTile.length / 4, open(tiles)) * cores) / Math.max(1, cores - 1);
  const line = (n: number): number => (topology === "torus" ? n / 4 : open(n));
  // over pairs of different cores
  return ((line(width) + line(height)) * cores) / Math.max(1, cores - 1);
}

function waveOf(chip: Chip, core: Core, load: Load, hops: number): { wave: number; awake: number } {
  const { noc } = chip;
  const s = core.stateMemory.ports === "1rw" ? 2 : 1;
  const stages = noc.routingDelayCycles + noc.vcAllocationDelayCycles + noc.switchAllocationDelayCycles - 1;
  const flits = load.packets === 0 ? 1 : load.flits / load.packets;
  const remote = load.cores > 1 ? 1 : 0;
  // core to router and back: one cycle each, of a crossbar a link each
  const ends = noc.topology === "crossbar" ? 2 * (noc.linkCycles - 1) : 0;
  const way =
    remote *
    (2 +
      ends +
      (hops + 1) * stages +
      hops * (noc.switchTraversalDelayCycles + noc.linkCycles + 1) +
      noc.switchTraversalDelayCycles +
      2 +
      flits -
      1);
  const result = core.stateMemory.readLatencyCycles + core.neuronUpdate.pipelineDepthCycles;
  const take = 1 + core.eventOverheadCycles + core.synapseMemory.readLatencyCycles;
  const drain = core.stateMemory.readLatencyCycles + core.accumulateDepthCycles - 1;
  const firstSpike = load.soma / (load.spikes + 1) + result + way + 1;
  const synapse = load.issue + load.overhead + load.latency;
  const ports = Math.max(load.flits, (load.events * (load.cores - 1) * flits) / load.cores);
  const links = load.cores === 1 ? 0 : (load.flits * load.cores * hops) / Math.max(1, 2 * (chip.coresPerTile.length - 1));
  const bank = ((load.somaWords + load.accumulatorWords) * s) / core.stateMemory.banks;
  const longest = Math.max(
    load.soma + result + way + take + load.lastRow,
    firstSpike + synapse,
    bank + result,
    firstSpike + Math.max(ports, links) + load.lastRow,
  );
  const barrier = chip.barrier.baseCycles + chip.barrier.perCoreCycles * load.cores;
  // packets that find the input queue full wait in the network
  const waiting = load.events > 0 ? Math.max(0, load.events - core.inputQueue.depth) / load.events : 0;
  const moving = load.flits * (hops + 1) * (stages + 2);
  return { wave: longest + drain + barrier, awake: remote * Math.min(longest, moving + waiting * synapse) };
}

/** Candidates for (pieces, cores), by strategy. */
function* spreads(chip: Chip, request: MappingRequest, profile: ActivityProfile): Generator<[parts: number, cores: number]> {
  const total = chip.cores.length;
  const limit = request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  const least = Math.max(...profile.topology.populations.map((population) => Math.ceil(population.neurons / limit)));
  const balanced = request.strategy === "balanced" || request.strategy === "min-traffic";
  if (least > total) return;
  if (!balanced && limit < Number.POSITIVE_INFINITY) {
    const pieces = profile.topology.populations.reduce((sum, population) => sum + Math.ceil(population.neurons / limit), 0);
    yield [least, Math.min(total, pieces)];
  }
  const counts: number[] = [];
  for (let parts = least; parts <= total; parts = parts < 16 ? parts + 1 : Math.ceil(parts * 1.25)) counts.push(parts);
  for (const parts of counts) yield [parts, Math.min(total, parts)];
  // pieces of different populations on different cores: padding of narrow slices is less, balance is worse
  for (const parts of counts) yield [parts, Math.min(total, parts * profile.topology.populations.length)];
}

/** Expected cost of one utterance; null when no even spread of the network fits the chip. */
export function estimate(chip: Chip, precision: Precision, request: MappingRequest, profile: ActivityProfile): Estimate | null {
  const core = chip.cores[0];
  const firstFit = request.strategy === "sequential" || request.strategy === "manual";
  let best: { load: Load; wave: number; awake: number; hops: number } | null = null;
  for (const [parts, cores] of spreads(chip, request, profile)) {
    if (best !== null && cores !== parts) break;
    const load = loadOf(core, chip, precision, profile, parts, cores);
    if (load === null) continue;
    const hops = meanHops(chip, cores);
    const found = { load, hops, ...waveOf(chip, core, load, hops) };
    const work = load.soma + load.issue + load.overhead + load.latency;
    if (best === null || work < best.load.soma + best.load.issue + best.load.overhead + best.load.latency) best = found;
    if (firstFit) break;
  }
  if (best === null) return null;
  const depth = Math.max(...profile.topology.populations.map((population) => population.depth));
  const barrier = chip.barrier.baseCycles + chip.barrier.perCoreCycles * best.load.cores;
  // while the pipeline fills and empties, half of it works
  const latencyCycles = profile.steps * best.wave + depth * (barrier + (best.wave - barrier) / 2);
  return {
    latencyCycles,
    cyclesPerUtterance: profile.steps * best.wave,
    usedCores: best.load.cores,
    counters: expectedCounters(chip, profile.steps, latencyCycles, best.load, best.hops, best.awake, depth),
  };
}

function expectedCounters(chip: Chip, steps: number, cycles: number, load: Load, hops: number, awake: number, depth: number): Counters {
  const cores = new Float64Array(chip.cores.length * CORE_COUNTERS.length);
  const values: { readonly [name in CoreCounter]: number } = {
    synapse_reads: load.synapseWords,
    state_reads: load.somaWords + load.accumulatorWords,
    state_writes: load.somaWords + load.accumulatorWords,
    input_queue_pushes: load.events,
    input_queue_pops: load.events,
    output_queue_pushes: load.packets,
    output_queue_pops: load.packets,
    synaptic_macs: load.macs,
    synaptic_adds: load.adds,
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
    soma_idle_cycles: 0,
  };
  const busy = load.groups + load.overhead + load.latency + Math.max(0, load.issue - load.groups);
  for (let c = 0; c < chip.cores.length; c++) {
    const at = c * CORE_COUNTERS.length;
    const used = c < load.cores;
    if (used) for (const name of CORE_COUNTERS) cores[at + coreColumn[name]] = steps * values[name];
    cores[at + coreColumn.synapse_idle_cycles] = cycles - (used ? Math.min(cycles, steps * busy) : 0);
    cores[at + coreColumn.soma_idle_cycles] = cycles - (used ? Math.min(cycles, steps * load.soma) : 0);
  }
  const routerCount = coresPerRouter(chip).length;
  const portsPerRouter = 4 + Math.max(...coresPerRouter(chip));
  const flits = steps * load.flits * load.cores;
  const packets = steps * load.packets * load.cores;
  const flitHops = flits * (hops + 1);
  const routers = new Float64Array(routerCount * ROUTER_COUNTERS.length);
  const links = new Float64Array(routerCount * portsPerRouter);
  for (let r = 0; r < routerCount; r++) {
    const at = r * ROUTER_COUNTERS.length;
    routers[at + routerColumn.buffer_writes] = flitHops / routerCount;
    routers[at + routerColumn.buffer_reads] = flitHops / routerCount;
    routers[at + routerColumn.crossbar_flits] = flitHops / routerCount;
    routers[at + routerColumn.switch_allocations] = flitHops / routerCount;
    routers[at + routerColumn.vc_allocations] = (packets * (hops + 1)) / routerCount;
    routers[at + routerColumn.awake_cycles] = Math.min(cycles, steps * awake);
    links[r * portsPerRouter] = (flits * hops) / routerCount;
    links[r * portsPerRouter + 4] = flits / routerCount;
  }
  const barrierCycles = (steps + depth) * (chip.barrier.baseCycles + chip.barrier.perCoreCycles * load.cores);
  return { cycles, utterances: 1, steps, cores, routers, links, portsPerRouter, packets, flits, flitHops, barrierCycles };
}

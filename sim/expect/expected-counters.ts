/** Expected counts of one utterance, for `price`. */
import { type Chip, type Core, coreKind, coresPerRouter, linksOf, nocTopology } from "../../arch/index.js";
import { unitCycles } from "../activity.js";
import type { Pace } from "../board/index.js";
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
import { hopsOf } from "./chip-way.js";
import type { KindLoad } from "./kind-loads.js";
import type { Load, PortLoad } from "./load.js";
import type { Carried } from "./tree-way.js";

/** A network spread over a chip: the work of a core of each kind in a full wave, and its time. */
export interface Spread {
  readonly kinds: readonly KindLoad[];
  /** The mean over all cores in use, as far as packets and the port go. */
  readonly load: Load;
  readonly wave: number;
  readonly awake: number;
  /** What packets of cores, and of the port, cross. */
  readonly carried: { readonly sent: Carried; readonly entered: Carried };
  readonly pace: Pace;
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

const OF_PACKETS = ["output_queue_pushes", "output_queue_pops", "packets_sent"] as const satisfies readonly CoreCounter[];

/** Counts of a core in a wave; its idle cycles are not in them. `sweeps`: dense scans per wave. */
function countsOf({ core, load }: KindLoad, sweeps: number): { readonly [name in CoreCounter]: number } {
  const updating = load.batches * core.neuronUpdate.cyclesPerNeuron;
  return {
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
    synapse_busy_cycles: load.groups * sweeps,
    synapse_overhead_cycles: load.overhead,
    synapse_stall_state_cycles: Math.max(0, load.issue - load.groups),
    synapse_stall_memory_cycles: load.latency * sweeps,
    synapse_idle_cycles: 0,
    soma_busy_cycles: updating,
    soma_stall_state_cycles: Math.max(0, load.soma - updating),
    soma_stall_output_cycles: 0,
    dram_state_bits: load.dramStateBits,
    soma_stall_dram_cycles: load.somaDramWait,
    soma_idle_cycles: 0,
    dram_bits: load.dramBits * sweeps,
    synapse_stall_dram_cycles: load.dramWait * sweeps,
    active_cycles: 0,
    resting_cycles: 0,
    synapse_rereads: core.synapseMemory.rereadsInStalls ? Math.max(0, load.issue - load.groups) : 0,
    state_rereads: core.stateMemory.rereadsInStalls ? stateRereads(core, load) : 0,
  };
}

/** Expected counts of one utterance of `cycles` cycles; `depth`: waves in which its pipeline fills. */
export function expectedCounters(
  chip: Chip,
  steps: number,
  cycles: number,
  { kinds, load: sending, carried, awake, pace }: Spread,
  depth: number,
): Counters {
  const cores = new Float64Array(chip.cores.length * CORE_COUNTERS.length);
  const ofKind = new Map(
    kinds.map((kind) => {
      const { issue, groups, overhead, latency, dramWait, soma } = kind.load;
      const sweeps = kind.core.scan.policy === "dense" ? (steps + depth) / steps : 1;
      const busy = (groups + latency + dramWait) * sweeps + overhead + Math.max(0, issue - groups);
      return [coreKind(kind.core), { busy, soma, values: countsOf(kind, sweeps) }];
    }),
  );
  for (let c = 0; c < chip.cores.length; c++) {
    const at = c * CORE_COUNTERS.length;
    const used = c < sending.cores ? ofKind.get(coreKind(chip.cores[c])) : undefined;
    if (used !== undefined) for (const name of CORE_COUNTERS) cores[at + coreColumn[name]] = steps * used.values[name];
    if (used !== undefined) for (const name of OF_PACKETS) cores[at + coreColumn[name]] += depth * sending.stepPackets;
    cores[at + coreColumn.synapse_idle_cycles] = cycles - (used === undefined ? 0 : Math.min(cycles, steps * used.busy));
    cores[at + coreColumn.soma_idle_cycles] = cycles - (used === undefined ? 0 : Math.min(cycles, steps * used.soma));
    if (used === undefined) continue;
    const { synapse, soma } = unitCycles((name) => cores[at + coreColumn[name]]);
    const active = Math.min(cycles, synapse + soma);
    cores[at + coreColumn.active_cycles] = active;
    cores[at + coreColumn.resting_cycles] = cycles - active;
  }
  const routerCount = coresPerRouter(chip).length;
  const portsPerRouter = portCount(nocSpec(chip));
  const tiles = Math.min(routerCount, chip.coresPerTile.length);
  // step packets are sent while the pipeline fills, too
  const told = depth * sending.stepPackets * sending.cores;
  const byPort = sending.stepPackets === 0 || chip.port === null ? 0 : depth * sending.cores;
  const sent = {
    packets: steps * sending.packets * sending.cores + told,
    flits: steps * sending.flits * sending.cores + told * sending.stepFlits,
  };
  const entered = { packets: steps * sending.port.packets + byPort, flits: steps * sending.port.flits + byPort * sending.stepFlits };
  const flits = sent.flits + entered.flits;
  const packets = sent.packets + entered.packets;
  const overAll = (of: "packets" | "flits", each: (carried: Carried) => number): number =>
    sent[of] * each(carried.sent) + entered[of] * each(carried.entered);
  const leaving = ({ way, copies }: Carried): number => hopsOf(way) + copies;
  const flitHops = overAll("flits", leaving);
  const ejected = overAll("flits", ({ copies }) => copies);
  const routers = new Float64Array(routerCount * ROUTER_COUNTERS.length);
  const links = new Float64Array(routerCount * portsPerRouter);
  for (let r = 0; r < routerCount; r++) {
    const at = r * ROUTER_COUNTERS.length;
    routers[at + routerColumn.buffer_writes] = overAll("flits", ({ way }) => hopsOf(way) + 1) / routerCount;
    routers[at + routerColumn.buffer_reads] = flitHops / routerCount;
    routers[at + routerColumn.crossbar_flits] = flitHops / routerCount;
    routers[at + routerColumn.switch_allocations] = flitHops / routerCount;
    routers[at + routerColumn.vc_allocations] = overAll("packets", leaving) / routerCount;
    routers[at + routerColumn.awake_cycles] = Math.min(cycles, steps * awake);
    if (r < tiles) links[r * portsPerRouter + nocTopology(chip.noc).firstLocalPort(chip.noc)] = ejected / tiles;
  }
  const all = linksOf(chip);
  const countOf = { tile: 0, tree: 0, die: 0 };
  for (const { wire } of all) countOf[wire]++;
  const each = {
    tile: overAll("flits", ({ way: { grid, between } }) => grid - between.links) / countOf.tile / 2,
    tree: overAll("flits", ({ way }) => way.tree) / countOf.tree / 2,
    die: overAll("flits", ({ way }) => way.between.links) / countOf.die / 2,
  };
  for (const { from, fromPort, to, toPort, wire } of all) {
    links[from * portsPerRouter + fromPort] = each[wire];
    links[to * portsPerRouter + toPort] = each[wire];
  }
  const barrierCycles = (steps + depth) * (pace.barrierCycles + pace.scanSyncCycles);
  const port = chip.port === null ? null : { ...portCounters(sending.port, steps), packets: entered.packets };
  return { cycles, utterances: 1, steps, cores, routers, links, portsPerRouter, packets, flits, flitHops, barrierCycles, port };
}

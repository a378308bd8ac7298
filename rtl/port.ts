/**
 * The port for spikes from off the chip, as numbers: parameters of `rtl/lib/host_port.sv`, and what the host of the
 * test bench sends over its link. A packet passes the link in as many cycles as the simulator's, in beats of as many
 * bits as that takes; a slower link than one bit per cycle sends beats that say nothing behind those that do. A bench's
 * host knows where each neuron's spikes go, and how many packets a step still has.
 */
import { type Chip, hostPacket, type Port } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import type { SomaSlice } from "../sim/program/index.js";
import { deepest } from "./cells.js";
import { type NetworkParts, type NetworkTables, packetBits } from "./network.js";
import { addressBits } from "./numbers.js";
import type { RtlPoint } from "./point.js";
import { packed } from "./words.js";

export interface PortTables {
  /** Of the module, and of the bench's host. */
  readonly link: { readonly BITS: number; readonly LINK: number };
  readonly latencyCycles: number;
  readonly queueDepth: number;
}

/** Slices behind the port: a population each. */
const portSlices = ({ program, chip }: Pick<NetworkParts, "program"> & { readonly chip: Chip }): readonly SomaSlice[] =>
  program.somaSlices[chip.cores.length];

/** Bits of the shortest packet on the host link. */
export const shortestHostPacketBits = (parts: NetworkParts): number =>
  Math.min(...portSlices(parts).map(({ slice }) => hostPacket(parts.chip, parts.placement.topology.populations[slice.population]).bits));

export function portTables(parts: NetworkParts, port: Port, payloadBits: number): PortTables {
  const wires = portSlices(parts).map(({ slice }) => {
    const { bits, cycles } = hostPacket(parts.chip, parts.placement.topology.populations[slice.population]);
    return Math.ceil(bits / cycles);
  });
  return {
    link: { BITS: packetBits(parts, payloadBits).all, LINK: Math.max(...wires) },
    latencyCycles: port.latencyCycles,
    queueDepth: port.queueDepth,
  };
}

/** What the bench's host sends. */
export interface HostPackets {
  /**
   * One per packet, as `packet.sv` makes it, and above its BITS bits the cycles that it takes on the link, in
   * `CYCLE_BITS` bits.
   */
  readonly packets: readonly bigint[];
  /** By wave its first packet; one entry more than waves. */
  readonly starts: readonly number[];
}

export const CYCLE_BITS = 32;

/**
 * Packets of all waves: populations behind the port in their order, neurons ascending, a packet per destination core or
 * one tree.
 */
export function hostPackets(point: RtlPoint, { packet: { DEST, NEURON } }: NetworkTables, { link: { BITS } }: PortTables): HostPackets {
  const { functional, network, program, cores } = point;
  const { chip } = point.experiment;
  const { stepStart, eventStart, neuron, payload } = functional.trace;
  const { populations } = network.topology;
  const { populationStart, routeOf, entryStart, entryCore } = program;
  const position = new Map(cores.map(({ id }, i) => [id, i]));
  const slices = portSlices({ program, chip });
  const population = addressBits(populations.length);
  const packets: bigint[] = [];
  const starts = [0];
  const sendAll = ({ slice, crossing }: SomaSlice, last: number, e: number): void => {
    const route = routeOf[last][populationStart[slice.population] + neuron[e]];
    const goals = Array.from(entryCore.subarray(entryStart[route], entryStart[route + 1]), (id) => position.get(id) ?? 0);
    const isTree = chip.noc.multicast === "tree";
    const destinations = isTree && goals.length > 0 ? [goals.reduce((sum, goal) => sum + powerOfTwo(goal), 0)] : goals;
    for (const destination of destinations) {
      const bits = packed([
        [destination, DEST],
        [last, 1],
        [slice.population, population],
        [neuron[e], NEURON],
        [payload[e], network.payloadBits],
      ]);
      packets.push((BigInt(crossing?.cycles ?? 0) << BigInt(BITS)) + bits);
    }
  };
  for (let u = 0; u + 1 < stepStart.length; u++) {
    const steps = stepStart[u + 1] - stepStart[u];
    for (let wave = 0; wave < steps + deepest(network); wave++) {
      for (const one of slices) {
        const step = wave - populations[one.slice.population].depth;
        if (step < 0 || step >= steps) continue;
        const group = (stepStart[u] + step) * populations.length + one.slice.population;
        for (let e = eventStart[group]; e < eventStart[group + 1]; e++) sendAll(one, step === steps - 1 ? 1 : 0, e);
      }
      starts.push(packets.length);
    }
  }
  return { packets, starts };
}

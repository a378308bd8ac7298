/**
 * The port for spikes from off the chip, as numbers: parameters of `rtl/lib/host_port.sv`, and what the host of the
 * test bench sends over its link. A packet takes as many cycles on the link as in the simulator; its beats have as many
 * bits as that needs. A link slower than one bit per cycle sends empty beats after those with data. The bench's host
 * knows the destinations of each neuron's spikes, and how many packets a step still has.
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
  /** Parameters of the module and of the bench's host. */
  readonly link: { readonly BITS: number; readonly LINK: number };
  readonly latencyCycles: number;
  readonly queueDepth: number;
}

/** Slices whose spikes enter by the port, one per population. */
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

/** Packets that the bench's host sends. */
export interface HostPackets {
  /**
   * One word per packet: the packet as `packet.sv` makes it, and above its BITS bits the cycles that it takes on the
   * link, in `CYCLE_BITS` bits.
   */
  readonly packets: readonly bigint[];
  /** Index of the first packet of each wave, and one entry for the end. */
  readonly starts: readonly number[];
}

export const CYCLE_BITS = 32;

/**
 * Packets of all waves: populations behind the port in their order, neurons ascending, with one packet per destination
 * core, or one for a multicast tree.
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

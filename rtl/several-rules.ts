/**
 * Rules for a chip of several cores, or of one core with a port: for their network, their packets, and the order in
 * which spikes arrive.
 */
import type { Core } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import { barrierOf } from "../sim/program/index.js";
import { networkEnds, packetBits, shortestPacketBits } from "./network.js";
import { addressBits } from "./numbers.js";
import { shortestHostPacketBits } from "./port.js";
import type { Placed, Rule } from "./rule.js";

/** Keys of a network that the library knows. */
export const KNOWN_NOC: readonly string[] = [
  ...[
    "topology",
    "own",
    "tree",
    "dies",
    "width",
    "height",
    "routing",
    "flitWidthBits",
    "virtualChannels",
    "vcBufferFlits",
    "allocator",
    "multicast",
  ],
  ...["routingDelayCycles", "vcAllocationDelayCycles", "switchAllocationDelayCycles", "switchTraversalDelayCycles", "creditDelayCycles"],
  ...["linkCycles", "linkLengthMm", "headerBits"],
];

/** Most ends of the network: a route is a word with one bit per core, and one for the port. */
const MOST_ENDS = 32;

/** Bits of an accumulator that no order of additions overflows. */
export function safeBits(sum: number): number {
  let bits = 2;
  while (powerOfTwo(bits - 1) - 1 < sum) bits++;
  return bits;
}

/** All properties of a core except its number and tile. */
const kindOf = ({ id: _, tile: __, ...kind }: Core): string => JSON.stringify(kind);

/** Rules for neurons on several cores, or spikes that enter by a port. */
export const networkRules: readonly Rule<Placed>[] = [
  ({ placement, experiment: { chip } }) =>
    networkEnds(chip, placement) <= MOST_ENDS
      ? null
      : {
          key: "noc.width",
          reason: `${placement.usedCores.length} cores hold neurons, and a route has a bit for each of ${MOST_ENDS}${chip.port === null ? "" : ", the port among them"}`,
          change: "take fewer cores",
        },
  ({ experiment: { chip } }) =>
    chip.noc.topology === "mesh"
      ? null
      : { key: "noc.topology", reason: `the library has no ${chip.noc.topology}`, change: "set noc.topology: mesh" },
  ({ experiment: { chip } }) =>
    chip.noc.dies === null ? null : { key: "noc.dies", reason: "the library's network is on one die", change: "leave noc.dies out" },
  ({ experiment: { chip } }) =>
    chip.noc.routing !== "odd-even"
      ? null
      : { key: "noc.routing", reason: "the library's routers do not choose by credits", change: "set noc.routing: xy" },
  ({ experiment: { chip }, placement }) =>
    new Set(placement.usedCores.map((id) => kindOf(chip.cores[id]))).size === 1
      ? null
      : { key: "cores", reason: "the library's chip has cores of one kind", change: "place the network on cores of one kind" },
  ({ core, experiment: { chip }, placement, program }) => {
    const least = program.leastBarrierCycles;
    if (chip.tick === null || core.scan.policy === "event" || placement.usedCores.length === 1) return null;
    if (barrierOf(chip, placement.usedCores.length, least) === least) return null;
    return {
      key: "barrier.base_cycles",
      reason: "several cores scan behind a barrier that is longer than what comes before a tick, and the library has one length for both",
      change: "set barrier.base_cycles: 1 and barrier.per_core_cycles: 0, or tick.period_us: 0",
    };
  },
  ({ experiment: { precision }, network }) => {
    if (precision.accumulatorOverflow === "wrap") return null;
    const bits = safeBits(network.largestSum());
    if (bits <= precision.accumulatorBits) return null;
    return {
      key: "precision.accumulator_bits",
      reason: "sums could saturate, and then depend on the order in which spikes of several cores arrive",
      change: `set precision.accumulator_bits: ${bits}, or precision.accumulator_overflow: wrap`,
    };
  },
  (candidate) => {
    const { chip } = candidate.experiment;
    const parts = { chip, placement: candidate.placement, program: candidate.program };
    const needs = packetBits(parts, candidate.network.payloadBits).all;
    const has = shortestPacketBits(parts);
    if (needs <= has) return null;
    return {
      key: "noc.header_bits",
      reason: `the shortest packet has ${has} bits, and a spike with its destination ${needs}`,
      change: `set noc.header_bits: ${chip.noc.headerBits + needs - has}`,
    };
  },
  ({ experiment: { chip }, placement, program, network }) => {
    if (chip.port === null) return null;
    const parts = { chip, placement, program };
    const needs = packetBits(parts, network.payloadBits).all;
    const has = shortestHostPacketBits(parts);
    if (needs <= has) return null;
    return {
      key: "inputs.port.packet_bits",
      reason: `the shortest packet on the host link has ${has} bits, and a spike with its destination ${needs}`,
      change: `set inputs.port.packet_bits: ${needs}`,
    };
  },
  ({ experiment: { chip }, placement }) => {
    const ends = networkEnds(chip, placement);
    const bits = chip.noc.multicast === "tree" ? ends : addressBits(ends);
    if (bits <= chip.noc.flitWidthBits) return null;
    return {
      key: "noc.flit_width_bits",
      reason: `a destination has ${bits} bits, and stands in a packet's first flit`,
      change: `set noc.flit_width_bits: ${bits}`,
    };
  },
];

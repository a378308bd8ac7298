/** Rules of a chip of several cores: what their network, their packets, and the order in which spikes arrive must be. */
import type { Core } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import { type IntegerNetwork, quantise } from "../sim/functional/index.js";
import { packetBits, shortestPacketBits } from "./network.js";
import { ownNetwork } from "./point.js";
import type { Placed, Rule } from "./rule.js";
import { payloadBitsOf } from "./tables.js";
import { addressBits } from "./top.js";

/** Keys of a network that the library knows. */
export const KNOWN_NOC: readonly string[] = [
  ...[
    "topology",
    "own",
    "tree",
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

/** A route is a word with a bit per core. */
const MOST_CORES = 32;

/** The largest sum of |weight x payload| that an accumulator may see, whatever the order. */
function largestSum({ layers, readout, encoder }: IntegerNetwork): number {
  const sumOf = (weights: Int16Array | null, row: number, sources: number, limit: number): number =>
    weights === null ? 0 : weights.subarray(row * sources, (row + 1) * sources).reduce((sum, weight) => sum + Math.abs(weight) * limit, 0);
  let [largest, limit] = [0, encoder.limit];
  for (const { gates, neurons, inputs, quantiser } of layers) {
    for (const { inputWeights, recurrentWeights } of gates)
      for (let row = 0; row < neurons; row++)
        largest = Math.max(largest, sumOf(inputWeights, row, inputs, limit) + sumOf(recurrentWeights, row, neurons, quantiser.limit));
    limit = quantiser.limit;
  }
  const { neurons } = layers[layers.length - 1];
  for (let row = 0; row * neurons < readout.weights.length; row++) largest = Math.max(largest, sumOf(readout.weights, row, neurons, limit));
  return largest;
}

const integersOf = ({ model, experiment }: Placed): IntegerNetwork => quantise(ownNetwork(model), experiment.precision);

/** Bits of an accumulator that no order of additions leaves. */
export function safeBits(sum: number): number {
  let bits = 2;
  while (powerOfTwo(bits - 1) - 1 < sum) bits++;
  return bits;
}

/** All that is said of a core but which one it is. */
const kindOf = ({ id: _, tile: __, ...kind }: Core): string => JSON.stringify(kind);

/** Of a candidate whose neurons are on several cores. */
export const severalRules: readonly Rule<Placed>[] = [
  ({ placement }) =>
    placement.usedCores.length <= MOST_CORES
      ? null
      : {
          key: "noc.width",
          reason: `${placement.usedCores.length} cores hold neurons, and a route has a bit for each of ${MOST_CORES}`,
          change: "take fewer cores",
        },
  ({ experiment: { chip } }) =>
    chip.noc.topology === "mesh"
      ? null
      : { key: "noc.topology", reason: `the library has no ${chip.noc.topology}`, change: "set noc.topology: mesh" },
  ({ experiment: { chip } }) =>
    chip.noc.routing !== "odd-even"
      ? null
      : { key: "noc.routing", reason: "the library's routers do not choose by credits", change: "set noc.routing: xy" },
  ({ experiment: { chip }, placement }) =>
    new Set(placement.usedCores.map((id) => kindOf(chip.cores[id]))).size === 1
      ? null
      : { key: "cores", reason: "the library's chip has cores of one kind", change: "place the network on cores of one kind" },
  ({ placement, program }) =>
    placement.usedCores.every((id) =>
      program.somaSlices[id].every(({ slice }, i, all) => i === 0 || all[i - 1].slice.population <= slice.population),
    )
      ? null
      : {
          key: "mapping.manual",
          reason: "the soma takes the slices of a core in the order of their populations",
          change: "place them in that order",
        },
  (candidate) => {
    const { precision } = candidate.experiment;
    if (precision.accumulatorOverflow === "wrap") return null;
    const bits = safeBits(largestSum(integersOf(candidate)));
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
    const needs = packetBits(parts, payloadBitsOf(integersOf(candidate))).all;
    const has = shortestPacketBits(parts);
    if (needs <= has) return null;
    return {
      key: "noc.header_bits",
      reason: `the shortest packet has ${has} bits, and a spike with its destination ${needs}`,
      change: `set noc.header_bits: ${chip.noc.headerBits + needs - has}`,
    };
  },
  ({ experiment: { chip }, placement }) => {
    const cores = placement.usedCores.length;
    const bits = chip.noc.multicast === "tree" ? cores : addressBits(cores);
    if (bits <= chip.noc.flitWidthBits) return null;
    return {
      key: "noc.flit_width_bits",
      reason: `a destination has ${bits} bits, and stands in a packet's first flit`,
      change: `set noc.flit_width_bits: ${bits}`,
    };
  },
];

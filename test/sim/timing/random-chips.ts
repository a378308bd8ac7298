/** Random chips, networks and traces for whole-chip tests. */
import fc from "fast-check";
import type { Chip, Projection, Scan, SpikeTrace, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { chip, core, dense, population, precision, randomTrace } from "./fixtures.js";

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const chips = fc
  .record({
    tiles: pick([1], [2], [1, 1], [2, 1], [1, 1, 1], [2, 2], [3, 0, 1]),
    lanes: pick(1, 2, 3, 4, 8, 16),
    overhead: pick(0, 1, 3),
    depth: pick(1, 3),
    synapseWord: pick(4, 16, 32, 64),
    synapseBanks: pick(1, 2),
    synapseLatency: pick(1, 3),
    stateWord: pick(8, 16, 32, 64, 128),
    stateBanks: pick(1, 2, 3, 4),
    ports: pick("1rw" as const, "1r1w" as const),
    stateLatency: pick(1, 2),
    input: pick(1, 2, 4, 16),
    output: pick(1, 2, 4, 16),
    policy: pick("dense" as const, "touched" as const),
    units: pick(1, 2, 3),
    interval: pick(1, 2, 5),
    pipeline: pick(1, 4),
    flit: pick(8, 16, 32),
    multicast: pick("unicast" as const, "tree" as const),
    barrier: pick(0, 3),
    virtualChannels: pick(1, 2),
    // rows that do not fit: from DRAM, of a synapse memory too small for most networks
    dram: pick(null, null, { bitsPerCycle: 64, latencyCycles: 5, burstBits: 64 }, { bitsPerCycle: 1.7, latencyCycles: 40, burstBits: 256 }),
    synapseBits: pick(512, 2048, 8192),
    scan: pick<Scan>(
      ...new Array<Scan>(3).fill(core.scan),
      { policy: "compressed", chunkBits: 4, cyclesPerChunk: 2, cyclesPerSetBit: 1 },
      { policy: "compressed", chunkBits: 100, cyclesPerChunk: 0, cyclesPerSetBit: 3 },
      { policy: "dense", chunkBits: 64, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
    ),
    tick: pick(null, null, null, 1, 37, 500),
    shape: pick("mesh" as const, "mesh" as const, "odd-even" as const, "ring" as const, "crossbar" as const, "tree" as const),
    synapseRefetch: pick("row" as const, "row" as const, "row" as const, "group" as const),
    stateRefetch: pick("row" as const, "row" as const, "row" as const, "group" as const),
    rereads: pick(false, false, false, true),
    stateRereads: pick(false, false, false, true),
  })
  .map((c) => {
    // each tile a mesh of its own
    const tree = c.shape === "tree" && c.tiles.length > 1 ? { arity: c.tiles.length, levels: 1, linkCycles: 3, linkLengthMm: 2 } : null;
    const plain = c.shape === "odd-even" || c.shape === "tree" ? "mesh" : c.shape;
    const made = chip(c.tiles, {
      core: {
        lanes: c.lanes,
        eventOverheadCycles: c.overhead,
        scan: c.scan,
        accumulateDepthCycles: c.depth,
        synapseMemory: {
          ...core.synapseMemory,
          sizeBits: c.dram === null ? 2 ** 24 : c.synapseBits,
          wordBits: c.synapseWord,
          banks: c.synapseBanks,
          readLatencyCycles: c.synapseLatency,
          refetch: c.synapseRefetch,
          rereadsInStalls: c.rereads,
        },
        stateMemory: {
          sizeBits: 2 ** 20,
          wordBits: c.stateWord,
          banks: c.stateBanks,
          ports: c.ports,
          readLatencyCycles: c.stateLatency,
          refetch: c.stateRefetch,
          rereadsInStalls: c.stateRereads,
        },
        inputQueue: { depth: c.input },
        outputQueue: { depth: c.output },
        neuronUpdate: { policy: c.policy, units: c.units, cyclesPerNeuron: c.interval, pipelineDepthCycles: c.pipeline },
      },
      noc: {
        ...(tree === null ? { topology: plain } : { topology: "mesh-tree", tree, width: 1 }),
        routing: c.shape === "odd-even" ? "odd-even" : "xy",
        flitWidthBits: c.flit,
        multicast: c.multicast,
        // a ring of one can deadlock
        virtualChannels: c.shape === "ring" ? 2 : c.virtualChannels,
      },
      barrier: { baseCycles: c.barrier, perCoreCycles: 1 },
      tick: c.tick === null ? null : { periodCycles: c.tick, overrun: "wait" },
      spill: c.dram,
    });
    // queues of unlike depth on one chip
    return { ...made, cores: made.cores.map((one) => ({ ...one, outputQueue: { depth: c.output + (one.id % 2) } })) };
  });

function sparse(source: number, target: number, topology: readonly { neurons: number }[], recurrent: boolean, seed: number): Projection {
  const rng = createRng(seed, "sparse");
  const rows = Array.from({ length: topology[source].neurons }, () =>
    Array.from({ length: topology[target].neurons }, (_, i) => i).filter(() => rng.float() < 0.4),
  );
  const rowStart = [0];
  for (const row of rows) rowStart.push((rowStart.at(-1) as number) + row.length);
  return { source, target, recurrent, sparse: { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(rows.flat()) } };
}

/** Dense, sparse, recurrent and stage-jumping projections. */
function networkOf(kind: number, seed: number): Topology {
  const populations = [
    population("input", 5, 0),
    population("hidden", 7, 1, { accumulators: 2, states: 2 }),
    population("more", 6, 2, { accumulators: 3 }),
    population("readout", 3, 3, { payloadBits: 0, states: 0 }),
  ];
  const projections = [
    kind % 2 === 0 ? dense(0, 1) : sparse(0, 1, populations, false, seed),
    kind % 3 === 0 ? dense(1, 1, true) : sparse(1, 1, populations, true, seed),
    kind % 5 < 2 ? dense(1, 2) : sparse(1, 2, populations, false, seed),
    dense(2, 3),
  ];
  if (kind % 4 === 1) projections.push(sparse(0, 3, populations, false, seed + 1), dense(0, 2));
  return { populations, projections };
}

export interface Case {
  readonly chip: Chip;
  readonly topology: Topology;
  readonly trace: SpikeTrace;
  readonly max: number;
  readonly seed: number;
}
export const cases: fc.Arbitrary<Case> = fc
  .record({ chip: chips, kind: fc.nat(59), rate: pick(0.1, 0.4, 0.9), max: pick(2, 3, 4, 100), seed: fc.nat(1_000_000) })
  .map(({ chip: c, kind, rate, max, seed }) => {
    const topology = networkOf(kind, seed);
    return { chip: c, topology, trace: randomTrace(topology, [3, 2], [rate, rate, rate, 0.3], seed), max: max * 1, seed };
  });

export function place(c: Case): Placement {
  // as many a core as asked for, or more where the chip is too small for that
  for (let max = c.max; ; max++) {
    try {
      return mapNetwork(c.topology, c.chip, precision, { strategy: "sequential", manual: {}, maxNeuronsPerCore: max, seed: 1 }, c.trace);
    } catch (error) {
      if (max > 100) throw error;
    }
  }
}

/** Random chips, networks and traces for whole-chip tests. */
import fc from "fast-check";
import {
  type Chip,
  type Core,
  type Dram,
  type HardTick,
  isHardTick,
  type Memory,
  type Noc,
  nocTopology,
  type Port,
  type Projection,
  type Scan,
  type SpikeTrace,
  type Topology,
} from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { chip, core, dense, noc, population, precision, randomTrace } from "./fixtures.js";

const of = <Value>(...values: Value[]): readonly Value[] => values;

/** Values of each choice; all are drawn with equal probability. */
const ANY = {
  tiles: of<readonly number[]>([1], [2], [1, 1], [2, 1], [1, 1, 1], [2, 2], [3, 0, 1]),
  lanes: of(1, 2, 3, 4, 8, 16),
  overhead: of(1, 2, 3),
  depth: of(1, 3),
  synapseWord: of(4, 16, 32, 64),
  synapseBanks: of(1, 2),
  synapseLatency: of(1, 3),
  stateWord: of(8, 16, 32, 64, 128),
  stateBanks: of(1, 2, 3, 4),
  ports: of<Memory["ports"]>("1rw", "1r1w"),
  stateLatency: of(1, 2),
  input: of(1, 2, 4, 16),
  output: of(1, 2, 4, 16),
  policy: of<Core["neuronUpdate"]["policy"]>("dense", "touched"),
  units: of(1, 2, 3),
  interval: of(1, 2, 5),
  pipeline: of(1, 4),
  flit: of(8, 16, 32),
  multicast: of<Noc["multicast"]>("unicast", "tree"),
  barrier: of(0, 3),
  virtualChannels: of(1, 2),
  // rows that do not fit go to DRAM, from a synapse memory too small for most networks
  dram: of<Dram | null>(
    null,
    null,
    { bitsPerCycle: 64, latencyCycles: 5, burstBits: 64 },
    { bitsPerCycle: 1.7, latencyCycles: 40, burstBits: 256 },
  ),
  synapseBits: of(512, 2048, 8192),
  // states of some slices go to DRAM, in bursts of this many bits, whether they would fit or not
  away: of(null, null, 16, 256),
  scan: of<Scan>(
    ...new Array<Scan>(3).fill(core.scan),
    { policy: "compressed", chunkBits: 4, cyclesPerChunk: 2, cyclesPerSetBit: 1 },
    { policy: "compressed", chunkBits: 100, cyclesPerChunk: 1, cyclesPerSetBit: 3 },
    { policy: "dense", chunkBits: 64, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
  ),
  tick: of(null, null, null, 1, 37, 500),
  shape: of<"odd-even" | "tree" | Exclude<Noc["topology"], "mesh-tree">>("mesh", "mesh", "odd-even", "ring", "crossbar", "tree"),
  synapseRefetch: of<Memory["refetch"]>("row", "row", "row", "group"),
  stateRefetch: of<Memory["refetch"]>("row", "row", "row", "group"),
  rereads: of(false, false, false, true),
  stateRereads: of(false, false, false, true),
};

/** Choices of queues that lose messages, freeze their core's soma, or delay messages. */
const INTAKES = {
  full: of<Core["intake"]["full"]>("stall", "stall", "drop", "freeze"),
  visibility: of(1, 1, 1, 2, 5),
  fullJudged: of<Core["intake"]["fullJudged"]>("before-pop", "before-pop", "after-pop"),
};

/**
 * Choices of plain chips: no scans, no DRAM, no words read again; their networks' stages, wires and buffers differ,
 * too.
 */
const PLAIN = {
  ...ANY,
  ...INTAKES,
  tiles: of<readonly number[]>([1], [2], [1, 1], [2, 1], [1, 1, 1], [2, 2], [3, 0, 1], [1, 1, 2, 1], [2, 1, 1, 2], [1, 1, 1, 1, 1, 1]),
  synapseBits: of(128, 256, 2048),
  virtualChannels: of(1, 1, 2, 3),
  shape: of<(typeof ANY.shape)[number]>("mesh", "mesh", "odd-even", "ring", "torus", "crossbar", "tree"),
  rows: of(1, 2),
  allocator: of<Noc["allocator"]>("islip", "separable-input-first"),
  routingDelay: of(0, 1, 1, 1, 1, 2),
  vcAllocationDelay: of(1, 1, 1, 1, 1, 2),
  creditDelay: of(1, 2),
  linkCycles: of(1, 3),
  buffer: of(4, 5, 16),
};

/** Values of other chips for choices that only plain chips draw; and usual queues. */
const USUAL = {
  ...{ full: "stall" as const, visibility: 1, fullJudged: "before-pop" as const },
  ...{ rows: 1, allocator: noc.allocator, routingDelay: noc.routingDelayCycles, vcAllocationDelay: noc.vcAllocationDelayCycles },
  ...{ creditDelay: noc.creditDelayCycles, linkCycles: noc.linkCycles, buffer: noc.vcBufferFlits },
};

type Choices = { readonly [choice: string]: readonly unknown[] };
/** One value of each choice. */
type Drawn<Of extends Choices> = { readonly [choice in keyof Of]: Of[choice][number] };
const drawn = <Of extends Choices>(choices: Of): fc.Arbitrary<Drawn<Of>> =>
  fc.record(Object.fromEntries(Object.entries(choices).map(([name, values]) => [name, fc.constantFrom(...values)]))) as fc.Arbitrary<
    Drawn<Of>
  >;

function chipOf(c: Drawn<typeof PLAIN>): Chip {
  // each tile is a mesh of its own
  const tree = c.shape === "tree" && c.tiles.length > 1 ? { arity: c.tiles.length, levels: 1, linkCycles: 3, linkLengthMm: 2 } : null;
  const plain = c.shape === "odd-even" || c.shape === "tree" ? "mesh" : c.shape;
  const height = tree === null && c.tiles.length % c.rows === 0 ? c.rows : 1;
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
        kind: "sram",
        own: null,
        sizeBits: 2 ** 20,
        wordBits: c.stateWord,
        banks: c.stateBanks,
        ports: c.ports,
        readLatencyCycles: c.stateLatency,
        refetch: c.stateRefetch,
        rereadsInStalls: c.stateRereads,
      },
      inputQueue: { depth: c.input },
      intake: { full: c.full, visibilityCycles: c.visibility, fullJudged: c.fullJudged },
      outputQueue: { depth: c.output },
      neuronUpdate: { policy: c.policy, units: c.units, cyclesPerNeuron: c.interval, pipelineDepthCycles: c.pipeline },
    },
    noc: {
      ...(tree === null ? { topology: plain, width: c.tiles.length / height, height } : { topology: "mesh-tree", tree, width: 1 }),
      routing: c.shape === "odd-even" ? "odd-even" : "xy",
      flitWidthBits: c.flit,
      multicast: c.multicast,
      // a ring with one VC can deadlock
      virtualChannels: c.shape === "ring" || c.shape === "torus" ? Math.max(2, c.virtualChannels) : c.virtualChannels,
      vcBufferFlits: c.buffer,
      allocator: c.allocator,
      routingDelayCycles: c.routingDelay,
      vcAllocationDelayCycles: c.vcAllocationDelay,
      creditDelayCycles: c.creditDelay,
      linkCycles: c.linkCycles,
    },
    barrier: { baseCycles: c.barrier, perCoreCycles: 1 },
    tick: c.tick === null ? null : { periodCycles: c.tick, overrun: "wait" },
    spill: c.away === null ? c.dram : { bitsPerCycle: 3.3, latencyCycles: 17, ...c.dram, burstBits: c.away },
  });
  // queues of different depths on one chip
  return { ...made, cores: made.cores.map((one) => ({ ...one, outputQueue: { depth: c.output + (one.id % 2) } })) };
}

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
export function networkOf(kind: number, seed: number): Topology {
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
  /** Some slices have their states in DRAM. */
  readonly statesAway: boolean;
  /** `choice=value` for every choice, to count what was drawn. */
  readonly choices: readonly string[];
}

const chosen = (draw: { readonly [choice: string]: unknown }): string[] =>
  Object.entries(draw).map(([choice, value]) => `${choice}=${JSON.stringify(value)}`);

/** Share of neurons that spike, and largest number of neurons per core. */
const LOADS = { rate: of(0.1, 0.4, 0.9), max: of(2, 3, 4, 100) };

/** A chip, whether states are in DRAM, and its choices. */
type DrawnChip = readonly [chip: Chip, statesAway: boolean, choices: readonly string[]];
const casesOf = (chips: fc.Arbitrary<DrawnChip>): fc.Arbitrary<Case> =>
  fc
    .record({
      chip: chips,
      ...{ kind: fc.nat(59), rate: fc.constantFrom(...LOADS.rate), max: fc.constantFrom(...LOADS.max), seed: fc.nat(1_000_000) },
    })
    .map(({ chip: [c, statesAway, choices], kind, rate, max, seed }) => {
      const topology = networkOf(kind, seed);
      const trace = randomTrace(topology, [3, 2], [rate, rate, rate, 0.3], seed);
      return { chip: c, topology, trace, max, seed, statesAway, choices: [...choices, ...chosen({ rate, max })] };
    });

/** Cases on chips that lose no messages. */
export const cases = casesOf(drawn(ANY).map((draw) => [chipOf({ ...USUAL, ...draw }), draw.away !== null, chosen(draw)]));
export const allCases = casesOf(
  drawn({ ...ANY, ...INTAKES }).map((draw) => [chipOf({ ...USUAL, ...draw }), draw.away !== null, chosen(draw)]),
);
/** Cases on plain chips. */
export const plainCases = casesOf(drawn(PLAIN).map((draw) => [chipOf(draw), draw.away !== null, chosen(draw)]));
/**
 * The case without features that the plain kernel lacks: all cores take the short path per cycle, and waves belong to
 * the whole chip.
 */
export function withPlainCores(c: Case): Case {
  const cores = c.chip.cores.map((one) => ({
    ...one,
    ...{ scan: core.scan, intake: core.intake },
    synapseMemory: { ...one.synapseMemory, sizeBits: 2 ** 24, rereadsInStalls: false },
    stateMemory: { ...one.stateMemory, rereadsInStalls: false },
  }));
  const tick = isHardTick(c.chip.tick) ? null : c.chip.tick;
  return { ...c, chip: { ...c.chip, cores, tick }, statesAway: false };
}

/**
 * Plain chips with multicast trees between tiles of four cores over several virtual channels: routers with more than 64
 * requesters.
 */
const WIDE = {
  ...PLAIN,
  tiles: of<readonly number[]>([4], [4, 4], [4, 4, 4]),
  multicast: of<Noc["multicast"]>("tree"),
  virtualChannels: of(2, 3),
};
export const wideTreeCases = casesOf(drawn(WIDE).map((draw) => [chipOf(draw), draw.away !== null, chosen(draw)]));
/** `choice=value` for every value that a case can have. */
const valuesOf = (choices: Choices): string[] =>
  Object.entries({ ...choices, ...LOADS }).flatMap(([choice, values]) => values.flatMap((value) => chosen({ [choice]: value })));
export const choices: readonly string[] = valuesOf({ ...ANY, ...INTAKES });
export const plainChoices: readonly string[] = valuesOf(PLAIN);

/** The case with cores that begin their waves at ticks, without scans. */
export function onTick(c: Case, tick: HardTick): Case {
  const cores = c.chip.cores.map((one) => ({ ...one, scan: core.scan }));
  return { ...c, chip: { ...c.chip, tick, cores } };
}

/** The case with cores whose waves wait for their sources, without scans or lost messages. */
export function behindSources<On extends Pick<Case, "chip">>(c: On, runAheadWaves: number): On {
  const cores = c.chip.cores.map((one) => ({
    ...one,
    scan: core.scan,
    intake: { ...one.intake, full: one.intake.full === "drop" ? ("stall" as const) : one.intake.full },
  }));
  return { ...c, chip: { ...c.chip, tick: null, sourcePace: { runAheadWaves }, cores } };
}

/** The case with its sparse projections in the given format, on cores without scans. */
export function heldIn(c: Case, weightFormat: Chip["weightFormat"]): Case {
  const cores = c.chip.cores.map((one) => ({ ...one, scan: core.scan }));
  return { ...c, chip: { ...c.chip, weightFormat, cores } };
}

/** The case with its input behind a port, fast or slow. */
export function withPort(c: Case): Case {
  const rng = createRng(c.seed, "port");
  const pick = <Value>(...values: readonly Value[]): Value => values[rng.int(0, values.length - 1)];
  const port: Port = {
    tile: rng.int(0, c.chip.coresPerTile.length - 1),
    bitsPerCycle: pick(2.5, 9, 30),
    latencyCycles: pick(0, 70),
    packetBits: pick(null, 32),
    queueDepth: pick(1, 4),
  };
  return { ...c, chip: { ...c.chip, port } };
}

/** The case on two dies, a column of tiles each or more; null: its network has no columns to divide. */
export function onTwoDies(c: Case): Case | null {
  const { noc } = c.chip;
  if (nocTopology(noc).along === null || noc.width % 2 !== 0) return null;
  return { ...c, chip: { ...c.chip, noc: { ...noc, dies: { columns: 2, rows: 1, bitsPerCycle: 5, latencyCycles: 7 } } } };
}

/** A placement with the states of about half of its slices in DRAM. */
function withStatesAway(made: Placement, seed: number): Placement {
  const rng = createRng(seed, "away");
  const spilledStates = made.slices
    .filter(() => rng.float() < 0.6)
    .map(({ population, core, firstNeuron }) => ({ population, core, firstNeuron }));
  return { ...made, spilledStates };
}

export function place(c: Case): Placement {
  // as many neurons per core as asked for, or more if the chip is too small
  for (let max = c.max; ; max += 1 + Math.floor(max / 32)) {
    try {
      const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: max, seed: 1 } as const;
      const made = mapNetwork(c.topology, c.chip, precision, request, c.trace);
      return c.statesAway ? withStatesAway(made, c.seed) : made;
    } catch (error) {
      if (max > 1000) throw error;
    }
  }
}

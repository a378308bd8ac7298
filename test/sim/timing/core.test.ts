/** The fast cores agree with a naive model that looks at every cycle, on random chips and networks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chip, createRng, type Projection, type SpikeTrace, type Topology } from "../../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Board } from "../../../sim/timing/board.js";
import { Breadboard, nocSpec } from "../../../sim/timing/chip.js";
import { CompiledBoard, canCompileChip } from "../../../sim/timing/compiled-chip.js";
import { idleFilled } from "../../../sim/timing/idle.js";
import { createNoc } from "../../../sim/timing/noc/create.js";
import { buildProgram } from "../../../sim/timing/program.js";
import { timeline } from "../../../sim/timing/timeline.js";
import { chip, core, dense, population, precision, randomTrace } from "./fixtures.js";
import { runNaive } from "./naive-chip.js";

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
    shape: pick("mesh" as const, "mesh" as const, "odd-even" as const, "ring" as const, "crossbar" as const),
  })
  .map((c) => {
    const made = chip(c.tiles, {
      core: {
        lanes: c.lanes,
        eventOverheadCycles: c.overhead,
        accumulateDepthCycles: c.depth,
        synapseMemory: {
          ...core.synapseMemory,
          sizeBits: 2 ** 24,
          wordBits: c.synapseWord,
          banks: c.synapseBanks,
          readLatencyCycles: c.synapseLatency,
        },
        stateMemory: { sizeBits: 2 ** 20, wordBits: c.stateWord, banks: c.stateBanks, ports: c.ports, readLatencyCycles: c.stateLatency },
        inputQueue: { depth: c.input },
        outputQueue: { depth: c.output },
        neuronUpdate: { policy: c.policy, units: c.units, cyclesPerNeuron: c.interval, pipelineDepthCycles: c.pipeline },
      },
      noc: {
        topology: c.shape === "odd-even" ? "mesh" : c.shape,
        routing: c.shape === "odd-even" ? "odd-even" : "xy",
        flitWidthBits: c.flit,
        multicast: c.multicast,
        // a ring of one can deadlock
        virtualChannels: c.shape === "ring" ? 2 : c.virtualChannels,
      },
      barrier: { baseCycles: c.barrier, perCoreCycles: 1 },
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

interface Case {
  readonly chip: Chip;
  readonly topology: Topology;
  readonly trace: SpikeTrace;
  readonly max: number;
  readonly seed: number;
}
const cases: fc.Arbitrary<Case> = fc
  .record({ chip: chips, kind: fc.nat(59), rate: pick(0.1, 0.4, 0.9), max: pick(2, 3, 4, 100), seed: fc.nat(1_000_000) })
  .map(({ chip: c, kind, rate, max, seed }) => {
    const topology = networkOf(kind, seed);
    return { chip: c, topology, trace: randomTrace(topology, [3, 2], [rate, rate, rate, 0.3], seed), max: max * 1, seed };
  });

function place(c: Case) {
  // as many a core as asked for, or more where the chip is too small for that
  for (let max = c.max; ; max++) {
    try {
      return mapNetwork(c.topology, c.chip, precision, { strategy: "sequential", manual: {}, maxNeuronsPerCore: max, seed: 1 }, c.trace);
    } catch (error) {
      if (max > 100) throw error;
    }
  }
}

/** Both utterances alone and then back to back, on one board. */
function runOn(board: Board, c: Case) {
  const waveCycles: number[] = [];
  for (const utterances of [[0], [1], [0, 1]]) {
    const line = timeline(c.trace, utterances);
    for (let wave = 0; wave < board.waves(line); wave++) waveCycles.push(board.runWave(line, wave));
  }
  const { routerCounters, linkFlits } = board.noc;
  const { packets, flits } = board.messages;
  return { waveCycles, cores: idleFilled(board.counters.slice(), board.cycle), routers: routerCounters, links: linkFlits, packets, flits };
}

function runFast(c: Case, order: (ids: readonly number[]) => readonly number[]) {
  const placement = place(c);
  const program = buildProgram(c.chip, placement, precision);
  return runOn(new Breadboard(c.chip, placement, program, c.trace, createNoc(nocSpec(c.chip)), order), c);
}

/** The compiled board, and the same one set back to its beginning; null: the chip's routers are too large for it. */
function runCompiled(c: Case) {
  const placement = place(c);
  const program = buildProgram(c.chip, placement, precision);
  if (!canCompileChip(nocSpec(c.chip), program)) return null;
  const board = new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
  const first = runOn(board, c);
  board.reset();
  return { first, again: runOn(board, c) };
}

/** Fast in two orders of evaluation, and naive: all waves and counters equal. */
function expectAgreement(c: Case): void {
  const rng = createRng(c.seed, "shuffle");
  const fast = runFast(c, (ids) => ids);
  const shuffled = runFast(c, (ids) => rng.shuffle([...ids]));
  expect(shuffled).toEqual(fast);
  const compiled = runCompiled(c);
  if (compiled !== null) expect(compiled).toEqual({ first: fast, again: fast });
  const noc = createNoc(nocSpec(c.chip));
  const positions = (utterance: number) => {
    const [from, to] = [c.trace.stepStart[utterance], c.trace.stepStart[utterance + 1]];
    return Array.from({ length: to - from }, (_, i) => ({ step: from + i, first: i === 0, last: from + i === to - 1 }));
  };
  const lines = [positions(0), positions(1), [...positions(0), ...positions(1)]];
  const naive = runNaive(c.chip, place(c), precision, c.trace, noc, lines, (items) => rng.shuffle(items));
  expect(fast.waveCycles).toEqual(naive.waveCycles);
  const named = (at: number) =>
    Object.fromEntries(CORE_COUNTERS.map((name, i) => [name, fast.cores[at * CORE_COUNTERS.length + i]])) as Record<CoreCounter, number>;
  expect(c.chip.cores.map((_, id) => named(id))).toEqual(naive.counters);
  expect(fast.routers).toEqual(noc.routerCounters);
  expect(fast.links).toEqual(noc.linkFlits);
}

test("waves, counters of every core and of every router equal a naive cycle-by-cycle model, in any order of evaluation", () => {
  fc.assert(fc.property(cases, expectAgreement), { numRuns: 100, seed: 20_250_101 });
});

/** Packets of waves, and of those that were known. */
interface Reuse {
  packets: number;
  known: number;
}

/** Utterances alone, then many times back to back: waves that are known take the cycles that they take when they are run, and leave the chip as it is then. */
function expectKnownWaves(c: Case, reuse: Reuse): void {
  const placement = place(c);
  const program = buildProgram(c.chip, placement, precision);
  if (!canCompileChip(nocSpec(c.chip), program)) return;
  const make = () => new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
  const [board, plain] = [make(), make()];
  const turns = [0, 1, 1, 0, 0, 1];
  for (const utterances of [[0], [1]]) {
    const line = timeline(c.trace, utterances);
    for (const one of [board, plain]) one.reset();
    for (let wave = 0; wave < board.waves(line); wave++) expect(board.runWave(line, wave)).toBe(plain.runWave(line, wave));
  }
  for (const one of [board, plain]) one.reset();
  const line = timeline(c.trace, turns);
  const before = plain.messages.packets;
  for (let wave = 0; wave < board.waves(line); wave++) {
    expect(board.waveCycles(line, wave)).toBe(plain.runWave(line, wave));
    // now and then the chip itself has to be there
    if (wave % 23 === 22) expect(board.runWave(line, 0)).toBe(plain.runWave(line, 0));
  }
  expect(board.cycle).toBe(plain.cycle);
  expect(board.barrierCycles).toBe(plain.barrierCycles);
  const packets = plain.messages.packets - before;
  reuse.packets += packets;
  reuse.known += packets - board.messages.packets;
}

test("waves that are known take the cycles that they take when they are run, and are not run", () => {
  const reuse = { packets: 0, known: 0 };
  const long = cases.map((c) => ({ ...c, trace: randomTrace(c.topology, [15, 12], [0.4, 0.4, 0.4, 0.3], c.seed) }));
  fc.assert(
    fc.property(long, (c) => expectKnownWaves(c, reuse)),
    { numRuns: 100, seed: 20_250_104 },
  );
  // a share of the packets of chips of all kinds, those with touched updates included
  expect(reuse.known).toBeGreaterThan(0.05 * reuse.packets);
});

test("the same with populations that were cut by fan-in", () => {
  const cut = fc.tuple(cases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })).map(([c, population, parts]) => {
    const topology = splitFanIn(c.topology, precision, population, parts);
    // a partial sum is a long packet, and a multicast packet must fit a router's buffer
    const on = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
    return { ...c, chip: on, topology, trace: withPartialSums(topology, c.trace) };
  });
  fc.assert(fc.property(cut, expectAgreement), { numRuns: 40, seed: 20_250_103 });
});

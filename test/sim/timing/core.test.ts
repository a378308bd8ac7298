/** The fast cores agree with a naive model that looks at every cycle, on random chips and networks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import type { Board } from "../../../sim/timing/board.js";
import { Breadboard, nocSpec } from "../../../sim/timing/chip.js";
import { CompiledBoard, canCompileChip } from "../../../sim/timing/compiled-chip.js";
import { idleFilled } from "../../../sim/timing/idle.js";
import { createNoc } from "../../../sim/timing/noc/create.js";
import { buildProgram } from "../../../sim/timing/program.js";
import { TracedSpikes } from "../../../sim/timing/spike-source.js";
import { timeline } from "../../../sim/timing/timeline.js";
import { precision } from "./fixtures.js";
import { runNaive } from "./naive-chip.js";
import { type Case, cases, place } from "./random-chips.js";

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

function runFast(c: Case, put: (of: Case) => Placement, order: (ids: readonly number[]) => readonly number[]) {
  const placement = put(c);
  const program = buildProgram(c.chip, placement, precision);
  return runOn(new Breadboard(c.chip, placement, program, new TracedSpikes(c.trace, placement), createNoc(nocSpec(c.chip)), order), c);
}

/** The compiled board, and the same one set back to its beginning; null: the chip's routers are too large for it. */
function runCompiled(c: Case, put: (of: Case) => Placement) {
  const placement = put(c);
  const program = buildProgram(c.chip, placement, precision);
  if (!canCompileChip(nocSpec(c.chip), program)) return null;
  const board = new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
  const first = runOn(board, c);
  board.reset();
  return { first, again: runOn(board, c) };
}

/** Fast in two orders of evaluation, and naive: all waves and counters equal. */
function expectAgreement(c: Case, put: (of: Case) => Placement = place): ReturnType<typeof runFast> {
  const rng = createRng(c.seed, "shuffle");
  const fast = runFast(c, put, (ids) => ids);
  const shuffled = runFast(c, put, (ids) => rng.shuffle([...ids]));
  expect(shuffled).toEqual(fast);
  const compiled = runCompiled(c, put);
  if (compiled !== null) expect(compiled).toEqual({ first: fast, again: fast });
  const noc = createNoc(nocSpec(c.chip));
  const positions = (utterance: number) => {
    const [from, to] = [c.trace.stepStart[utterance], c.trace.stepStart[utterance + 1]];
    return Array.from({ length: to - from }, (_, i) => ({ step: from + i, first: i === 0, last: from + i === to - 1 }));
  };
  const lines = [positions(0), positions(1), [...positions(0), ...positions(1)]];
  const naive = runNaive(c.chip, put(c), precision, c.trace, noc, lines, (items) => rng.shuffle(items));
  expect(fast.waveCycles).toEqual(naive.waveCycles);
  const named = (at: number) =>
    Object.fromEntries(CORE_COUNTERS.map((name, i) => [name, fast.cores[at * CORE_COUNTERS.length + i]])) as Record<CoreCounter, number>;
  expect(c.chip.cores.map((_, id) => named(id))).toEqual(naive.counters);
  expect(fast.routers).toEqual(noc.routerCounters);
  expect(fast.links).toEqual(noc.linkFlits);
  return fast;
}

test("waves, counters of every core and of every router equal a naive cycle-by-cycle model, in any order of evaluation", () => {
  fc.assert(
    fc.property(cases, (c) => void expectAgreement(c)),
    { numRuns: 100, seed: 20_250_101 },
  );
});

test("the same with rows that a scan fetches from DRAM, of one core and of cores that wait for each other's fetches", () => {
  const waits = { event: 0, compressed: 0, dense: 0 };
  const together = { ...waits };
  const scanned = cases.filter(({ chip }) => chip.spill !== null && chip.cores[0].scan.policy !== "event");
  const expectSame = (c: Case): void => {
    const { cores } = expectAgreement(c);
    const at = CORE_COUNTERS.indexOf("synapse_stall_dram_cycles");
    const waiting = c.chip.cores.filter((_, id) => cores[id * CORE_COUNTERS.length + at] > 0).length;
    if (waiting > 0) waits[c.chip.cores[0].scan.policy]++;
    if (waiting > 1) together[c.chip.cores[0].scan.policy]++;
  };
  fc.assert(fc.property(scanned, expectSame), { numRuns: 200, seed: 20_260_312 });
  expect(Math.min(waits.compressed, waits.dense)).toBeGreaterThan(15);
  expect(Math.min(together.compressed, together.dense)).toBeGreaterThan(5);
}, 60_000);

test("the same with populations that were cut by fan-in", () => {
  const cut = fc.tuple(cases, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })).map(([c, population, parts]) => {
    const topology = splitFanIn(c.topology, precision, population, parts);
    // a partial sum is a long packet, and a multicast packet must fit a router's buffer
    const on = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
    return { ...c, chip: on, topology, trace: withPartialSums(topology, c.trace) };
  });
  fc.assert(
    fc.property(cut, (c) => void expectAgreement(c)),
    { numRuns: 40, seed: 20_250_103 },
  );
});

/** The case with the states of about half of its slices in DRAM, whether they would fit or not. */
function withStatesAway(c: Case, burstBits: number): { readonly away: Case; readonly put: (of: Case) => Placement } {
  const spill = { bitsPerCycle: 3.3, latencyCycles: 17, ...c.chip.spill, burstBits };
  const put = (of: Case): Placement => {
    const made = place(of);
    const rng = createRng(c.seed, "away");
    const spilledStates = made.slices
      .filter(() => rng.float() < 0.6)
      .map(({ population, core, firstNeuron }) => ({ population, core, firstNeuron }));
    return { ...made, spilledStates };
  };
  return { away: { ...c, chip: { ...c.chip, spill } }, put };
}

test("the same with membrane states that come from DRAM, of dense and of touched updates", () => {
  const waits = { dense: 0, touched: 0 };
  const expectSame = (c: Case, burstBits: number): void => {
    const { away, put } = withStatesAway(c, burstBits);
    const { cores } = expectAgreement(away, put);
    const at = CORE_COUNTERS.indexOf("soma_stall_dram_cycles");
    if (cores.some((count, i) => i % CORE_COUNTERS.length === at && count > 0)) waits[away.chip.cores[0].neuronUpdate.policy]++;
  };
  fc.assert(fc.property(cases, fc.constantFrom(8, 16, 64, 256), expectSame), { numRuns: 100, seed: 20_260_311 });
  expect(Math.min(waits.dense, waits.touched)).toBeGreaterThan(25);
}, 60_000);

/** The fast cores agree with a naive model that looks at every cycle, on random chips and networks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import type { Board } from "../../../sim/timing/board.js";
import { Breadboard, nocSpec } from "../../../sim/timing/chip.js";
import { CompiledBoard, canCompileChip } from "../../../sim/timing/compiled-chip.js";
import { idleFilled } from "../../../sim/timing/idle.js";
import { createNoc } from "../../../sim/timing/noc/create.js";
import { buildProgram } from "../../../sim/timing/program.js";
import { timeline } from "../../../sim/timing/timeline.js";
import { precision, randomTrace } from "./fixtures.js";
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

/** Runs a random chip on the board and on the naive model, and asserts that they agree. */
import { deepStrictEqual, strictEqual } from "node:assert";
import { hasOwnWaves } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { idleFilled } from "../../../sim/board/idle.js";
import type { Board } from "../../../sim/board/pace.js";
import { CORE_COUNTERS, type CoreCounter, type PortCounters } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { createNoc } from "../../../sim/noc/create.js";
import { buildProgram } from "../../../sim/program/program.js";
import { timeline } from "../../../sim/program/timeline.js";
import { runNaive } from "../../oracles/naive-chip.js";
import { precision } from "./fixtures.js";
import { type Case, place } from "./random-chips.js";

/**
 * Lines of utterances that a case runs on one board: both alone, then back to back; only back to back if each core has
 * its own waves.
 */
function linesOf({ chip }: Case): readonly (readonly number[])[] {
  return hasOwnWaves(chip) ? [[0, 1]] : [[0], [1], [0, 1]];
}

/** `waves`: number of waves of each line to run, all if a line has fewer. */
function runOn(board: Board, c: Case, usedCores: readonly number[], waves = Number.POSITIVE_INFINITY) {
  const waveCycles: number[] = [];
  for (const utterances of linesOf(c)) {
    const line = timeline(c.trace, utterances);
    waveCycles.push(...board.runLine(line, Math.min(waves, board.waves(line))));
  }
  const { routerCounters, linkFlits } = board.noc;
  const { packets, flits } = board.messages;
  const cores = idleFilled(board.counters.slice(), board.cycle, usedCores);
  const { dropped, cycle, barrierCycles, port } = board;
  return { waveCycles, cores, routers: routerCounters, links: linkFlits, packets, flits, dropped, cycle, barrierCycles, port };
}

/** Number of waves of a run that ends while utterances are in progress. */
const CUT_WAVES = 3;

/** A run on a fresh board; if each core has its own waves, also a run that is cut. */
function runsOf(c: Case, usedCores: readonly number[], fresh: () => Board) {
  return { whole: runOn(fresh(), c, usedCores), cut: hasOwnWaves(c.chip) ? runOn(fresh(), c, usedCores, CUT_WAVES) : null };
}

/** Runs on one board that is reset for each run; the first run twice. */
function runFast(c: Case, placement: Placement) {
  const program = buildProgram(c.chip, placement, precision);
  const board = new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
  const fresh = () => {
    board.reset();
    return board;
  };
  const runs = runsOf(c, placement.usedCores, fresh);
  deepStrictEqual(runOn(fresh(), c, placement.usedCores), runs.whole);
  return runs;
}

export interface Agreed {
  /** [cores][CORE_COUNTERS] */
  readonly cores: Float64Array;
  /** [routers][ROUTER_COUNTERS] */
  readonly routers: Float64Array;
  readonly waveCycles: readonly number[];
  readonly dropped: number;
  readonly port: PortCounters | null;
}

/** The compiled board and the naive model, whose cores work in shuffled order: all waves and counters equal. */
export function expectAgreement(drawn: Case): Agreed {
  const placement = place(drawn);
  // placement may have split a neuron's fan-in
  const c = { ...drawn, trace: withPartialSums(placement.topology, drawn.trace) };
  const rng = createRng(c.seed, "shuffle");
  const fast = runFast(c, placement).whole;
  const noc = createNoc(nocSpec(c.chip));
  const positions = (utterance: number) => {
    const [from, to] = [c.trace.stepStart[utterance], c.trace.stepStart[utterance + 1]];
    return Array.from({ length: to - from }, (_, i) => ({ step: from + i, first: i === 0, last: from + i === to - 1 }));
  };
  const lines = linesOf(c).map((utterances) => utterances.flatMap(positions));
  const naive = runNaive(c.chip, placement, precision, c.trace, noc, lines, (items) => rng.shuffle(items));
  deepStrictEqual(fast.waveCycles, naive.waveCycles);
  strictEqual(fast.dropped, naive.lost);
  deepStrictEqual(fast.port, naive.port);
  const named = (at: number) =>
    Object.fromEntries(CORE_COUNTERS.map((name, i) => [name, fast.cores[at * CORE_COUNTERS.length + i]])) as Record<CoreCounter, number>;
  deepStrictEqual(
    c.chip.cores.map((_, id) => named(id)),
    naive.counters,
  );
  deepStrictEqual(fast.routers, noc.routerCounters);
  deepStrictEqual(fast.links, noc.linkFlits);
  const { cores, routers, waveCycles, dropped, port } = fast;
  return { cores, routers, waveCycles, dropped, port };
}

/** The case with a population whose fan-in is split: partial sums are sent as messages. */
export function cutByFanIn(c: Case, population: number, parts: number): Case {
  const topology = splitFanIn(c.topology, precision, population, parts);
  // a partial sum is a long packet, and a multicast packet must fit a router's buffer
  const on = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
  return { ...c, chip: on, topology, trace: withPartialSums(topology, c.trace) };
}

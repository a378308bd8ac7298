/** Runs a random chip on every board and on the naive model, and expects all of them to agree. */
import { expect } from "vitest";
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
import { type Case, place } from "./random-chips.js";

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

/** The compiled board, and the same one set back to its beginning; null: it does not take the chip. */
function runCompiled(c: Case, put: (of: Case) => Placement) {
  const placement = put(c);
  const program = buildProgram(c.chip, placement, precision);
  if (!canCompileChip(nocSpec(c.chip), program)) return null;
  const board = new CompiledBoard(c.chip, placement, program, c.trace, nocSpec(c.chip));
  const first = runOn(board, c);
  board.reset();
  return { first, again: runOn(board, c) };
}

export interface Agreed {
  /** [cores][CORE_COUNTERS] */
  readonly cores: Float64Array;
  /** [routers][ROUTER_COUNTERS] */
  readonly routers: Float64Array;
  readonly isCompiled: boolean;
}

/** The TypeScript board in two orders of evaluation, the compiled board where it takes the chip, and the naive model: all waves and counters equal. */
export function expectAgreement(c: Case, put: (of: Case) => Placement = place): Agreed {
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
  return { cores: fast.cores, routers: fast.routers, isCompiled: compiled !== null };
}

/** The case with a population cut by fan-in: partial sums travel as messages. */
export function cutByFanIn(c: Case, population: number, parts: number): Case {
  const topology = splitFanIn(c.topology, precision, population, parts);
  // a partial sum is a long packet, and a multicast packet must fit a router's buffer
  const on = { ...c.chip, noc: { ...c.chip.noc, vcBufferFlits: 16 } };
  return { ...c, chip: on, topology, trace: withPartialSums(topology, c.trace) };
}

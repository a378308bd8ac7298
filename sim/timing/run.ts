/**
 * Replays a spike trace on a chip: cycles and counters of each utterance alone, and the steady state of utterances back to back.
 *
 * Latency of an utterance of T steps: its T + depth waves, from an idle chip to the last readout. Throughput: the utterances follow each other
 * through the pipeline without a gap, cyclically; mean cycles between two completions over one whole turn.
 */
import type { Chip, Precision, SpikeTrace } from "../../arch/index.js";
import { type Counters, ROUTER_COUNTERS, routerColumn } from "../counters.js";
import type { Placement } from "../mapping/placement.js";
import { Breadboard, nocSpec } from "./chip.js";
import { idleFilled } from "./idle.js";
import { createNoc } from "./noc/create.js";
import { buildProgram } from "./program.js";
import { timeline } from "./timeline.js";

export interface TimingRun {
  /** Sum over `utterances`. */
  readonly total: Counters;
  /** One utterance each, run alone. */
  readonly utterances: readonly Counters[];
  /** [utterances] */
  readonly latencyCycles: Float64Array;
  /** Durations of all waves, barrier included; utterance after utterance. */
  readonly waveCycles: Float64Array;
  /** Mean cycles between completions when utterances follow each other. */
  readonly cyclesPerUtterance: number;
}

interface Snapshot {
  readonly cores: Float64Array;
  readonly routers: Float64Array;
  readonly links: Float64Array;
  readonly packets: number;
  readonly flits: number;
  readonly barrierCycles: number;
  readonly cycle: number;
}

function snapshot(board: Breadboard): Snapshot {
  return {
    cores: board.counters.slice(),
    routers: board.noc.routerCounters.slice(),
    links: board.noc.linkFlits.slice(),
    packets: board.messages.packets,
    flits: board.messages.flits,
    barrierCycles: board.barrierCycles,
    cycle: board.cycle,
  };
}

function difference(after: Float64Array, before: Float64Array): Float64Array {
  return after.map((value, i) => value - before[i]);
}

function countersBetween(before: Snapshot, after: Snapshot, portsPerRouter: number, steps: number): Counters {
  const routers = difference(after.routers, before.routers);
  let flitHops = 0;
  for (let r = routerColumn.crossbar_flits; r < routers.length; r += ROUTER_COUNTERS.length) flitHops += routers[r];
  const cycles = after.cycle - before.cycle;
  return {
    cycles,
    utterances: 1,
    steps,
    cores: idleFilled(difference(after.cores, before.cores), cycles),
    routers,
    links: difference(after.links, before.links),
    portsPerRouter,
    packets: after.packets - before.packets,
    flits: after.flits - before.flits,
    flitHops,
    barrierCycles: after.barrierCycles - before.barrierCycles,
  };
}

/** Sum of counters of one chip. */
export function sumCounters(all: readonly Counters[]): Counters {
  const add = (pick: (counters: Counters) => Float64Array): Float64Array => {
    const sum = pick(all[0]).slice();
    for (const counters of all.slice(1)) {
      const more = pick(counters);
      for (let i = 0; i < sum.length; i++) sum[i] += more[i];
    }
    return sum;
  };
  const total = (pick: (counters: Counters) => number): number => all.reduce((sum, counters) => sum + pick(counters), 0);
  return {
    cycles: total((c) => c.cycles),
    utterances: total((c) => c.utterances),
    steps: total((c) => c.steps),
    cores: add((c) => c.cores),
    routers: add((c) => c.routers),
    links: add((c) => c.links),
    portsPerRouter: all[0].portsPerRouter,
    packets: total((c) => c.packets),
    flits: total((c) => c.flits),
    flitHops: total((c) => c.flitHops),
    barrierCycles: total((c) => c.barrierCycles),
  };
}

/** Replays all utterances of `trace`. @throws InfeasibleError when the network deadlocks, InputError for an impossible network. */
export function runTiming(chip: Chip, placement: Placement, precision: Precision, trace: SpikeTrace): TimingRun {
  const program = buildProgram(chip, placement, precision);
  const board = new Breadboard(chip, placement, program, trace, createNoc(nocSpec(chip)));
  const count = trace.stepStart.length - 1;
  const order = Array.from({ length: count }, (_, u) => u);
  const utterances: Counters[] = [];
  const waveCycles: number[] = [];
  for (const u of order) {
    const before = snapshot(board);
    const line = timeline(trace, [u]);
    for (let wave = 0; wave < board.waves(line); wave++) waveCycles.push(board.runWave(line, wave));
    utterances.push(countersBetween(before, snapshot(board), board.noc.portsPerRouter, line.steps.length));
  }
  // one turn and the first once more: from its first to its second completion, each utterance completes once
  const stream = timeline(trace, [...order, 0]);
  const firstDone = board.waves(timeline(trace, [0]));
  let cyclesOfTurn = 0;
  for (let wave = 0; wave < board.waves(stream); wave++) {
    const cycles = board.runWave(stream, wave);
    if (wave >= firstDone) cyclesOfTurn += cycles;
  }
  return {
    total: sumCounters(utterances),
    utterances,
    latencyCycles: Float64Array.from(utterances, (counters) => counters.cycles),
    waveCycles: Float64Array.from(waveCycles),
    cyclesPerUtterance: cyclesOfTurn / count,
  };
}

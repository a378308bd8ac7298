/**
 * Replays a spike trace on a chip: cycles and counters of each utterance alone, and the steady state of utterances back
 * to back.
 *
 * Latency of an utterance of T steps: its T + depth waves, from an idle chip to the last readout. Throughput: the
 * utterances follow each other through the pipeline cyclically, without a gap; it is the mean of the cycles between
 * completions over one whole turn, unless each core has its own waves (hard-ticks.ts, behind-sources.ts). `composed`:
 * waves in which all populations work on one utterance take the cycles of that utterance's run alone
 * (program/known-waves.ts); `replayed`: every wave is run.
 */

import { areUnits, type Chip, isHardTick, type Precision, type SpikeTrace, type SteadyState } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { CORE_COUNTERS, type Counters, coreColumn, type PortCounters, ROUTER_COUNTERS, routerColumn } from "../counters.js";
import type { Placement } from "../mapping/index.js";
import { withPartialSums } from "../mapping/index.js";
import { nocSpec } from "../noc/index.js";
import { buildProgram, KnownWaves, type Program, type Timeline, timeline } from "../program/index.js";
import { sourceCycles } from "./behind-sources.js";
import { CompiledBoard } from "./compiled-chip.js";
import { hardTickCycles } from "./hard-ticks.js";
import { idleFilled } from "./idle.js";
import type { Board } from "./pace.js";
import type { Recorder } from "./recorder.js";

export interface TimingRun {
  /** Counts summed over `utterances`. */
  readonly total: Counters;
  /** Counts of one utterance each, run alone. */
  readonly utterances: readonly Counters[];
  /** [utterances] */
  readonly latencyCycles: Float64Array;
  /** Durations of all waves, barrier included; utterance after utterance. */
  readonly waveCycles: Float64Array;
  /** Mean cycles between completions when utterances follow each other; null: unknown (hard-ticks.ts). */
  readonly cyclesPerUtterance: number | null;
  /** [utterances] messages that full or cleared input queues have lost. */
  readonly droppedMessages: Float64Array;
}

/** Counts products as additions, on a chip whose lanes only add and subtract. */
function asAdditions(cores: Float64Array): Float64Array {
  for (let row = 0; row < cores.length; row += CORE_COUNTERS.length) {
    cores[row + coreColumn.synaptic_adds] += cores[row + coreColumn.synaptic_macs];
    cores[row + coreColumn.synaptic_macs] = 0;
  }
  return cores;
}

/** Counters of a board that has run one utterance. */
function countersOf(board: Board, steps: number, precision: Precision, usedCores: readonly number[]): Counters {
  const { cycle, messages } = board;
  const { routerCounters, linkFlits, portsPerRouter } = board.noc;
  let flitHops = 0;
  for (let r = routerColumn.crossbar_flits; r < routerCounters.length; r += ROUTER_COUNTERS.length) flitHops += routerCounters[r];
  const cores = idleFilled(board.counters, cycle, usedCores);
  return {
    cycles: cycle,
    utterances: 1,
    steps,
    cores: areUnits(precision.weightBits) ? asAdditions(cores) : cores,
    routers: routerCounters,
    links: linkFlits,
    portsPerRouter,
    packets: messages.packets,
    flits: messages.flits,
    flitHops,
    barrierCycles: board.barrierCycles,
    port: board.port,
  };
}

function sumPorts(all: readonly Counters[]): PortCounters | null {
  if (all[0].port === null) return null;
  const total = (name: keyof PortCounters): number => all.reduce((sum, { port }) => sum + (port?.[name] ?? 0), 0);
  return {
    ...{ events: total("events"), packets: total("packets"), bits: total("bits") },
    ...{ busyCycles: total("busyCycles"), stallCycles: total("stallCycles") },
  };
}

/** Sum of the counters of several runs of one chip. */
function sumCounters(all: readonly Counters[]): Counters {
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
    port: sumPorts(all),
  };
}

/**
 * Mean cycles between completions: all utterances run once, then the first once more, with others behind it so that the
 * pipeline stays full. After a turn of an odd number of steps each wave works on the other accumulator buffer, which
 * may begin in another bank; then two turns are the period, but for arbiters and coins, which stand elsewhere.
 */
function steadyCycles(board: Board, trace: SpikeTrace, order: readonly number[], known: KnownWaves | null): number {
  const period = trace.stepStart[order.length] % 2 === 0 ? order : [...order, ...order];
  const firstDone = board.waves(timeline(trace, [0]));
  const turnDone = board.waves(timeline(trace, [...period, 0]));
  const stream = timeline(trace, filled(trace, order, turnDone));
  let cycles = 0;
  for (let wave = 0; wave < turnDone; wave++) {
    const taken = known === null ? board.runWave(stream, wave) : wavePassed(board, stream, wave, known);
    // between the completions of utterance 0 that begin and end a period, each utterance completes once per turn
    if (wave >= firstDone) cycles += taken;
  }
  return cycles / period.length;
}

/** Cycles of a wave: known ones, or those of running it now. */
function wavePassed(board: Board, line: Timeline, wave: number, known: KnownWaves): number {
  const cycles = known.find(line, wave);
  if (cycles === null) {
    const taken = board.runWave(line, wave);
    known.keep(line, wave, taken);
    return taken;
  }
  board.skipWave(cycles);
  return cycles;
}

/** Utterances in cyclic order until they have at least `steps` steps together. */
function filled(trace: SpikeTrace, order: readonly number[], steps: number): number[] {
  const stream: number[] = [];
  for (let have = 0; have < steps; ) {
    const u = order[stream.length % order.length];
    have += trace.stepStart[u + 1] - trace.stepStart[u];
    stream.push(u);
  }
  return stream;
}

/** Makes boards at the beginning of a run: one that is reset each time, and one with a recorder. */
function boards(
  chip: Chip,
  placement: Placement,
  program: Program,
  trace: SpikeTrace,
): (heard: Recorder | null, utterance: number) => Board {
  const spec = nocSpec(chip);
  let compiled: CompiledBoard | null = null;
  let recording: CompiledBoard | null = null;
  return (heard, utterance) => {
    if (heard !== null) {
      recording ??= new CompiledBoard(chip, placement, program, trace, spec, heard);
      recording.reset(utterance);
      return recording;
    }
    compiled ??= new CompiledBoard(chip, placement, program, trace, spec);
    compiled.reset();
    return compiled;
  };
}

/**
 * Replays all utterances of `spikes`; each starts on a fresh chip, so none depends on another. A recorder gets the
 * utterances one after the other, without the steady-state run.
 * @throws InfeasibleError if the network deadlocks, InputError for an impossible network or a trace without utterances
 * or steps.
 */
export function runTiming(
  chip: Chip,
  placement: Placement,
  precision: Precision,
  spikes: SpikeTrace,
  recorder: Recorder | null = null,
  steadyState: SteadyState = "composed",
): TimingRun {
  const trace = withPartialSums(placement.topology, spikes);
  const program = buildProgram(chip, placement, precision);
  const freshBoard = boards(chip, placement, program, trace);
  const order = Array.from({ length: trace.stepStart.length - 1 }, (_, u) => u);
  const empty = order.find((u) => trace.stepStart[u + 1] === trace.stepStart[u]);
  if (order.length === 0 || empty !== undefined) {
    throw inputError(
      "spike trace",
      order.length === 0 ? "has no utterance" : `utterance ${empty} has no step`,
      "draw samples that have frames",
    );
  }
  const utterances: Counters[] = [];
  const waveCycles: number[] = [];
  const dropped: number[] = [];
  const known =
    steadyState === "replayed" ? null : new KnownWaves(program, Math.max(...placement.topology.populations.map(({ depth }) => depth)));
  for (const u of order) {
    const board = freshBoard(recorder, u);
    const line = timeline(trace, [u]);
    board.runLine(line, board.waves(line)).forEach((cycles, wave) => {
      waveCycles.push(cycles);
      known?.keep(line, wave, cycles);
    });
    dropped.push(board.dropped);
    utterances.push(countersOf(board, line.steps.length, precision, placement.usedCores));
    recorder?.shift(board.cycle);
  }
  const fresh = (): Board => freshBoard(null, 0);
  const backToBack = (): number | null => {
    if (isHardTick(chip.tick)) return hardTickCycles(fresh, trace, order, chip.tick.periodCycles);
    return chip.sourcePace === null ? steadyCycles(fresh(), trace, order, known) : sourceCycles(fresh, trace, order);
  };
  return {
    total: sumCounters(utterances),
    utterances,
    latencyCycles: Float64Array.from(utterances, (counters) => counters.cycles),
    waveCycles: Float64Array.from(waveCycles),
    droppedMessages: Float64Array.from(dropped),
    cyclesPerUtterance: backToBack(),
  };
}

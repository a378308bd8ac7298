/** A chip with a placed network on it, as a timing run sees it: waves in, cycles and counts out. One contract, two boards. */
import type { Timeline } from "./timeline.js";

export interface Board {
  /** First cycle of the next wave. */
  readonly cycle: number;
  /** Cycles spent in barriers. */
  readonly barrierCycles: number;
  /** [cores][CORE_COUNTERS], idle columns left out; up to date when read from the board. */
  readonly counters: Float64Array;
  /** Packets and flits sent since the run began. */
  readonly messages: { readonly packets: number; readonly flits: number };
  /** As in noc.ts. */
  readonly noc: { readonly routerCounters: Float64Array; readonly linkFlits: Float64Array; readonly portsPerRouter: number };
  /** Waves that a timeline takes: one a position, and the pipeline's depth until the last one is through. */
  waves(line: Timeline): number;
  /** Runs one wave of a timeline, barrier included; returns its cycles. @throws InfeasibleError on a deadlock of the network. */
  runWave(line: Timeline, wave: number): number;
  /** Passes over a wave that takes `cycles`, barrier included, without running it: counters and messages miss it from then on. */
  skipWave(cycles: number): void;
}

/** Cycles of a barrier among the used cores. */
export function barrierCycles(barrier: { readonly baseCycles: number; readonly perCoreCycles: number }, usedCores: number): number {
  return barrier.baseCycles + barrier.perCoreCycles * usedCores;
}

/** A chip with a placed network, as a timing run sees it: waves in, cycles and counts out. */

import type { Chip, Core, Tick } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import type { PortCounters } from "../counters.js";
import { barrierOf, type Timeline } from "../program/index.js";

export interface Board {
  /** First cycle of the next wave. */
  readonly cycle: number;
  /** Cycles spent in barriers. */
  readonly barrierCycles: number;
  /** [cores][CORE_COUNTERS] without idle columns; up to date whenever it is read from the board. */
  readonly counters: Float64Array;
  /** null: the chip has no port. */
  readonly port: PortCounters | null;
  /** Packets and flits sent since the run began. */
  readonly messages: { readonly packets: number; readonly flits: number };
  /** Counters of the network, as in noc.ts. */
  readonly noc: { readonly routerCounters: Float64Array; readonly linkFlits: Float64Array; readonly portsPerRouter: number };
  /** Number of waves of a timeline: one per position, plus the pipeline's depth. */
  waves(line: Timeline): number;
  /**
   * Runs the first `waves` waves of a timeline from the beginning; returns [waves] cycles. If each core has its own
   * waves (hard ticks, sources), a wave ends when the last core begins the next one, and messages still in progress at
   * the end are delivered.
   */
  runLine(line: Timeline, waves: number): Float64Array;
  /**
   * Runs one wave of a timeline that all cores work on at once, up to the beginning of the next wave; returns its
   * cycles. @throws InfeasibleError on a deadlock of the network, or if a tick is overrun.
   */
  runWave(line: Timeline, wave: number): number;
  /** Cycle in which the first core has no more waves in the last `runLine`, if each core has its own waves. */
  readonly firstIdleAtCycle: number;
  /** Waves of the last `runLine` that cores could not begin at their hard tick. */
  readonly lateWaves: number;
  /** Messages that input queues have lost since the run began. */
  readonly dropped: number;
  /** Skips a wave that takes `cycles`, barrier included; its counts and messages are missing afterwards. */
  skipWave(cycles: number): void;
}

export function runWaves(board: Pick<Board, "runWave">, line: Timeline, waves: number): Float64Array {
  const cycles = new Float64Array(waves);
  for (let wave = 0; wave < waves; wave++) cycles[wave] = board.runWave(line, wave);
  return cycles;
}

/**
 * The time between the work of one wave and the next: a barrier among the used cores, or the wait for a global tick.
 * Neither ends before hardware can know that all work is over and the last words are written: a shorter barrier is
 * padded, and such a tick moves to the next one.
 */
export class Pace {
  /** Barrier cycles of every wave; 0 if ticks or sources begin the waves. */
  readonly barrierCycles: number;
  /** Per wave in which cores scan: cycles from the rest of all units on all cores to the start of the scans. */
  readonly scanSyncCycles: number;
  private readonly tick: Tick | null;

  /** `leastCycles`: as in least-barrier.ts. */
  constructor(
    chip: Chip,
    usedCores: readonly Core[],
    private readonly leastCycles: number,
  ) {
    const cycles = barrierOf(chip, usedCores.length, leastCycles);
    this.tick = chip.tick;
    this.barrierCycles = chip.tick === null && chip.sourcePace === null ? cycles : 0;
    this.scanSyncCycles = usedCores.length > 1 && usedCores.some(({ scan }) => scan.policy !== "event") ? cycles : 0;
  }

  /**
   * First cycle of the wave after one that began at `start` and whose work is over at `end`. @throws InfeasibleError
   * for an overrun that the description refuses.
   */
  nextWave(start: number, end: number): number {
    if (this.tick === null) return end + this.barrierCycles;
    const { periodCycles, overrun } = this.tick;
    const cycles = end - start + this.leastCycles;
    const ticks = Math.max(1, Math.ceil(cycles / periodCycles));
    if (ticks > 1 && overrun === "refuse") {
      const [need, have] = [`${cycles} cycles`, `${periodCycles} cycles`];
      throw new InfeasibleError("TICK_OVERRUN", "time of a global tick", need, have, "set a longer tick.period_us, or tick.overrun: wait");
    }
    return start + ticks * periodCycles;
  }
}

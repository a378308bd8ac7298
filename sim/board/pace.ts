/**
 * A chip with a placed network on it, as a timing run sees it: waves in, cycles and counts out. One contract, two
 * boards.
 */

import type { Chip, Core, Tick } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import type { PortCounters } from "../counters.js";
import { barrierOf, type Timeline } from "../program/index.js";

export interface Board {
  /** First cycle of the next wave. */
  readonly cycle: number;
  /** Cycles spent in barriers. */
  readonly barrierCycles: number;
  /** [cores][CORE_COUNTERS], idle columns left out; up to date when read from the board. */
  readonly counters: Float64Array;
  /** null: the chip has no port. */
  readonly port: PortCounters | null;
  /** Packets and flits sent since the run began. */
  readonly messages: { readonly packets: number; readonly flits: number };
  /** As in noc.ts. */
  readonly noc: { readonly routerCounters: Float64Array; readonly linkFlits: Float64Array; readonly portsPerRouter: number };
  /** Waves that a timeline takes: one per position, and the pipeline's depth until the last one is through. */
  waves(line: Timeline): number;
  /**
   * Runs the first `waves` waves of a timeline from the beginning; [waves] cycles of each. Where waves are each core's
   * own, at hard ticks or behind sources, a wave ends when the last core begins the next one, and messages still under
   * way at the end are brought home.
   */
  runLine(line: Timeline, waves: number): Float64Array;
  /**
   * Runs one wave of a timeline of which all cores work at once, up to the next one's beginning; returns its cycles.
   * @throws InfeasibleError on a deadlock of the network, or a tick that is overrun.
   */
  runWave(line: Timeline, wave: number): number;
  /** Messages that input queues have lost since the run began. */
  readonly dropped: number;
  /**
   * Passes over a wave that takes `cycles`, barrier included, without running it: counters and messages miss it from
   * then on.
   */
  skipWave(cycles: number): void;
}

/** Waves one after the other. */
export function runWaves(board: Pick<Board, "runWave">, line: Timeline, waves: number): Float64Array {
  const cycles = new Float64Array(waves);
  for (let wave = 0; wave < waves; wave++) cycles[wave] = board.runWave(line, wave);
  return cycles;
}

/**
 * What comes between the work of one wave and the next: a barrier among the used cores, or the time until a global
 * tick. Neither comes sooner than hardware can know that all work is over and has its last words written: a shorter
 * barrier is padded, and such a tick is the next one.
 */
export class Pace {
  /** Of every wave; 0 where ticks or sources tell the time. */
  readonly barrierCycles: number;
  /**
   * Of every wave in which cores scan: from the cycle in which all units of several cores rest to that in which they
   * begin.
   */
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
   * for an overrun that is refused.
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

/** What the library's barrier does between two waves. Pure. */
import type { Chip } from "../arch/index.js";
import { barrierOf } from "../sim/program/index.js";

export interface WaveEnd {
  /** Cycles from the first one in which all units rest to the next wave; if waves begin at ticks, the least number. */
  readonly delayCycles: number;
  /** Period of ticks; 0: there are none. */
  readonly periodCycles: number;
}

/** `leastCycles`: fewest cycles that the chip needs between two waves. */
export function waveEnd({ barrier, tick }: Pick<Chip, "barrier" | "tick">, usedCores: number, leastCycles: number): WaveEnd {
  return tick === null
    ? { delayCycles: barrierOf({ barrier }, usedCores, leastCycles), periodCycles: 0 }
    : { delayCycles: leastCycles, periodCycles: tick.periodCycles };
}

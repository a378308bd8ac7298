/** What the library's barrier does between the work of two waves. Pure. */
import type { Chip } from "../arch/index.js";
import { barrierOf } from "../sim/program/index.js";

export interface WaveEnd {
  /** From the first cycle in which all rest to the next wave; at least so many where waves begin at ticks. */
  readonly delayCycles: number;
  /** Of ticks; 0: there are none. */
  readonly periodCycles: number;
}

export function waveEnd({ barrier, tick }: Pick<Chip, "barrier" | "tick">, usedCores: number, leastCycles: number): WaveEnd {
  return tick === null
    ? { delayCycles: barrierOf({ barrier }, usedCores, leastCycles), periodCycles: 0 }
    : { delayCycles: leastCycles, periodCycles: tick.periodCycles };
}

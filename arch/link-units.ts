/**
 * Rate and latency of links and memories beyond the chip, as a description writes them and in cycles of the clock.
 * Pure.
 */

/** @returns bits per cycle of a clock in MHz */
export const bitsPerCycleOf = (bandwidthGbitS: number, clockMhz: number): number => (bandwidthGbitS * 1000) / clockMhz;

/** @returns Gbit/s, the way back from `bitsPerCycleOf` */
export const bandwidthGbitSOf = (bitsPerCycle: number, clockMhz: number): number => (bitsPerCycle * clockMhz) / 1000;

/** @returns whole cycles, rounded up */
export const latencyCyclesOf = (latencyNs: number, clockMhz: number): number => Math.ceil((latencyNs * clockMhz) / 1000);

/** @returns ns that so many cycles take */
export const latencyNsOf = (latencyCycles: number, clockMhz: number): number => (latencyCycles * 1000) / clockMhz;

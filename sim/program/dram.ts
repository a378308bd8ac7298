/**
 * Traffic of the chip's external DRAM: whole bursts. Not modelled: banks, refresh, open pages, the turnaround of the
 * channel between reads and writes.
 */
import type { Dram } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";

/**
 * Credits per bit. With them a channel transfers fractions of a bit per cycle: a fetch is complete when the credits for
 * its bits have been gained.
 */
const CREDITS_PER_BIT = powerOfTwo(20);

/** `bits`, rounded up to whole bursts. */
export function burstsOf({ burstBits }: Dram, bits: number): number {
  return Math.ceil(bits / burstBits) * burstBits;
}

/** Bits of rows that the buffer for waiting messages can hold, in whole bursts; 0: cores have no buffer. */
export function prefetchBits({ burstBits, prefetchBits: bits = 0 }: Dram): number {
  return bits - (bits % burstBits);
}

export function creditsPerCycle({ bitsPerCycle }: Dram): number {
  return Math.max(1, Math.round(bitsPerCycle * CREDITS_PER_BIT));
}

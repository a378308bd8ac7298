/**
 * Traffic of the chip's external DRAM: whole bursts. Not modelled: banks, refresh, open pages, the turn of the channel
 * between reads and writes.
 */
import type { Dram } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";

/**
 * A channel moves a fraction of a bit per cycle by counting in these: a fetch is over when as many have come as its
 * bits are worth.
 */
const CREDITS_PER_BIT = powerOfTwo(20);

/** Bits of whole bursts that hold `bits`. */
export function burstsOf({ burstBits }: Dram, bits: number): number {
  return Math.ceil(bits / burstBits) * burstBits;
}

export function creditsPerCycle({ bitsPerCycle }: Dram): number {
  return Math.max(1, Math.round(bitsPerCycle * CREDITS_PER_BIT));
}

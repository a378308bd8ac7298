/** Traffic of the chip's external DRAM: whole bursts. Not modelled: banks, refresh, open pages, the turn of the channel between reads and writes. */
import type { Dram } from "../../arch/index.js";

/** Bits of whole bursts that hold `bits`. */
export function burstsOf({ burstBits }: Dram, bits: number): number {
  return Math.ceil(bits / burstBits) * burstBits;
}

/**
 * External DRAM behind one channel: fetches of weight rows, exchanges of chunks of states, served in the order in which they are asked for, of one cycle by core id.
 *
 * A fetch of b bits that may start in cycle a starts when the channel is free, takes it for ceil(b / bits a cycle) cycles, and is complete
 * `latency` cycles after that. Requests are posted while cores evaluate and granted at the cycle's end, so that the order of evaluation cannot
 * matter.
 * Of one core and cycle the soma's come first. Not modelled: banks, refresh, open pages, the turn of the channel between reads and writes.
 */
import type { Dram } from "../../../arch/index.js";

/** Who waits for a fetch. */
export interface DramUser {
  readonly id: number;
  /** The bits of the posted request are at hand from `cycle` on. */
  fetched(cycle: number): void;
}

interface Request {
  readonly user: DramUser;
  readonly from: number;
  readonly bits: number;
}

export class DramChannel {
  private freeAt = 0;
  private posted: Request[] = [];

  constructor(readonly dram: Dram) {}

  /** Asks for `bits`; the fetch may start in cycle `from`. */
  post(user: DramUser, from: number, bits: number): void {
    this.posted.push({ user, from, bits });
  }

  /** Ends the cycle: tells every user of this cycle when its bits are there. */
  grant(): void {
    if (this.posted.length === 0) return;
    for (const { user, from, bits } of this.posted.sort((a, b) => a.user.id - b.user.id)) user.fetched(this.serve(from, bits));
    this.posted = [];
  }

  /** Serves the next request in order; returns the cycle from which on its bits are at hand. */
  serve(from: number, bits: number): number {
    const { bitsPerCycle, latencyCycles } = this.dram;
    this.freeAt = Math.max(this.freeAt, from) + Math.ceil(bits / bitsPerCycle);
    return this.freeAt + latencyCycles;
  }
}

/** Bits of whole bursts that hold `bits`. */
export function burstsOf({ burstBits }: Dram, bits: number): number {
  return Math.ceil(bits / burstBits) * burstBits;
}

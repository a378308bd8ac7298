/**
 * State SRAM of a core as its banks' time: requests are read-modify-writes of words and are served first come, first served by bank.
 *
 * A word takes its bank for 1 cycle (`1r1w`: the write-back of one word passes beside the read of another) or 2 (`1rw`: read, then write).
 * A request queues all its words in the cycle in which it is made; word w lies in bank w mod banks. Words of one request in one bank follow
 * each other. Nothing starves, because each of the two units has one request outstanding. Requests of one cycle: the soma's first, because
 * its spikes are what the rest of the chip waits for.
 * Not modelled: refresh, write-back hazards between the two units (they never share a word: accumulators are double-buffered).
 */
import type { Memory } from "../../arch/index.js";

export class StateMemory {
  readonly accessCycles: number;
  readonly readLatencyCycles: number;
  private readonly banks: number;
  /** First cycle in which each bank is free. */
  private readonly freeAt: Float64Array;

  constructor(memory: Memory) {
    this.banks = memory.banks;
    this.accessCycles = memory.ports === "1rw" ? 2 : 1;
    this.readLatencyCycles = memory.readLatencyCycles;
    this.freeAt = new Float64Array(memory.banks);
  }

  /** Queues words `first .. last` at `cycle`; returns the first cycle after their service (`done` if that is later). */
  request(cycle: number, first: number, last: number, done: number): number {
    const { banks, freeAt, accessCycles } = this;
    let end = done;
    let bank = banks === 1 ? 0 : first % banks;
    for (let word = first; word <= last; word++) {
      const free = Math.max(freeAt[bank], cycle) + accessCycles;
      freeAt[bank] = free;
      if (free > end) end = free;
      if (++bank === banks) bank = 0;
    }
    return end;
  }
}

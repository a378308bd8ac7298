/**
 * External DRAM behind one channel: fetches of weight rows, exchanges of chunks of states, served in the order in which they are asked for, of one cycle by
 * core id and a core's states before its rows. A fetch is granted in the cycle in which it is asked for: cores of one cycle evaluate in the order of their
 * ids, the soma first. It starts when the channel is free, takes it until the channel's credits, so many each cycle, make up its bits, and is complete
 * `latency` cycles after that.
 * Not modelled: banks, refresh, open pages, the turn of the channel between reads and writes.
 */
/** Credits of a bit, of which the channel gains `creditsPerCycle` (CREDITS_PER_BIT of program/dram.ts). */
const CREDIT_BITS: i64 = 20;
let creditsPerCycle: i64 = 1;
let latency: i64 = 0;
let burst: i64 = 1;
let freeAt: i64 = 0;

export function setDram(credits: f64, latencyCycles: i32, burstBits: i32): void {
  creditsPerCycle = <i64>credits;
  latency = latencyCycles;
  burst = burstBits;
}

export function restartDram(): void {
  freeAt = 0;
}

/** Bits of whole bursts that hold `bits`. */
@inline
export function burstsOf(bits: i64): i64 {
  return ((bits + burst - 1) / burst) * burst;
}

/** First cycle in which `bits` are there that are asked for in `cycle`; no later cycle has been asked in. */
export function fetch(cycle: i64, bits: i64): i64 {
  freeAt = max(freeAt, cycle) + ((bits << CREDIT_BITS) + creditsPerCycle - 1) / creditsPerCycle;
  return freeAt + latency;
}

/**
 * External DRAM behind one channel: fetches of weight rows, exchanges of chunks of states, served in the order in which they are asked for, of one cycle by
 * core id. A fetch of b bits that may start in cycle a starts when the channel is free, takes it for ceil(b / bits per cycle) cycles, and is complete
 * `latency` cycles after that. Cores of one cycle evaluate in the order of their ids, so a fetch is granted when it is asked for.
 * Not modelled: banks, refresh, open pages, the turn of the channel between reads and writes.
 */
let bitsPerCycle: f64 = 1;
let latency: i64 = 0;
let burst: i64 = 1;
let freeAt: i64 = 0;

export function setDram(bits: f64, latencyCycles: i32, burstBits: i32): void {
  bitsPerCycle = bits;
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

/** First cycle in which `bits` are there that are fetched from cycle `from` on. */
export function fetch(from: i64, bits: i64): i64 {
  freeAt = max(freeAt, from) + <i64>Math.ceil(<f64>bits / bitsPerCycle);
  return freeAt + latency;
}

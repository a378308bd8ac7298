/**
 * The DRAM channel of a compiled chip: the rules of parts/dram.ts. Cores of one cycle evaluate in the order of their ids, so a fetch is granted when
 * it is asked for.
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

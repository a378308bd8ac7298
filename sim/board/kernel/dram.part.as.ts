/**
 * External DRAM behind one channel. It serves fetches of weight rows and exchanges of chunks of states in the order of their requests; requests of one cycle by
 * core id, a core's states before its rows. A fetch is granted in the cycle of its request, because the cores evaluate in the order of their ids, the soma
 * first. The fetch starts when the channel is free, occupies it until the channel has gained credits for its bits (a fixed number per cycle), and is complete
 * `latency` cycles later.
 * Not modelled: banks, refresh, open pages, the turnaround of the channel between reads and writes.
 */
/** Credits per bit. The channel gains `creditsPerCycle` (CREDITS_PER_BIT of program/dram.ts). */
const CREDIT_BITS: i64 = 20;
let creditsPerCycle: i64 = 1;
let latency: i64 = 0;
let burst: i64 = 1;
let freeAt: i64 = 0;
/** Start of the last fetch's transfer. */
export let begunAt: i64 = 0;
/** Groups of a row are used while later ones arrive. */
export let streamsRows = false;

export function setDram(credits: f64, latencyCycles: i32, burstBits: i32, streams: i32): void {
  creditsPerCycle = <i64>credits;
  latency = latencyCycles;
  burst = burstBits;
  streamsRows = streams != 0;
}

export function restartDram(): void {
  freeAt = 0;
}

/** `bits`, rounded up to whole bursts. */
@inline
export function burstsOf(bits: i64): i64 {
  return ((bits + burst - 1) / burst) * burst;
}

@inline
function transferCycles(bits: i64): i64 {
  return ((bits << CREDIT_BITS) + creditsPerCycle - 1) / creditsPerCycle;
}

/** First cycle after the arrival of `bits` requested in `cycle`. Calls come in the order of cycles. */
export function fetch(cycle: i64, bits: i64): i64 {
  begunAt = max(freeAt, cycle);
  freeAt = begunAt + transferCycles(bits);
  return freeAt + latency;
}

/** First cycle after the arrival of the first `bits` of a fetch whose transfer began in `start`. */
export function arrivalOf(start: i64, bits: i64): i64 {
  return start + transferCycles(bits) + latency;
}

/** Event wheel and clock of the compiled kernel: flits (input VC, or core | 1) and credits (output VC) by the cycle of their arrival. */
export let cycle: i64 = 0;
let mask: i32 = 0;
let capacity: i32 = 0;
/** [slot] flits, credits; [slot][capacity] flits; [slot][capacity] credits. */
let counts: usize = 0;
export let flits: usize = 0;
export let credits: usize = 0;

export function wheelBytes(slots: i32, most: i32): i32 {
  return slots * 8 + 2 * slots * most * 4;
}

export function initWheel(at: usize, slots: i32, most: i32): void {
  mask = slots - 1;
  capacity = most;
  counts = at;
  flits = at + slots * 8;
  credits = flits + slots * most * 4;
}

export function advance(): void {
  cycle++;
}

export function setCycle(to: i64): void {
  cycle = to;
}

export function slotsOfWheel(): i32 {
  return mask + 1;
}

@inline
export function slotNow(): i32 {
  return <i32>cycle & mask;
}

@inline
export function flitsOf(slot: i32): usize {
  return flits + ((<usize>(slot * capacity)) << 2);
}

@inline
export function creditsOf(slot: i32): usize {
  return credits + ((<usize>(slot * capacity)) << 2);
}

/** Flits (0) or credits (4) of a slot; the count is cleared. */
@inline
export function takeCount(slot: i32, which: usize): i32 {
  const at = counts + (<usize>slot << 3) + which;
  const n = load<i32>(at);
  store<i32>(at, 0);
  return n;
}

@inline
export function putFlit(delay: i32, target: usize): void {
  const slot = (<i32>cycle + delay) & mask;
  const at = counts + (<usize>slot << 3);
  const n = load<i32>(at);
  store<i32>(at, n + 1);
  store<u32>(flitsOf(slot) + (<usize>n << 2), <u32>target);
}

@inline
export function putCredit(delay: i32, outputVc: usize): void {
  const slot = (<i32>cycle + delay) & mask;
  const at = counts + (<usize>slot << 3);
  const n = load<i32>(at, 4);
  store<i32>(at, n + 1, 4);
  store<u32>(creditsOf(slot) + (<usize>n << 2), <u32>outputVc);
}

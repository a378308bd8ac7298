/** Event wheel and clock of the compiled kernel: flits (input VC, or core | 1) and credits (output VC) by the cycle of their arrival. */
export let cycle: i64 = 0;
let mask: i32 = 0;
let capacity: i32 = 0;
/** [slot] where the next flit and the next credit go, u32 addresses; [slot][capacity] flits; [slot][capacity] credits. */
let ends: usize = 0;
/** Cycle in which something was put last. */
let lastPut: i64 = -1;
export let flits: usize = 0;
export let credits: usize = 0;

export function wheelBytes(slots: i32, most: i32): i32 {
  return slots * 8 + 2 * slots * most * 4;
}

export function initWheel(at: usize, slots: i32, most: i32): void {
  mask = slots - 1;
  lastPut = -1 - slots;
  capacity = most;
  ends = at;
  flits = at + slots * 8;
  credits = flits + slots * most * 4;
  for (let slot = 0; slot < slots; slot++) {
    store<u32>(at + (<usize>slot << 3), <u32>flitsOf(slot));
    store<u32>(at + (<usize>slot << 3), <u32>creditsOf(slot), 4);
  }
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

/** How many flits have come in a slot; its list is empty from now on. */
@inline
export function takeFlits(slot: i32): i32 {
  const at = ends + (<usize>slot << 3);
  const first = flitsOf(slot);
  const many = (load<u32>(at) - <u32>first) >> 2;
  store<u32>(at, <u32>first);
  return many;
}

/** Likewise of credits. */
@inline
export function takeCredits(slot: i32): i32 {
  const at = ends + (<usize>slot << 3);
  const first = creditsOf(slot);
  const many = (load<u32>(at, 4) - <u32>first) >> 2;
  store<u32>(at, <u32>first, 4);
  return many;
}

@inline
export function putFlit(delay: i32, target: usize): void {
  const at = ends + (<usize>((<i32>cycle + delay) & mask) << 3);
  const place = load<u32>(at);
  lastPut = cycle;
  store<u32>(at, place + 4);
  store<u32>(place, <u32>target);
}

@inline
export function putCredit(delay: i32, outputVc: usize): void {
  const at = ends + (<usize>((<i32>cycle + delay) & mask) << 3);
  const place = load<u32>(at, 4);
  lastPut = cycle;
  store<u32>(at, place + 4, 4);
  store<u32>(place, <u32>outputVc);
}

/** Whether nothing is under way. */
export function isStill(): bool {
  if (cycle > lastPut + mask) return true;
  for (let slot = 0; slot <= mask; slot++) {
    const at = ends + (<usize>slot << 3);
    if (load<u32>(at) != <u32>flitsOf(slot) || load<u32>(at, 4) != <u32>creditsOf(slot)) return false;
  }
  return true;
}

/** Event wheel and clock of the compiled kernel: flits (input, or core's end | 1) and credits (output VC), by the cycle of their arrival. */
import { Cell, inRow, nextInRow } from "../../../base/kernel/views.part.as";
import { Credits } from "./noc-records.part.as";

/** Arrivals of one cycle: where the next flit and the next credit are written. */
@unmanaged
class Slot {
  flits: Cell<usize>;
  credits: Cell<Credits>;
}

export let cycle: i64 = 0;
let mask: i32 = 0;
let capacity: i32 = 0;
/** [slot]; [slot][capacity] flits; [slot][capacity] credits. */
let slots: Slot = changetype<Slot>(0);
let flits: Cell<usize> = changetype<Cell<usize>>(0);
let credits: Cell<Credits> = changetype<Cell<Credits>>(0);
/** Last cycle in which an arrival was added. */
let lastPut: i64 = -1;

export function wheelBytes(count: i32, most: i32): u64 {
  return 8 * <u64>count * (1 + <u64>most);
}

export function initWheel(at: usize, count: i32, most: i32): void {
  mask = count - 1;
  lastPut = -1 - count;
  capacity = most;
  slots = changetype<Slot>(at);
  flits = changetype<Cell<usize>>(at + count * 8);
  credits = changetype<Cell<Credits>>(at + count * 8 + count * most * 4);
  for (let slot = 0; slot < count; slot++) {
    inRow(slots, slot).flits = flitsOf(slot);
    inRow(slots, slot).credits = creditsOf(slot);
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
export function flitsOf(slot: i32): Cell<usize> {
  return inRow(flits, slot * capacity);
}

@inline
export function creditsOf(slot: i32): Cell<Credits> {
  return inRow(credits, slot * capacity);
}

/** Returns the end of a slot's flits, and empties the slot. */
@inline
export function takeFlits(slot: i32): Cell<usize> {
  const now = inRow(slots, slot);
  const end = now.flits;
  now.flits = flitsOf(slot);
  return end;
}

/** The same for credits. */
@inline
export function takeCredits(slot: i32): Cell<Credits> {
  const now = inRow(slots, slot);
  const end = now.credits;
  now.credits = creditsOf(slot);
  return end;
}

@inline
export function putFlit(delay: i32, target: usize): void {
  const slot = inRow(slots, (<i32>cycle + delay) & mask);
  const place = slot.flits;
  lastPut = cycle;
  slot.flits = nextInRow(place);
  place.value = target;
}

@inline
export function putCredit(delay: i32, output: Credits): void {
  const slot = inRow(slots, (<i32>cycle + delay) & mask);
  const place = slot.credits;
  lastPut = cycle;
  slot.credits = nextInRow(place);
  place.value = output;
}

/** Whether no flit or credit is on its way. */
export function isStill(): bool {
  if (cycle > lastPut + mask) return true;
  for (let i = 0; i <= mask; i++) {
    const slot = inRow(slots, i);
    if (slot.flits != flitsOf(i) || slot.credits != creditsOf(i)) return false;
  }
  return true;
}

/**
 * Event wheel and clock of the compiled kernel: flits and credits (output VC), by the cycle of their arrival. Flits to inputs and flits to exits are lists of
 * their own: a branch on the kind of a target depends on the traffic, and cannot be predicted.
 */
import { Cell, inRow, nextInRow, recordAt, strideOf } from "../../../base/kernel/views.part.as";
import { Credits } from "./noc-records.part.as";

/** Arrivals of one cycle: where the next flit to an input, flit to an exit and credit are written. */
@unmanaged
class Slot {
  flits: Cell<usize>;
  exits: Cell<usize>;
  credits: Cell<Credits>;
}

export let cycle: i64 = 0;
let mask: i32 = 0;
let capacity: i32 = 0;
/** [slot]; [slot][capacity] flits to inputs, flits to exits, credits. */
let slots: Slot = changetype<Slot>(0);
let flits: Cell<usize> = changetype<Cell<usize>>(0);
let exits: Cell<usize> = changetype<Cell<usize>>(0);
let credits: Cell<Credits> = changetype<Cell<Credits>>(0);
/** Last cycle in which an arrival was added. */
let lastPut: i64 = -1;

export function wheelBytes(count: i32, most: i32): u64 {
  return <u64>count * (<u64>strideOf<Slot>() + 12 * <u64>most);
}

export function initWheel(at: usize, count: i32, most: i32): void {
  mask = count - 1;
  lastPut = -1 - count;
  capacity = most;
  slots = changetype<Slot>(at);
  flits = changetype<Cell<usize>>(inRow(slots, count));
  exits = inRow(flits, count * most);
  credits = changetype<Cell<Credits>>(inRow(exits, count * most));
  for (let slot = 0; slot < count; slot++) {
    inRow(slots, slot).flits = flitsOf(slot);
    inRow(slots, slot).exits = exitsOf(slot);
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
export function exitsOf(slot: i32): Cell<usize> {
  return inRow(exits, slot * capacity);
}

@inline
export function creditsOf(slot: i32): Cell<Credits> {
  return inRow(credits, slot * capacity);
}

/** Returns the end of a slot's flits to inputs, and empties the slot. */
@inline
export function takeFlits(slot: i32): Cell<usize> {
  const now = inRow(slots, slot);
  const end = now.flits;
  now.flits = flitsOf(slot);
  return end;
}

/** The same for flits to exits. */
@inline
export function takeExits(slot: i32): Cell<usize> {
  const now = inRow(slots, slot);
  const end = now.exits;
  now.exits = exitsOf(slot);
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

/** A flit to an input or, if the lowest bit of `target` is set, to an exit. */
@inline
export function putFlit(delay: i32, target: usize): void {
  const slot = inRow(slots, (<i32>cycle + delay) & mask);
  const list = recordAt<Cell<Cell<usize>>>(changetype<usize>(slot), (target & 1) * (offsetof<Slot>("exits") - offsetof<Slot>("flits")));
  const place = list.value;
  lastPut = cycle;
  list.value = nextInRow(place);
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
    if (slot.flits != flitsOf(i) || slot.exits != exitsOf(i) || slot.credits != creditsOf(i)) return false;
  }
  return true;
}

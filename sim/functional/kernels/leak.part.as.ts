/** Leaks: what stays of a state word per step, as a factor of 2^-gateBits or by the shift of what goes. All of a network are alike. */
import { leakByShift, shiftedProduct, unitOf } from "./requantise.part.as";

/** Fraction bits of factors and of the gates' tables. */
export let gateBits: i32 = 0;
export let leaksByShift: bool = false;

/** `byShift` 1: leaks hold shifts, 0: factors. */
export function setLeaks(bits: i32, byShift: i32): void {
  gateBits = bits;
  leaksByShift = byShift == 1;
}

/** What a leak leaves of `value`; `unit` is 2^-gateBits. */
@inline
export function leaked(value: i64, keep: i64, byShift: bool, unit: f64): i64 {
  return byShift ? leakByShift(value, keep) : shiftedProduct(keep, value, unit);
}

/** 2^-gateBits. */
@inline
export function gateUnit(): f64 {
  return unitOf(gateBits);
}

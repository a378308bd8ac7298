/** Leaks: what stays of a state word per step, as a factor of 2^-gateBits or by the shift of what goes. All of a network are alike. */
import { decayByShift, leakByShift, shiftedProduct, truncatedProduct, unitOf } from "./requantise.part.as";

/** A factor, the product to nearest; the shift of what goes; a factor, the product towards zero; the shift of what goes, at least a unit. */
export const LEAK_MULTIPLIER: i32 = 0;
export const LEAK_SHIFT: i32 = 1;
export const LEAK_TRUNCATE: i32 = 2;
export const LEAK_DECAY: i32 = 3;

/** Fraction bits of factors and of the gates' tables. */
export let gateBits: i32 = 0;
/** LEAK_.. */
export let leakRule: i32 = LEAK_MULTIPLIER;

export function setLeaks(bits: i32, rule: i32): void {
  gateBits = bits;
  leakRule = rule;
}

/** What a leak leaves of `value`; `unit` is 2^-gateBits. */
@inline
export function leaked(value: i64, keep: i64, rule: i32, unit: f64): i64 {
  if (rule == LEAK_SHIFT) return leakByShift(value, keep);
  if (rule == LEAK_MULTIPLIER) return shiftedProduct(keep, value, unit);
  return rule == LEAK_TRUNCATE ? truncatedProduct(keep, value, unit) : decayByShift(value, keep);
}

/** 2^-gateBits. */
@inline
export function gateUnit(): f64 {
  return unitOf(gateBits);
}

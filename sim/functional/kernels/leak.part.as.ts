/**
 * Leaks: the share of a state word that remains per step is a factor times 2^-gateBits; or the share that goes is given by a shift. All leaks of a network
 * follow one rule.
 */
import { decayByShift, leakByShift, shiftedProduct, truncatedProduct, unitOf } from "./requantise.part.as";

/** Rules: a factor, with the product rounded to nearest; a shift; a factor, with the product rounded towards zero; a shift that takes off at least one unit. */
export const LEAK_MULTIPLIER: i32 = 0;
export const LEAK_SHIFT: i32 = 1;
export const LEAK_TRUNCATE: i32 = 2;
export const LEAK_DECAY: i32 = 3;

/** Fraction bits of factors and of the gates' tables. */
export let gateBits: i32 = 0;
/** One of LEAK_.. */
export let leakRule: i32 = LEAK_MULTIPLIER;

export function setLeaks(bits: i32, rule: i32): void {
  gateBits = bits;
  leakRule = rule;
}

/** `value` after the leak; `unit` is 2^-gateBits. */
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

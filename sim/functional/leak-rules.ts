/**
 * Leaks of a state word by the description's rule: the oracles' arithmetic, and the number of each rule in the kernels.
 */
import type { Precision } from "../../arch/index.js";
import { decayByShift, leakByShift, shiftRound, shiftTruncate } from "../../base/math/rounding.js";

/** Precision keys that decide a leak. */
type LeakWords = Pick<Precision, "leak" | "gateBits" | "integers">;

/**
 * `value` after the leak: value * keep / 2^gateBits, rounded to nearest or towards zero; or value - (value >> keep),
 * for Xylo with a decay of at least one unit.
 */
export function leaked(value: number, keep: number, { leak, gateBits, integers }: LeakWords): number {
  if (integers === "xylo") return decayByShift(value, keep);
  if (leak === "shift") return leakByShift(value, keep);
  return leak === "truncate" ? shiftTruncate(keep * value, gateBits) : shiftRound(keep * value, gateBits);
}

const GLOBALS = {
  multiplier: "LEAK_MULTIPLIER",
  shift: "LEAK_SHIFT",
  truncate: "LEAK_TRUNCATE",
} as const satisfies { readonly [rule in Precision["leak"]]: string };

const XYLO = "LEAK_DECAY";

/** A kernel in which the host sets the leak rule. */
export interface LeakingKernel extends Readonly<Record<(typeof GLOBALS)[Precision["leak"]] | typeof XYLO, { readonly value: number }>> {
  /** `gateBits`: fraction bits of factors; `rule`: one of LEAK_.. */
  setLeaks(gateBits: number, rule: number): void;
}

export function setLeaks(kernel: LeakingKernel, { gateBits, leak, integers }: LeakWords): void {
  kernel.setLeaks(gateBits, kernel[integers === "xylo" ? XYLO : GLOBALS[leak]].value);
}

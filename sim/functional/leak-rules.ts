/** Leaks of a state word by the description's rule: the oracles' arithmetic, and what the kernels call each rule. */
import type { Precision } from "../../arch/index.js";
import { decayByShift, leakByShift, shiftRound, shiftTruncate } from "../../base/math/rounding.js";

/** What decides how states leak. */
type LeakWords = Pick<Precision, "leak" | "gateBits" | "integers">;

/**
 * What stays of `value`: value * keep / 2^gateBits to nearest or towards zero, or value - (value >> keep), of Xylo at
 * least a unit less.
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

/** A kernel whose leaks the host sets. */
export interface LeakingKernel extends Readonly<Record<(typeof GLOBALS)[Precision["leak"]] | typeof XYLO, { readonly value: number }>> {
  /** Fraction bits of factors, and LEAK_.. */
  setLeaks(gateBits: number, rule: number): void;
}

export function setLeaks(kernel: LeakingKernel, { gateBits, leak, integers }: LeakWords): void {
  kernel.setLeaks(gateBits, kernel[integers === "xylo" ? XYLO : GLOBALS[leak]].value);
}

/** Leaks of a state word by the description's rule: the oracles' arithmetic, and what the kernels call each rule. */
import type { Precision } from "../../arch/index.js";
import { leakByShift, shiftRound, shiftTruncate } from "../../base/math/rounding.js";

/** What stays of `value`: value * keep / 2^gateBits to nearest or towards zero, or value - (value >> keep). */
export function leaked(value: number, keep: number, { leak, gateBits }: Pick<Precision, "leak" | "gateBits">): number {
  if (leak === "shift") return leakByShift(value, keep);
  return leak === "truncate" ? shiftTruncate(keep * value, gateBits) : shiftRound(keep * value, gateBits);
}

const GLOBALS = {
  multiplier: "LEAK_MULTIPLIER",
  shift: "LEAK_SHIFT",
  truncate: "LEAK_TRUNCATE",
} as const satisfies { readonly [rule in Precision["leak"]]: string };

/** A kernel whose leaks the host sets. */
export interface LeakingKernel extends Readonly<Record<(typeof GLOBALS)[Precision["leak"]], { readonly value: number }>> {
  /** Fraction bits of factors, and LEAK_.. */
  setLeaks(gateBits: number, rule: number): void;
}

export function setLeaks(kernel: LeakingKernel, { gateBits, leak }: Pick<Precision, "leak" | "gateBits">): void {
  kernel.setLeaks(gateBits, kernel[GLOBALS[leak]].value);
}

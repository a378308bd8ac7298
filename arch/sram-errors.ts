/**
 * How far the price laws of SRAM macros may be off (`components/sram_cacti7_residuals.csv`, which
 * `scripts/write-residuals.ts` writes).
 *
 * - A macro of its own: the rms error of its node's fit, wider to one side, as the residuals over CACTI's 1,566 macros
 * are.
 * - All macros of a quantity: the exponents of capacity and word may be others. Known is one memory compiler that is
 *   independent of CACTI, IHP's SG13G2 at 130 nm; how far its exponents lie from CACTI's is taken as one standard
 *   deviation, at least what CACTI's own fits differ by over nodes and cells.
 */
import type { Technology } from "./chip.js";
import { num, table } from "./component-tables.js";
import type { Sides } from "./law-fit.js";
import { fitError, type SramQuantity } from "./sram.js";

/**
 * Largest standard deviation of a fitted exponent over the 18 nodes and cells of `sram_cacti7_fit.csv`: of the access
 * time's.
 */
const LEAST_EXPONENT_SIGMA = 0.04;

/** What the exponents' error is nothing at: the macro of the leakage table, in the middle of CACTI's grid. */
export const EXPONENT_REFERENCE = { sizeBits: 32 * 8192, wordBits: 64 };

/** Standard deviations of ln(price) of one macro. */
export function macroError(technology: Technology, quantity: SramQuantity): Sides {
  const row = residualsOf(quantity);
  const error = fitError(technology, quantity);
  return { down: error * num(row, "down"), up: error * num(row, "up") };
}

/** Standard deviations of the exponents. */
export function exponentErrors(quantity: SramQuantity): { readonly capacity: number; readonly word: number } {
  // IHP's files give no cycle time; the longer part of a cycle is the access
  const row = residualsOf(quantity === "cycle_ns" ? "access_ns" : quantity);
  const apart = (name: string): number =>
    Math.max(LEAST_EXPONENT_SIGMA, Math.abs(num(row, `ihp_${name}_exp`) - num(row, `cacti_${name}_exp`)));
  return { capacity: apart("capacity"), word: apart("word") };
}

function residualsOf(quantity: SramQuantity) {
  const row = table("sram_cacti7_residuals").find((candidate) => candidate.quantity === quantity);
  if (row === undefined) throw new RangeError(`sram_cacti7_residuals.csv has no ${quantity}`);
  return row;
}

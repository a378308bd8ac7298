/**
 * Errors of the price laws of SRAM macros (`components/sram_cacti7_residuals.csv`, which `scripts/write-residuals.ts`
 * writes).
 *
 * - A single macro: the rms error of its node's fit, wider to one side, like the residuals over CACTI's 1,566 macros.
 * - All macros of a quantity: errors of the exponents of capacity and word. One memory compiler that is independent of
 * CACTI is known, IHP's SG13G2 at 130 nm. The distance of its exponents from CACTI's is taken as one standard
 * deviation, with the spread of CACTI's own fits over nodes and cells as a lower bound.
 * - Several banks over one (`components/sram_cacti7_ratios.csv`): from 64 KiB on, the spread of CACTI's own ratios; of
 * small memories, the rms distance of the law from IHP's macros; between, straight over the size, as the law.
 * - 1R1W over 1RW: the spread of CACTI's own ratios, of which the law takes the mean. That of reads rises from 1.13 (64
 * B) to 1.74 (64 KiB); IHP's macros of two ports read for as much as those of one, and leak 1.61 times as much.
 */
import type { Memory, Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import type { Sides } from "./law-fit.js";
import { gridShare } from "./memories/periphery.js";
import { fitError, type SramQuantity } from "./sram.js";

/**
 * Largest standard deviation of a fitted exponent over the 18 nodes and cells of `sram_cacti7_fit.csv`, that of the
 * access time.
 */
const LEAST_EXPONENT_SIGMA = 0.04;

/** The macro at which errors of exponents have no effect: that of the leakage table, in the middle of CACTI's grid. */
export const EXPONENT_REFERENCE = { sizeBits: 32 * 8192, wordBits: 64 };

/** Standard deviations of ln(price) of one macro. */
export function macroError(technology: Technology, quantity: SramQuantity): Sides {
  const row = rowOf("sram_cacti7_residuals", quantity);
  const error = fitError(technology, quantity);
  return { down: error * num(row, "down"), up: error * num(row, "up") };
}

/** Standard deviations of the exponents. */
export function exponentErrors(quantity: SramQuantity): { readonly capacity: number; readonly word: number } {
  const row = rowOf("sram_cacti7_residuals", inIhp(quantity));
  const apart = (name: string): number =>
    Math.max(LEAST_EXPONENT_SIGMA, Math.abs(num(row, `ihp_${name}_exp`) - num(row, `cacti_${name}_exp`)));
  return { capacity: apart("capacity"), word: apart("word") };
}

/** Standard deviation of ln(price of several banks / price of one bank). */
export function bankError(quantity: SramQuantity, { sizeBits, banks }: Pick<Memory, "sizeBits" | "banks">): number {
  if (banks === 1) return 0;
  const share = gridShare(sizeBits);
  const ihp = num(rowOf("sram_cacti7_ratios", inIhp(quantity)), "banks_ihp_rms");
  return share * num(rowOf("sram_cacti7_ratios", quantity), "banks_sd") + (1 - share) * ihp;
}

/** Standard deviation of ln(price of 1R1W / price of 1RW). */
export const portError = (quantity: SramQuantity): number => num(rowOf("sram_cacti7_ratios", quantity), "ports_sd");

/** IHP's files have no cycle time; the access is the longer part of a cycle. */
const inIhp = (quantity: SramQuantity): SramQuantity => (quantity === "cycle_ns" ? "access_ns" : quantity);

function rowOf(name: "sram_cacti7_residuals" | "sram_cacti7_ratios", quantity: SramQuantity): Row {
  const row = table(name).find((candidate) => candidate.quantity === quantity);
  if (row === undefined) throw new RangeError(`${name}.csv has no ${quantity}`);
  return row;
}

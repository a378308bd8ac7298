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
 * - Leakage over temperature: CACTI's six nodes rise 6 to 98 times up to 400 K (`lstp`), without an order by node that
 * a law could follow. The spread of their logarithms, over the distance from 300 K, is taken as one standard deviation
 * per kelvin.
 * - Leakage at a corner: its ratio was measured away from 298 K and divided by that law, so it has the law's error over
 * that distance. That it holds at other nodes is a guess beside.
 */
import { square } from "../base/math.js";
import type { SramCell, Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import type { Sides } from "./law-fit.js";
import { gridShare, type SramShape } from "./memories/periphery.js";
import { cornerKelvin } from "./process-corner.js";
import { CORNER_CELL, fitError, leakagePointsOf, PER_BANK, pricedAs, type SramQuantity } from "./sram.js";

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
export function bankError(quantity: SramQuantity, memory: SramShape): number {
  if (memory.banks === 1) return 0;
  const share = gridShare(PER_BANK.has(quantity) ? pricedAs(quantity, memory).sizeBits : memory.sizeBits);
  const ihp = num(rowOf("sram_cacti7_ratios", inIhp(quantity)), "banks_ihp_rms");
  return share * num(rowOf("sram_cacti7_ratios", quantity), "banks_sd") + (1 - share) * ihp;
}

/** Standard deviation of ln(price of 1R1W / price of 1RW). */
export const portError = (quantity: SramQuantity): number => num(rowOf("sram_cacti7_ratios", quantity), "ports_sd");

const KELVIN_OF_TABLE = 300;
const perKelvin = new Map<SramCell, number>();
/** Standard deviation of ln(leakage) per kelvin from 300 K, for all parts with this family of cells. */
function temperatureError(cell: SramCell): number {
  const known = perKelvin.get(cell);
  if (known !== undefined) return known;
  const points = leakagePointsOf(cell).filter(([kelvin]) => kelvin !== KELVIN_OF_TABLE);
  const spreads = [...new Set(points.map(([kelvin]) => kelvin))].map((kelvin) => {
    const all = points.filter(([at]) => at === kelvin).map(([, ln]) => ln);
    const mean = all.reduce((sum, ln) => sum + ln, 0) / all.length;
    return Math.sqrt(all.reduce((sum, ln) => sum + square(ln - mean), 0) / (all.length - 1)) / (kelvin - KELVIN_OF_TABLE);
  });
  const made = Math.sqrt(spreads.reduce((sum, spread) => sum + square(spread), 0) / spreads.length);
  perKelvin.set(cell, made);
  return made;
}

/** Standard deviations of ln(leakage) at the chip's temperature and at its corner. */
export function leakageErrors({ sramCell, temperatureK, corner }: Pick<Technology, "sramCell" | "temperatureK" | "corner">): {
  readonly temperature: number;
  readonly corner: number;
} {
  return {
    temperature: temperatureError(sramCell) * (temperatureK - KELVIN_OF_TABLE),
    corner: temperatureError(CORNER_CELL) * cornerKelvin(corner),
  };
}

/** IHP's files have no cycle time; the access is the longer part of a cycle. */
const inIhp = (quantity: SramQuantity): SramQuantity => (quantity === "cycle_ns" ? "access_ns" : quantity);

function rowOf(name: "sram_cacti7_residuals" | "sram_cacti7_ratios", quantity: SramQuantity): Row {
  const row = table(name).find((candidate) => candidate.quantity === quantity);
  if (row === undefined) throw new RangeError(`${name}.csv has no ${quantity}`);
  return row;
}

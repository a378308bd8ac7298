/**
 * Costs of an SRAM macro's periphery, and the range of CACTI's power laws.
 *
 * - Area: up to 64 KiB a bit takes the area that it has in a macro of 64 KiB x 32 bits, beyond that the area of the
 * fit. The periphery of a macro with words of w bits takes the area of c + d w such bits; c and d are fitted to IHP's
 * 18 one-port macros of 256 B to 32 KiB (`sram_periphery.csv`, rms 6 %). CACTI has hardly any periphery: 0.14 um2 per
 * bit at 64 B, 0.11 at 64 KiB, where IHP's area falls by 3.4 times.
 * - CACTI's grid: 64 B to 4 MiB, words of 8 to 256 bits, 32 words or more, up to 8 banks. A smaller macro has the
 * energies, leakage and times of the smallest one with its word width: IHP's read energy, extrapolated from 32 words to
 * none, falls by only 5 %.
 * - A word of more than 256 bits is split over macros of 256 bits; the last one counts by its share, so a wider word
 * never costs less.
 * Not modelled: parts of a periphery that banks share.
 */
import type { Memory } from "../chip.js";
import { num, type Row, table } from "../component-tables.js";

export const PERIPHERY_SOURCE = "size of a bit by published cells; periphery as in IHP SG13G2 macros";

export const PERIPHERY_KIB = 64;

const KIB_BITS = 8192;
const GRID = { leastBits: 512, mostBits: 4096 * KIB_BITS, leastWord: 8, mostWord: 256, leastWords: 32, mostBanks: 8 } as const;

/** The equal macros side by side as which a memory is priced; the last one counts in part. */
export interface SramGeometry {
  readonly macros: number;
  /** Of one macro, limited to the range of the power laws. */
  readonly sizeKib: number;
  readonly wordBits: number;
  /** Of one macro, not limited. */
  readonly bits: number;
  readonly ownWordBits: number;
  /** How the memory is outside of CACTI's grid; null: it is inside. */
  readonly beyond: string | null;
}

export function sramGeometry({ sizeBits, wordBits, banks }: Pick<Memory, "sizeBits" | "wordBits" | "banks">): SramGeometry {
  const macros = Math.max(1, wordBits / GRID.mostWord);
  const ownWordBits = wordBits / macros;
  const bits = sizeBits / macros;
  const priced = Math.max(ownWordBits, GRID.leastWord);
  const least = Math.max(GRID.leastBits, GRID.leastWords * banks * priced);
  const shape = { macros, sizeKib: Math.max(bits, least) / KIB_BITS, wordBits: priced, bits, ownWordBits };
  return { ...shape, beyond: beyondOf(bits, ownWordBits, least, banks) };
}

function beyondOf(bits: number, wordBits: number, least: number, banks: number): string | null {
  if (wordBits < GRID.leastWord) return `words below ${GRID.leastWord} bits`;
  if (bits < least) return bits < GRID.leastBits ? "below 64 B" : `below ${GRID.leastWords} words`;
  if (bits > GRID.mostBits) return "above 4 MiB";
  return banks > GRID.mostBanks ? `above ${GRID.mostBanks} banks` : null;
}

let periphery: { readonly bits: number; readonly perWordBit: number } | null = null;
/** Area of a macro's periphery, in bits of a macro of `PERIPHERY_KIB`. */
export function peripheryBits(wordBits: number): number {
  if (periphery === null) {
    const row = table("sram_periphery").find(({ quantity }) => quantity === "area_mm2") as Row;
    periphery = { bits: num(row, "bits"), perWordBit: num(row, "bits_per_word_bit") };
  }
  return periphery.bits + periphery.perWordBit * wordBits;
}

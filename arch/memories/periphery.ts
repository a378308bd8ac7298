/**
 * Costs of an SRAM macro's periphery, how banks divide a memory into macros, and the range of CACTI's grid.
 *
 * - Area: up to 64 KiB a bit takes the area that it has in a macro of 64 KiB x 32 bits, beyond that the area of the
 * fit. The periphery of a macro with words of w bits takes the area of c + d w such bits; c and d are fitted to IHP's
 * 18 one-port macros of 256 B to 32 KiB (`sram_periphery.csv`, rms 6 %). CACTI has hardly any periphery: 0.14 um2 per
 * bit at 64 B, 0.11 at 64 KiB, where IHP's area falls by 3.4 times.
 * - CACTI's grid: 64 B to 4 MiB, words of 8 to 256 bits, 32 words or more. Several banks: 1RW, 64 KiB or more, words of
 * 32 to 128 bits, up to 8 banks. 1R1W: one bank, words of 16 to 128 bits, up to 512 KiB. A smaller macro has the
 * energies, leakage and times of the smallest one with its word width: IHP's read energy, extrapolated from 32 words to
 * none, falls by only 5 %.
 * - Banks: from 64 KiB on by the grid's ratio of several banks to one. A small banked memory is as many macros as
 * banks: each has its periphery, and a read or a write costs that of one bank. Between, the ratio's share is the size
 * over 64 KiB, so no price jumps there. Over IHP's 22 pairs of equal memories in one macro and in 2, 4 or 8 (2 to 32
 * KiB): mean ln 0.00 of reads and areas, rms in `sram_cacti7_ratios.csv`; the grid's ratio alone is off by 0.56 and
 * -0.27.
 * - More than 8 banks have the area and leakage of groups of 8, each with its share of the memory. CACTI's ratio,
 * carried on beyond its rows, had lost the periphery of each bank: 64 KiB in 256 banks had 0.2 times the area of as
 * many macros.
 * - A word of more than 256 bits is split over macros of 256 bits; the last one counts by its share, so a wider word
 * never costs less.
 * Not modelled: wires between the banks of a small memory, and what banks share. CACTI's ratios have both.
 */
import type { Memory } from "../chip.js";
import { num, type Row, table } from "../component-tables.js";

export const PERIPHERY_SOURCE = "size of a bit by published cells; periphery as in IHP SG13G2 macros";

export const PERIPHERY_KIB = 64;

const KIB_BITS = 8192;
const GRID = { leastBits: 512, mostBits: 4096 * KIB_BITS, leastWord: 8, mostWord: 256, leastWords: 32 } as const;
const BANKED = { leastBits: 64 * KIB_BITS, leastWord: 32, mostWord: 128, mostBanks: 8 } as const;
const TWO_PORTS = { mostBits: 512 * KIB_BITS, leastWord: 16, mostWord: 128 } as const;

export type SramShape = Pick<Memory, "sizeBits" | "wordBits" | "banks" | "ports">;

/** The equal macros side by side as which a memory is priced; the last one counts in part. */
export interface SramGeometry {
  readonly macros: number;
  /** Of all banks of one macro, not limited. */
  readonly bits: number;
  readonly ownWordBits: number;
  /** The same, limited to the range of the power laws. */
  readonly lawBits: number;
  readonly lawWordBits: number;
  /** How the memory is outside of CACTI's grid; null: it is inside. */
  readonly beyond: string | null;
}

export function sramGeometry(memory: SramShape): SramGeometry {
  const { sizeBits, wordBits, banks } = memory;
  const macros = Math.max(1, wordBits / GRID.mostWord);
  const ownWordBits = wordBits / macros;
  const bits = sizeBits / macros;
  const lawWordBits = Math.max(ownWordBits, GRID.leastWord);
  const leastBankBits = Math.max(GRID.leastBits, GRID.leastWords * lawWordBits);
  const lawBits = Math.max(bits, leastBankBits * banks);
  return { macros, bits, ownWordBits, lawBits, lawWordBits, beyond: beyondOf(memory, bits, ownWordBits, leastBankBits) };
}

/** Groups of at most as many banks as the grid has; more banks than that have the area and leakage of such groups. */
export const bankGroups = (banks: number): number => Math.max(1, banks / BANKED.mostBanks);

/** Share of the grid's ratio of banks in the price of a memory of this size; the rest is that of a macro per bank. */
export const gridShare = (sizeBits: number): number => Math.min(1, sizeBits / BANKED.leastBits);

function beyondOf({ sizeBits, banks, ports }: SramShape, bits: number, wordBits: number, leastBankBits: number): string | null {
  const outside = ({ leastWord, mostWord }: { readonly leastWord: number; readonly mostWord: number }): boolean =>
    wordBits < leastWord || wordBits > mostWord;
  const bankBits = bits / banks;
  if (wordBits < GRID.leastWord) return `words below ${GRID.leastWord} bits`;
  if (bankBits < leastBankBits)
    return `${banks > 1 ? "banks " : ""}below ${bankBits < GRID.leastBits ? "64 B" : `${GRID.leastWords} words`}`;
  if (bits > GRID.mostBits) return "above 4 MiB";
  if (banks > BANKED.mostBanks) return `above ${BANKED.mostBanks} banks`;
  if (ports === "1r1w") {
    if (banks > 1) return "1R1W with banks";
    if (outside(TWO_PORTS)) return `1R1W with words beyond ${TWO_PORTS.leastWord} to ${TWO_PORTS.mostWord} bits`;
    return bits > TWO_PORTS.mostBits ? "1R1W above 512 KiB" : null;
  }
  const isByGrid = banks > 1 && gridShare(sizeBits) === 1;
  return isByGrid && outside(BANKED) ? `banks with words beyond ${BANKED.leastWord} to ${BANKED.mostWord} bits` : null;
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

/**
 * Resources of an FPGA for a memory with one read and one write port: block RAMs in the shape that needs the fewest, or
 * look-up tables for a small memory. Every part of a word that is written alone needs a write enable, so narrow parts
 * waste bits. The choice follows Yosys (`memory_libmap`) approximately: a block costs 128, a memory of 16 x 4 in tables
 * 4, a multiplexer input after it 1/2 per bit.
 * Not modelled: mixed shapes within a memory, multiplexers after blocks (the law of look-up tables includes them),
 * UltraRAM; removed constant bits, which make a read-only memory up to a sixth smaller.
 */
import type { BlockShape, FpgaDevice } from "./devices.js";

export interface MemoryNeed {
  readonly words: number;
  readonly wordBits: number;
  /** Bits of a word that can be written alone; null: only whole words. */
  readonly maskBits: number | null;
}

interface MemoryBlocks {
  readonly blockRams: number;
  readonly luts: number;
}

/** Bits of a shape's words that one word of the memory takes, unused bits beside its parts included. */
function takenBits({ wordBits, maskBits }: MemoryNeed, shapeBits: number, enableBits: number): number {
  if (maskBits === null || maskBits >= wordBits) return wordBits;
  const lane = Math.min(shapeBits, enableBits);
  return (wordBits / maskBits) * Math.ceil(maskBits / lane) * lane;
}

/** Block RAMs for a memory without look-up tables. */
function blocksFor(need: MemoryNeed, { blockShapes, enableBits }: FpgaDevice): number {
  return Math.min(
    ...blockShapes.map(({ words, bits }) => Math.ceil(takenBits(need, bits, enableBits) / bits) * Math.ceil(need.words / words)),
  );
}

const COST = { block: 128, cell: 4, input: 0.5 } as const;

/** Number of memories of a shape in tables, across the width and along the depth. */
function cellsFor(need: MemoryNeed, { words, bits }: BlockShape): { readonly across: number; readonly behind: number } {
  return { across: Math.ceil(takenBits(need, bits, bits) / bits), behind: Math.ceil(need.words / words) };
}

/** Look-up tables of a small memory. */
function tablesFor(need: MemoryNeed, { distributed }: FpgaDevice): number {
  const { across, behind } = cellsFor(need, distributed);
  return across * behind * distributed.luts;
}

/** Block RAMs and look-up tables of a memory. */
export function memoryBlocks(need: MemoryNeed, device: FpgaDevice): MemoryBlocks {
  if (need.words === 0 || need.wordBits === 0) return { blockRams: 0, luts: 0 };
  const blockRams = blocksFor(need, device);
  const { across, behind } = cellsFor(need, { words: 16, bits: 4 });
  const inTables = COST.cell * across * behind + COST.input * need.wordBits * (behind - 1);
  return inTables < COST.block * blockRams ? { blockRams: 0, luts: tablesFor(need, device) } : { blockRams, luts: 0 };
}

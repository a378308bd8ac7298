/**
 * What an FPGA takes for a memory with a port that reads and one that writes: block RAMs in the shape that takes
 * fewest, or tables where the memory is small. Parts of a word that are written alone need a write enable each, so that
 * narrow parts waste bits. The choice is near Yosys' (`memory_libmap`): a block costs 128, a memory of 16 x 4 in tables
 * 4, an input of the multiplexer behind it 1/2 per bit.
 * Not modelled: shapes mixed within a memory, multiplexers behind blocks (they are in the law of the tables), UltraRAM;
 * a memory that is only read takes up to a sixth less, as constant bits of its words are left out.
 */
import type { BlockShape, FpgaDevice } from "./devices.js";

export interface MemoryNeed {
  readonly words: number;
  readonly wordBits: number;
  /** Bits of a word that are written alone; null: whole words. */
  readonly maskBits: number | null;
}

interface MemoryBlocks {
  readonly blockRams: number;
  readonly luts: number;
}

/** Bits of a shape's words that a memory's word takes, with those that lie idle beside its parts. */
function takenBits({ wordBits, maskBits }: MemoryNeed, shapeBits: number, enableBits: number): number {
  if (maskBits === null || maskBits >= wordBits) return wordBits;
  const lane = Math.min(shapeBits, enableBits);
  return (wordBits / maskBits) * Math.ceil(maskBits / lane) * lane;
}

/** Block RAMs that hold a memory without any table. */
function blocksFor(need: MemoryNeed, { blockShapes, enableBits }: FpgaDevice): number {
  return Math.min(
    ...blockShapes.map(({ words, bits }) => Math.ceil(takenBits(need, bits, enableBits) / bits) * Math.ceil(need.words / words)),
  );
}

const COST = { block: 128, cell: 4, input: 0.5 } as const;

/** Memories of `shape` in tables, side by side and behind each other. */
function cellsFor(need: MemoryNeed, { words, bits }: BlockShape): { readonly across: number; readonly behind: number } {
  return { across: Math.ceil(takenBits(need, bits, bits) / bits), behind: Math.ceil(need.words / words) };
}

/** Tables of a small memory. */
function tablesFor(need: MemoryNeed, { distributed }: FpgaDevice): number {
  const { across, behind } = cellsFor(need, distributed);
  return across * behind * distributed.luts;
}

/** Block RAMs and tables that hold a memory. */
export function memoryBlocks(need: MemoryNeed, device: FpgaDevice): MemoryBlocks {
  if (need.words === 0 || need.wordBits === 0) return { blockRams: 0, luts: 0 };
  const blockRams = blocksFor(need, device);
  const { across, behind } = cellsFor(need, { words: 16, bits: 4 });
  const inTables = COST.cell * across * behind + COST.input * need.wordBits * (behind - 1);
  return inTables < COST.block * blockRams ? { blockRams: 0, luts: tablesFor(need, device) } : { blockRams, luts: 0 };
}

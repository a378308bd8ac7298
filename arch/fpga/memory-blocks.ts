/**
 * Resources of an FPGA for a memory with one read and one write port: block RAMs in the shape that needs the fewest, or
 * look-up tables for a small memory. Every part of a word that is written alone needs a write enable, so narrow parts
 * waste bits. The choice follows Yosys (`memory_libmap`) approximately: it takes what costs less by the device's costs
 * (`devices.ts`), where a multiplexer input behind a memory in tables costs 1/2 per bit. It is what Yosys takes for the
 * memories and queues of docs/logs/fpga-memories.json (`scripts/fpga-memories.ts`).
 * Not modelled: mixed shapes within a memory, multiplexers after blocks (the law of look-up tables includes them),
 * UltraRAM; removed constant bits, which make a read-only memory up to a sixth smaller.
 */
import type { FpgaDevice, TableShape } from "./devices.js";

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

/** What a multiplexer input behind a memory costs. */
const INPUT_COST = 0.5;

interface InTables {
  readonly luts: number;
  readonly cost: number;
}

/** A memory in tables of one shape: as many across the width and along the depth as it needs. */
function tablesFor(need: MemoryNeed, { words, bits, luts, cost, costsByWidth }: TableShape): InTables {
  const behind = Math.ceil(need.words / words);
  const across = Math.ceil(takenBits(need, bits, bits) / bits);
  const whole = costsByWidth ? need.wordBits / bits : across;
  return { luts: across * behind * luts, cost: cost * whole * behind + INPUT_COST * need.wordBits * (behind - 1) };
}

/** Block RAMs and look-up tables of a memory. */
export function memoryBlocks(need: MemoryNeed, device: FpgaDevice): MemoryBlocks {
  if (need.words === 0 || need.wordBits === 0) return { blockRams: 0, luts: 0 };
  const blockRams = blocksFor(need, device);
  const tables = device.tableShapes.map((shape) => tablesFor(need, shape)).reduce((a, b) => (b.cost < a.cost ? b : a));
  return tables.cost < device.blockCost * blockRams ? { blockRams: 0, luts: tables.luts } : { blockRams, luts: 0 };
}

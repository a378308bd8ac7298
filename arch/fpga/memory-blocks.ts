/**
 * Resources of an FPGA for a memory with one read and one write port: block RAMs in the shape that needs the fewest, or
 * look-up tables for a small memory. Every part of a word that is written alone needs a write enable, so narrow parts
 * waste bits. The choice follows Yosys (`memory_libmap`) approximately: it takes what costs less by the device's costs
 * (`devices.ts`). If a memory lies in several rows of tables, each row costs 1/2 per write enable besides, and each row
 * but one 1/2 per bit of a word, for the multiplexer of reads. It is what Yosys takes for the memories and queues of
 * docs/logs/fpga-memories.json (`scripts/fpga-memories.ts`).
 *
 * Yosys builds no constants from memories in tables: those that are read at once, within the cycle of their address,
 * fit in no block RAM, whose reads are clocked, and are logic; others are where they cost less, in block RAMs or as a
 * table per device's number of words and bit. Contents are taken as random; regular ones need less.
 * Not modelled: mixed shapes within a memory, multiplexers after blocks (the law of look-up tables includes them),
 * UltraRAM; removed constant bits, which make a read-only memory up to a sixth smaller.
 */
import type { FpgaDevice, TableShape } from "./devices.js";

export interface MemoryNeed {
  readonly words: number;
  readonly wordBits: number;
  /** Bits of a word that can be written alone; null: only whole words. */
  readonly maskBits: number | null;
  /** Constants are never written; at once: their word is there in the cycle of its address. */
  readonly kind: "written" | "constant" | "constant at once";
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

interface InTables {
  readonly luts: number;
  readonly cost: number;
}

/** Write enables of a word, one per part that is written alone. */
const enablesOf = ({ wordBits, maskBits }: MemoryNeed): number => (maskBits === null ? 1 : Math.ceil(wordBits / maskBits));

/** A memory in tables of one shape: as many across the width and along the depth as it needs. */
function tablesFor(need: MemoryNeed, { words, bits, luts, cost, costsByWidth }: TableShape): InTables {
  const behind = Math.ceil(need.words / words);
  const across = Math.ceil(takenBits(need, bits, bits) / bits);
  const whole = costsByWidth ? need.wordBits / bits : across;
  const inputs = behind === 1 ? 0 : need.wordBits * (behind - 1) + enablesOf(need) * behind;
  return { luts: across * behind * luts, cost: Math.floor(cost * whole * behind + inputs / 2) };
}

/**
 * Tables of constants that no slice joins, as a multiple of those that hold the bits alone: what Yosys takes for 129 to
 * 2,048 random words is 0.85 to 1.19 times the rule (docs/logs/fpga-memories.json).
 */
const DEEP_TIMES = 4 / 3;

/**
 * Look-up tables of constants: a power of two per bit, which a slice joins; it is what Yosys takes for random contents.
 */
function constantLuts({ words, wordBits }: MemoryNeed, { constants }: FpgaDevice): number {
  if (words > constants.joinedWords) return wordBits * Math.ceil((DEEP_TIMES * words) / constants.words);
  let tables = 1;
  while (tables * constants.words < words) tables *= 2;
  return wordBits * tables;
}

/**
 * What Yosys adds to the blocks of a memory of constants before it compares them with logic
 * (docs/logs/fpga-memories.json).
 */
const CONSTANTS_COST = 2;

/** Block RAMs and look-up tables of a memory. */
export function memoryBlocks(need: MemoryNeed, device: FpgaDevice): MemoryBlocks {
  if (need.words === 0 || need.wordBits === 0) return { blockRams: 0, luts: 0 };
  const blockRams = blocksFor(need, device);
  if (need.kind !== "written") {
    const isInBlocks = Math.floor((need.words * need.wordBits) / device.constants.words) > device.blockCost * blockRams + CONSTANTS_COST;
    return need.kind === "constant" && isInBlocks ? { blockRams, luts: 0 } : { blockRams: 0, luts: constantLuts(need, device) };
  }
  const tables = device.tableShapes.map((shape) => tablesFor(need, shape)).reduce((a, b) => (b.cost < a.cost ? b : a));
  return tables.cost <= device.blockCost * blockRams ? { blockRams: 0, luts: tables.luts } : { blockRams, luts: 0 };
}

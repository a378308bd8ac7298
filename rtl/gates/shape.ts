/**
 * What a design consists of before it becomes gates: registers, multipliers and memories with their sizes, by part of
 * the core. Read from Yosys's netlist after memories are collected and widths reduced.
 */
import { numberOf, partOf, type YosysCell, type YosysModules } from "./netlist.js";

interface Multiplier {
  readonly part: string;
  readonly aBits: number;
  readonly bBits: number;
}

interface MemoryBlock {
  readonly path: string;
  readonly words: number;
  readonly wordBits: number;
  readonly bits: number;
  /** False for queues, which become registers. */
  readonly isSram: boolean;
}

export interface Shape {
  /** Bits by part, in registers and in queues that become registers. */
  readonly registerBits: { readonly [part: string]: number };
  readonly multipliers: readonly Multiplier[];
  readonly memories: readonly MemoryBlock[];
}

/** Modules whose memories are kept when the rest becomes gates: the wrapper of macros, and the cell with a table. */
export const SRAM_MODULES: readonly string[] = ["sram", "rec"];

/** The library's module from which an instance's module was made. */
const origin = (type: string): string => type.split("\\").at(-1) ?? "";

/** Smaller multipliers are addresses and masks. */
const LEAST_MULTIPLIER_BITS = 2;

export function shapeOf(modules: YosysModules, top: string): Shape {
  const registerBits: { [part: string]: number } = {};
  const multipliers: Multiplier[] = [];
  const memories: MemoryBlock[] = [];
  const take = (path: string, module: string, name: string, cell: YosysCell): void => {
    const part = partOf(path);
    if (/^\$(a|s)?dff/.test(cell.type) || /^\$(ad|sd|al)ff/.test(cell.type))
      registerBits[part] = (registerBits[part] ?? 0) + numberOf(cell, "WIDTH");
    if (cell.type === "$mul") {
      const [aBits, bBits] = [numberOf(cell, "A_WIDTH"), numberOf(cell, "B_WIDTH")];
      if (Math.min(aBits, bBits) >= LEAST_MULTIPLIER_BITS) multipliers.push({ part, aBits, bBits });
    }
    if (cell.type.startsWith("$mem")) {
      const [words, wordBits] = [numberOf(cell, "SIZE"), numberOf(cell, "WIDTH")];
      const isSram = SRAM_MODULES.includes(origin(module));
      memories.push({ path: `${path}.${name.replace(/^\\/, "")}`, words, wordBits, bits: words * wordBits, isSram });
      if (!isSram) registerBits[part] = (registerBits[part] ?? 0) + words * wordBits;
    }
  };
  const walk = (module: string, path: string): void => {
    for (const [name, cell] of Object.entries(modules[module]?.cells ?? {})) {
      if (cell.type in modules) walk(cell.type, path === "" ? name : `${path}.${name}`);
      else take(path, module, name, cell);
    }
  };
  walk(top, "");
  return { registerBits, multipliers, memories };
}

export const sumOf = (values: { readonly [name: string]: number }): number => Object.values(values).reduce((sum, value) => sum + value, 0);

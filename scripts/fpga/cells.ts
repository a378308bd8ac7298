/** Resources of cells that Yosys maps to, by family of devices. Pure. */
import type { FpgaFamily } from "../../arch/fpga/devices.js";

export type Cells = { readonly [type: string]: number };

interface CellUse {
  readonly luts: number;
  /** Of `luts`, those that hold small memories. */
  readonly inMemories: number;
  readonly flipFlops: number;
  readonly blockRams: number;
  readonly multipliers: number;
}

/** Tables of a memory of UltraScale+: a slice of eight if its name ends with the number of its outputs, or of four. */
const ramTables = (type: string): number => (/^RAM(32M16|64M8)$/.test(type) ? 8 : /^RAM(32|64)M/.test(type) ? 4 : 2);

/**
 * What a cell takes: a pattern of its name and a number of tables (or other resources), by resource. ECP5: a carry of
 * two bits takes two tables; a memory of 16 x 4 bits takes four, and two more for its write port.
 */
const TAKES: {
  readonly [family in FpgaFamily]: { readonly [kind in keyof CellUse]: readonly (readonly [RegExp, (type: string) => number])[] };
} = {
  ecp5: {
    luts: [
      [/^LUT4$/, () => 1],
      [/^CCU2C$/, () => 2],
      [/^TRELLIS_DPR16X4$/, () => 6],
    ],
    inMemories: [[/^TRELLIS_DPR16X4$/, () => 6]],
    flipFlops: [[/^TRELLIS_FF$/, () => 1]],
    blockRams: [[/^DP16KD$/, () => 1]],
    multipliers: [[/^MULT18X18D$/, () => 1]],
  },
  "ultrascale-plus": {
    luts: [
      [/^(LUT[1-6]|INV|SRL16E|SRLC32E)$/, () => 1],
      [/^RAM(32|64|128|256|512)/, ramTables],
    ],
    inMemories: [[/^RAM(32|64|128|256|512)/, ramTables]],
    flipFlops: [[/^FD[RSCP]E$/, () => 1]],
    blockRams: [
      [/^RAMB18/, () => 1],
      [/^RAMB36/, () => 2],
    ],
    multipliers: [[/^DSP48/, () => 1]],
  },
};

export function cellUse(cells: Cells, family: FpgaFamily): CellUse {
  const sum = (kind: keyof CellUse): number =>
    Object.entries(cells).reduce(
      (all, [type, count]) => all + TAKES[family][kind].reduce((own, [named, of]) => own + (named.test(type) ? count * of(type) : 0), 0),
      0,
    );
  return {
    luts: sum("luts"),
    inMemories: sum("inMemories"),
    flipFlops: sum("flipFlops"),
    blockRams: sum("blockRams"),
    multipliers: sum("multipliers"),
  };
}

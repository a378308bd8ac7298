/**
 * Resources of FPGAs, and the costs by which Yosys 0.52 chooses between block RAMs and tables for a memory. ECP5: as
 * nextpnr 0.7 reports them, equal to Lattice's FPGA-DS-02012. XCZU7EV: as Vivado reports them for the
 * xczu7ev-ffvc1156-2-e, equal to AMD's DS891; a block RAM of 36 kbit counts as two of 18.
 */

/** Families of devices: coefficients are fitted per family. */
export type FpgaFamily = "ecp5" | "ultrascale-plus";

/** A shape of a block RAM: number of words, and bits per word. */
interface BlockShape {
  readonly words: number;
  readonly bits: number;
}

/** A memory in look-up tables, with one read and one write port, of `luts` tables. */
export interface TableShape extends BlockShape {
  readonly luts: number;
  /** Yosys's cost. */
  readonly cost: number;
  /** If only some of its bits are used, it costs in proportion. */
  readonly costsByWidth: boolean;
}

/**
 * Constants that are read within a cycle: words per look-up table of one bit, and words that a slice joins without
 * more.
 */
interface ConstantShape {
  readonly words: number;
  readonly joinedWords: number;
}

export interface FpgaDevice {
  readonly part: string;
  readonly family: FpgaFamily;
  /** Look-up tables, which logic, carries and small memories share. */
  readonly luts: number;
  readonly flipFlops: number;
  /** Blocks of 18 kbit. */
  readonly blockRams: number;
  /** Shapes with one read and one write port. */
  readonly blockShapes: readonly BlockShape[];
  /** Bits of a word per write enable. */
  readonly enableBits: number;
  readonly dsps: number;
  /** Operand widths of a DSP block, signs included. */
  readonly dspBits: readonly [a: number, b: number];
  readonly tableShapes: readonly TableShape[];
  readonly constants: ConstantShape;
  /** Yosys's cost of a block RAM, beside those of memories in tables. */
  readonly blockCost: number;
  readonly source: string;
}

const WIDE = { words: 512, bits: 36 };
const SHAPES: readonly BlockShape[] = [
  ...[WIDE, { words: 1024, bits: 18 }, { words: 2048, bits: 9 }],
  ...[
    { words: 4096, bits: 4 },
    { words: 8192, bits: 2 },
    { words: 16_384, bits: 1 },
  ],
];

const ECP5 = {
  family: "ecp5",
  blockShapes: SHAPES,
  enableBits: 9,
  dspBits: [18, 18],
  // four tables hold the bits, two more implement the write port
  tableShapes: [{ words: 16, bits: 4, luts: 6, cost: 4, costsByWidth: false }],
  // eight tables of four inputs by PFUMX and L6MUX21
  constants: { words: 16, joinedWords: 128 },
  blockCost: 128,
} as const;

export const FPGA_DEVICES = {
  "ecp5-45": { ...ECP5, part: "LFE5U-45F", luts: 43_848, flipFlops: 43_848, blockRams: 108, dsps: 72, source: "nextpnr-ecp5 0.7" },
  "ecp5-85": { ...ECP5, part: "LFE5U-85F", luts: 83_640, flipFlops: 83_640, blockRams: 208, dsps: 156, source: "nextpnr-ecp5 0.7" },
  xczu7ev: {
    ...{ part: "XCZU7EV-2", family: "ultrascale-plus", luts: 230_400, flipFlops: 460_800, blockRams: 624 },
    ...{ blockShapes: SHAPES, enableBits: 9, dsps: 1728, dspBits: [27, 18] },
    // slices of eight tables, RAM32M16 and RAM64M8
    tableShapes: [
      { words: 32, bits: 14, luts: 8, cost: 16, costsByWidth: true },
      { words: 64, bits: 7, luts: 8, cost: 16, costsByWidth: true },
    ],
    // eight tables of six inputs by MUXF7, MUXF8 and MUXF9
    constants: { words: 64, joinedWords: 512 },
    ...{ blockCost: 129, source: "Vivado 2025.1, as in DS891" },
  },
} as const satisfies { readonly [name: string]: FpgaDevice };

export type FpgaName = keyof typeof FPGA_DEVICES;
export const FPGA_NAMES = Object.keys(FPGA_DEVICES) as [FpgaName, ...FpgaName[]];

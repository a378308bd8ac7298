/**
 * FPGAs by what they have. ECP5: the numbers that nextpnr 0.7 counts as available, which are those of Lattice's
 * FPGA-DS-02012. XCZU7EV: those that Vivado reports as available of the xczu7ev-ffvc1156-2-e, which are those of AMD's
 * DS891; a block RAM of 36 kbit is counted as two of 18.
 */

/** Who makes what of a device's tables and blocks: coefficients are fitted per family. */
export type FpgaFamily = "ecp5" | "ultrascale-plus";

/** A shape that a block can take: words of so many bits. */
export interface BlockShape {
  readonly words: number;
  readonly bits: number;
}

export interface FpgaDevice {
  readonly part: string;
  readonly family: FpgaFamily;
  /** Tables that logic, carries and small memories share. */
  readonly luts: number;
  readonly lutInputs: number;
  readonly flipFlops: number;
  /** Blocks of 18 kbit. */
  readonly blockRams: number;
  /** With a port that reads and one that writes. */
  readonly blockShapes: readonly BlockShape[];
  /** Bits of a word that one write enable covers. */
  readonly enableBits: number;
  readonly dsps: number;
  /** Operands of a multiplier, signs included. */
  readonly dspBits: readonly [a: number, b: number];
  /** A memory in tables: words and bits that so many tables hold, with a port that reads and one that writes. */
  readonly distributed: BlockShape & { readonly luts: number };
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
  lutInputs: 4,
  blockShapes: SHAPES,
  enableBits: 9,
  dspBits: [18, 18],
  // four tables hold the bits, two more carry the write port
  distributed: { words: 16, bits: 4, luts: 6 },
} as const;

export const FPGA_DEVICES = {
  "ecp5-45": { ...ECP5, part: "LFE5U-45F", luts: 43_848, flipFlops: 43_848, blockRams: 108, dsps: 72, source: "nextpnr-ecp5 0.7" },
  "ecp5-85": { ...ECP5, part: "LFE5U-85F", luts: 83_640, flipFlops: 83_640, blockRams: 208, dsps: 156, source: "nextpnr-ecp5 0.7" },
  xczu7ev: {
    ...{ part: "XCZU7EV-2", family: "ultrascale-plus", luts: 230_400, lutInputs: 6, flipFlops: 460_800, blockRams: 624 },
    ...{ blockShapes: SHAPES, enableBits: 9, dsps: 1728, dspBits: [27, 18] },
    // a slice of eight tables: 32 words of 14 bits
    ...{ distributed: { words: 32, bits: 14, luts: 8 }, source: "Vivado 2025.1, as in DS891" },
  },
} as const satisfies { readonly [name: string]: FpgaDevice };

export type FpgaName = keyof typeof FPGA_DEVICES;
export const FPGA_NAMES = Object.keys(FPGA_DEVICES) as [FpgaName, ...FpgaName[]];

/** Resources of a core on an ECP5. */

import type { Use } from "./cores.js";

/** Yosys's cells of an UltraScale+; block RAMs of 18 kbit. */
export interface UltrascaleCells {
  readonly luts: number;
  readonly flipFlops: number;
  readonly blockRams: number;
  readonly multipliers: number;
  readonly cells: { readonly [type: string]: number };
}

export interface FpgaRow {
  readonly name: string;
  readonly use: Use;
  readonly shape: { readonly [path: string]: number | string };
  readonly tools: { readonly [tool: string]: string };
  /** Four-input tables after packing: logic, carries, and small memories. */
  readonly luts: number;
  readonly flipFlops: number;
  /** DP16KD. */
  readonly blockRams: number;
  /** MULT18X18D. */
  readonly multipliers: number;
  /** TRELLIS_DPR16X4: 16 words of 4 bits in tables. */
  readonly distributed: number;
  /** After placement, without routing; null: not placed. */
  readonly clockMhz: number | null;
  /** Number of Yosys's cells by type. */
  readonly cells: { readonly [type: string]: number };
  readonly memories: readonly { readonly path: string; readonly words: number; readonly wordBits: number; readonly isSram: boolean }[];
  /** undefined: not synthesised for an UltraScale+. */
  readonly ultrascale?: UltrascaleCells;
  readonly products: readonly { readonly part: string; readonly aBits: number; readonly bBits: number }[];
}

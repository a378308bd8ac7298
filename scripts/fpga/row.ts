/** What an ECP5 takes for a core. */

import type { Use } from "./cores.js";

/** Yosys' cells of an UltraScale+; block RAMs of 18 kbit. */
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
  /** Tables of four inputs that packing takes: logic, carries, and those of small memories. */
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
  /** Of Yosys, by type. */
  readonly cells: { readonly [type: string]: number };
  readonly memories: readonly { readonly path: string; readonly words: number; readonly wordBits: number; readonly isSram: boolean }[];
  /** undefined: not synthesised for an UltraScale+. */
  readonly ultrascale?: UltrascaleCells;
  readonly products: readonly { readonly part: string; readonly aBits: number; readonly bBits: number }[];
}

/** Resources of a core on an ECP5. */

import type { FpgaFamily } from "../../arch/fpga/devices.js";
import type { MemoryNeed } from "../../arch/fpga/memory-blocks.js";
import type { Cells } from "./cells.js";
import type { Use } from "./cores.js";

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
  readonly cells: Cells;
  readonly memories: readonly { readonly path: string; readonly words: number; readonly wordBits: number; readonly isSram: boolean }[];
  /** The same for an UltraScale+; undefined: not synthesised for one. */
  readonly ultrascale?: Cells;
  readonly products: readonly { readonly part: string; readonly aBits: number; readonly bBits: number }[];
}

/**
 * What Yosys takes for a memory (`rtl/lib/sram.sv`), a queue (`rtl/lib/queue.sv`) or random constants in a memory that
 * is read at once.
 */
export interface MemoryRow extends MemoryNeed {
  readonly family: FpgaFamily;
  readonly module: "sram" | "queue" | "constants";
  /** Blocks of 18 kbit. */
  readonly blockRams: number;
  /** Tables that hold its bits, and their write ports; of constants all. */
  readonly luts: number;
}

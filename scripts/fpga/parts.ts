/**
 * Routers and address generators whose tables and flip-flops the FPGA laws are fitted to, and a whole chip of cores and
 * routers, which is in no fit.
 */

import { core, QUEUE, WIDTHS } from "../rtl-gates/cores.js";
import type { GeneratorSize } from "../rtl-gates/generator-module.js";
import { regionsText } from "../rtl-gates/router-chip.js";
import type { Cells } from "./cells.js";

/** Columns and rows of the mesh whose middle a router of five ports is. */
const MESH = 3;
const MESH_CORES = MESH * MESH;

export interface RouterSize {
  readonly ports: number;
  readonly vcs: number;
  readonly flitBits: number;
  readonly depth: number;
  /** Cores in the network. */
  readonly cores: number;
  readonly hasTrees: boolean;
}

/**
 * The cores behind each output port. A router of five ports in a network of nine cores is the middle of a mesh of 3 x 3
 * (east, west, north, south, local) with x routed first. Elsewhere core c is behind port c modulo the ports.
 */
export function regionsOf({ ports, cores }: RouterSize): string {
  const wayTo = (core: number): number => {
    if (ports !== 5 || cores !== MESH_CORES) return core % ports;
    const [dx, dy] = [(core % MESH) - 1, Math.floor(core / MESH) - 1];
    return dx !== 0 ? (dx > 0 ? 0 : 1) : dy !== 0 ? (dy > 0 ? 2 : 3) : 4;
  };
  const every = Array.from({ length: cores }, (_, core) => core).reverse();
  return regionsText(Array.from({ length: ports }, (_, way) => every.map((core) => (wayTo(core) === way ? "1" : "0")).join("")));
}

export type PartShape =
  | { readonly part: "router"; readonly size: RouterSize }
  | { readonly part: "generator"; readonly size: GeneratorSize }
  | { readonly part: "chip"; readonly size: { readonly [path: string]: number | string } };

/** A row of the log: cells by type. */
export type PartRow = PartShape & {
  readonly name: string;
  readonly tools: { readonly [tool: string]: string };
  readonly ecp5: Cells;
  /** Tables of an ECP5 after nextpnr's packing; null: it cannot pack the part alone. */
  readonly packed: number | null;
  /** undefined: not synthesised for an UltraScale+. */
  readonly ultrascale?: Cells;
};

const router = (ports: number, vcs: number, flitBits: number, depth: number, more: Partial<RouterSize> = {}): PartShape => ({
  part: "router",
  size: { ports, vcs, flitBits, depth, cores: MESH_CORES, hasTrees: false, ...more },
});
const generator = (names: boolean, lanes: number, fieldBits: number, wordBits: number, weightBits: number, banks: number): PartShape => ({
  part: "generator",
  size: { names, lanes, fieldBits, wordBits, weightBits, readLatencyCycles: 1, banks },
});

export const FPGA_PARTS: { readonly [name: string]: PartShape } = {
  "5 ports, 1 VC, 32 bits": router(5, 1, 32, 4),
  "5 ports, 2 VCs, 32 bits": router(5, 2, 32, 4),
  "3 ports, 2 VCs, 32 bits": router(3, 2, 32, 4),
  "4 ports, 1 VC, 64 bits": router(4, 1, 64, 4),
  "5 ports, 1 VC, 32 bits, buffers of 8": router(5, 1, 32, 8),
  "5 ports, 1 VC, 16 bits, buffers of 2, 64 cores": router(5, 1, 16, 2, { cores: 64 }),
  "5 ports, 1 VC, 32 bits, trees": router(5, 1, 32, 4, { hasTrees: true }),
  "3 ports, 2 VCs, 32 bits, trees": router(3, 2, 32, 4, { hasTrees: true }),
  "4 ports, 2 VCs, 64 bits": router(4, 2, 64, 4),
  "3 ports, 4 VCs, 16 bits, buffers of 8": router(3, 4, 16, 8),
  "7 ports, 2 VCs, 32 bits": router(7, 2, 32, 4),
  "5 ports, 4 VCs, 32 bits": router(5, 4, 32, 4),
  "kernels, 1 lane, words of 32 bits": generator(false, 1, 12, 32, 8, 1),
  "kernels, 4 lanes, words of 64 bits": generator(false, 4, 12, 64, 8, 1),
  "kernels, 8 lanes, words of 64 bits": generator(false, 8, 12, 64, 4, 1),
  "names, 2 lanes, words of 64 bits": generator(true, 2, 12, 64, 4, 1),
  "names, 4 lanes, words of 64 bits": generator(true, 4, 12, 64, 3, 1),
  "names, 4 lanes, words of 128 bits, 4 banks": generator(true, 4, 12, 128, 8, 4),
  "names, 8 lanes, words of 64 bits": generator(true, 8, 12, 64, 3, 1),
  "2 x 1 cores, lif, 1 lane, 4/10/16": {
    part: "chip",
    size: { ...core("lif", 1, [16, 32], { ...WIDTHS(4, 10, 16), ...QUEUE(4) }), "noc.width": 2, "tile.core.max_neurons": 160 },
  },
};

/** A chip that is a single router of the emitted library, for a synthesis. Pure. */
import { addressBits } from "../../rtl/numbers.js";

interface RouterShape {
  readonly ports: number;
  readonly vcs: number;
  readonly flitBits: number;
  readonly depth: number;
}

/** Where the router stands. */
interface RouterPlace {
  /** Cores in the network. */
  readonly cores: number;
  /** The cores behind each output port, as the module's parameter. */
  readonly regions: string;
  /** Text of other parameters of the module, each with a comma behind it. */
  readonly more: string;
}

/** The parameter for the cores behind each output port. `behind`: by port, one binary digit per core, core 0 last. */
export const regionsText = (behind: readonly string[]): string =>
  `{${[...behind]
    .reverse()
    .map((bits) => `${bits.length}'b${bits}`)
    .join(", ")}}`;

/** Strobes for the bench begin with `on_`. */
export function routerChip({ ports, vcs, flitBits, depth }: RouterShape, { cores, regions, more }: RouterPlace): string {
  const [vcBits, flit] = [ports * addressBits(vcs), ports * (flitBits + 2)];
  const wires = "in_valid, .credit_valid, .in_vc, .credit_vc, .in_flit, .out_valid, .back_valid, .out_vc, .back_vc, .out_flit, .rests";
  return `module chip (
    input logic clk, rst,
    input logic [${ports - 1}:0] in_valid, credit_valid,
    input logic [${vcBits - 1}:0] in_vc, credit_vc,
    input logic [${flit - 1}:0] in_flit,
    output logic [${ports - 1}:0] out_valid, back_valid,
    output logic [${vcBits - 1}:0] out_vc, back_vc,
    output logic [${flit - 1}:0] out_flit,
    output logic rests, unwritten,
    output logic [15:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch
);
  assign unwritten = 1'b0;
  router #(.PORTS(${ports}), .VCS(${vcs}), .WIDTH(${flitBits}), .CORES(${cores}), .DEPTH(${depth}), ${more}.REGIONS(${regions})) node (
      .clk, .rst, .${wires}, .on_vcs, .on_stall_vc, .on_stall_credit, .on_stall_switch
  );
endmodule
`;
}

/** By number of ports: the side of the mesh, a place in it with so many, and the cores of a tile. */
export const PLACES: {
  readonly [ports: number]: { readonly side: number; readonly x: number; readonly y: number; readonly cores: number };
} = {
  2: { side: 1, x: 0, y: 0, cores: 2 },
  3: { side: 3, x: 0, y: 0, cores: 1 },
  4: { side: 3, x: 1, y: 0, cores: 1 },
  5: { side: 3, x: 1, y: 1, cores: 1 },
  8: { side: 3, x: 1, y: 1, cores: 4 },
};

/**
 * Output ports that lead somewhere (east, west, north, south, then the tile's cores): number, and whether a core is
 * behind, with x routed first.
 */
function waysOf(ports: number) {
  const { side, x, y, cores } = PLACES[ports];
  const ways = [
    [x < side - 1, (dx: number) => dx > 0],
    [x > 0, (dx: number) => dx < 0],
    [y < side - 1, (dx: number, dy: number) => dx === 0 && dy > 0],
    [y > 0, (dx: number, dy: number) => dx === 0 && dy < 0],
    ...Array.from({ length: cores }, (_, own) => [true, (dx: number, dy: number, k: number) => dx === 0 && dy === 0 && k === own] as const),
  ] as const;
  return ways.flatMap(([leads, isBehind], port) => (leads ? [{ port, isBehind }] : []));
}

/** Numbers of the ports that lead somewhere, among those of the mesh's routers. */
export const usedPorts = (ports: number): readonly number[] => waysOf(ports).map(({ port }) => port);

/** The cores behind each of these ports, as the module's parameter. */
export function regions(ports: number): string {
  const { side, x, y, cores } = PLACES[ports];
  return regionsText(
    waysOf(ports).map(({ isBehind }) =>
      Array.from({ length: side * side * cores }, (_, core) => {
        const tile = Math.floor(core / cores);
        return isBehind((tile % side) - x, Math.floor(tile / side) - y, core % cores) ? "1" : "0";
      })
        .reverse()
        .join(""),
    ),
  );
}

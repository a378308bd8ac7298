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

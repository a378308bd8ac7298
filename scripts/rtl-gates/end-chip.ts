/**
 * A chip that is a core's end of the network alone, for a synthesis: injector, ejector, and the wires to the router.
 * Pure.
 */
import { addressBits } from "../../rtl/numbers.js";
import type { EndSize } from "./row.js";

/** The queue of packets that leave holds one: a core's output queue has a price of its own. */
export function endChip({ vcs, flitBits, depth, flits, wayCycles }: EndSize): string {
  const [vc, flit, packet, length] = [addressBits(vcs), flitBits + 2, flits * flitBits, addressBits(flits + 1)];
  return `module chip (
    input logic clk, rst, push, accepts, out_valid, back_valid,
    input logic [${length - 1}:0] flits,
    input logic [${packet - 1}:0] packet,
    input logic [${vc - 1}:0] out_vc, back_vc,
    input logic [${flit - 1}:0] out_flit,
    output logic full, delivers, in_valid, credit_valid, unwritten,
    output logic [3:0] rests,
    output logic [${packet - 1}:0] delivered,
    output logic [${vc - 1}:0] in_vc, credit_vc,
    output logic [${flit - 1}:0] in_flit
);
  logic i_valid, i_credit, e_valid, e_back;
  logic [${vc - 1}:0] i_vc, i_credit_vc, e_vc, e_back_vc;
  logic [${flit - 1}:0] i_flit, e_flit;
  assign unwritten = 1'b0;
  injector #(.VCS(${vcs}), .WIDTH(${flitBits}), .MOST(${flits}), .CREDITS(${depth}), .QUEUE(1)) source (
      .clk, .rst, .push, .flits, .packet, .full, .valid(i_valid), .out_vc(i_vc), .out(i_flit), .credit_valid(i_credit), .credit_vc(i_credit_vc),
      .rests(rests[0])
  );
  link #(.VB(${vc}), .FLIT(${flit}), .FLIT_CYCLES(2), .CREDIT_CYCLES(2)) into (
      .clk, .rst, .in_valid(i_valid), .in_vc(i_vc), .in(i_flit), .out_valid(in_valid), .out_vc(in_vc), .out(in_flit), .back_valid, .back_vc,
      .credit_valid(i_credit), .credit_vc(i_credit_vc), .rests(rests[1])
  );
  link #(.VB(${vc}), .FLIT(${flit}), .FLIT_CYCLES(${wayCycles + 1}), .CREDIT_CYCLES(2)) out_of (
      .clk, .rst, .in_valid(out_valid), .in_vc(out_vc), .in(out_flit), .out_valid(e_valid), .out_vc(e_vc), .out(e_flit), .back_valid(e_back),
      .back_vc(e_back_vc), .credit_valid, .credit_vc, .rests(rests[2])
  );
  ejector #(.VCS(${vcs}), .WIDTH(${flitBits}), .MOST(${flits}), .CREDITS(${depth})) sink (
      .clk, .rst, .push(e_valid), .in_vc(e_vc), .in(e_flit), .accepts, .back_valid(e_back), .back_vc(e_back_vc), .delivers, .packet(delivered),
      .rests(rests[3])
  );
endmodule
`;
}

// Wires from a router's port to the next buffer: a flit that is granted arrives FLIT_CYCLES later, a credit that is given back counts CREDIT_CYCLES later;
// the last of those cycles is the buffer's, or the counter's, own. `rests`: no flit is on its way.
module link #(
    parameter int VB = 1, FLIT = 18, FLIT_CYCLES = 3, CREDIT_CYCLES = 2
) (
    input logic clk, rst,
    input logic in_valid,
    input logic [VB-1:0] in_vc,
    input logic [FLIT-1:0] in,
    output logic out_valid,
    output logic [VB-1:0] out_vc,
    output logic [FLIT-1:0] out,
    input logic back_valid,
    input logic [VB-1:0] back_vc,
    output logic credit_valid,
    output logic [VB-1:0] credit_vc,
    output logic rests
);
  logic any, unused;
  assign rests = !any;
  flags #(.DEPTH(FLIT_CYCLES - 1)) flit_way (.clk, .rst, .in(in_valid), .out(out_valid), .any);
  pipe #(.WIDTH(VB + FLIT), .DEPTH(FLIT_CYCLES - 1)) flits (.clk, .in({in_vc, in}), .out({out_vc, out}));
  flags #(.DEPTH(CREDIT_CYCLES - 1)) credit_way (.clk, .rst, .in(back_valid), .out(credit_valid), .any(unused));
  pipe #(.WIDTH(VB), .DEPTH(CREDIT_CYCLES - 1)) credits (.clk, .in(back_vc), .out(credit_vc));
endmodule

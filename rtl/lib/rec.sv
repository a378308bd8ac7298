// Neuron with a gated leak (rec-v1, rec-v2): c = clamp(max(0, pre_c)), h = c + (sigmoid(pre_z) (h - c) >> GATE), a = fire(a + h). DEPTH cycles.
module rec #(
    parameter int STATE = 16, PRE = 42, PAYLOAD = 9, SHIFT = 8, GATE = 8, LUT = 8, DEPTH = 1,
    parameter INIT = ""
) (
    input logic clk,
    input logic signed [STATE-1:0] h, a,
    input logic signed [PRE-1:0] pre_z, pre_c,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic signed [STATE-1:0] h_next, a_next
);
  localparam int WIDE = STATE + GATE + 2;
  logic [GATE-1:0] table_of[0:(1<<LUT)-1];
  generate
    if (INIT != "") begin : loaded
      initial $readmemh(INIT, table_of);
    end else begin : cleared
      initial for (int i = 0; i < 1 << LUT; i++) table_of[i] = '0;
    end
  endgenerate
  logic signed [LUT-1:0] index;
  logic signed [STATE-1:0] c, c_came, a_came;
  logic signed [WIDE-1:0] product, product_came, moved;
  logic signed [GATE:0] gate;
  clamp #(.WIDTH(PRE), .TO(LUT)) place (.in(pre_z), .out(index));
  clamp #(.WIDTH(PRE), .TO(STATE)) candidate (.in(pre_c < 0 ? '0 : pre_c), .out(c));
  assign gate = {1'b0, table_of[LUT'(index)^{1'b1, {(LUT - 1) {1'b0}}}]};
  assign product = WIDE'(gate) * (WIDE'(h) - WIDE'(c));
  pipe #(.WIDTH(WIDE + 2 * STATE), .DEPTH(DEPTH)) stage (.clk, .in({product, c, a}), .out({product_came, c_came, a_came}));
  rounded #(.WIDTH(WIDE)) nearest (.in(product_came), .shift(6'(GATE)), .out(moved));
  assign h_next = STATE'(WIDE'(c_came) + moved);
  fire #(.STATE(STATE), .SUM(STATE + 1), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT)) quantiser (
      .sum((STATE + 1)'(a_came) + (STATE + 1)'(h_next)), .below('0), .theta, .limit, .fires, .payload, .kept(a_next)
  );
endmodule

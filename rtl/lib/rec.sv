// Gated leak (rec-v1, rec-v2): c = clamp(max(0, pre_c)), h = c + (sigmoid(pre_z) (h - c) >> GATE), to nearest.
// `index` is pre_z, clamped to the table; it comes READ (0 or 1) cycles before the others.
module rec #(
    parameter int STATE = 16, PRE = 18, GATE = 8, LUT = 8, READ = 1,
    parameter INIT = ""
) (
    input logic clk,
    input logic signed [STATE-1:0] h,
    input logic signed [LUT-1:0] index,
    input logic signed [PRE-1:0] pre_c,
    output logic signed [STATE-1:0] h_next
);
  localparam int WIDE = STATE + GATE + 2;
  logic [GATE-1:0] sigmoid;
  logic [LUT-1:0] at;
  logic signed [STATE-1:0] c;
  logic signed [GATE:0] gate;
  logic signed [STATE:0] difference;
  logic signed [WIDE-1:0] product, moved;
  clamp #(.WIDTH(PRE), .TO(STATE)) candidate (.in(pre_c < 0 ? '0 : pre_c), .out(c));
  // the lowest index is the first entry
  assign at = LUT'(index) ^ {1'b1, {(LUT - 1) {1'b0}}};
  sram #(.WIDTH(GATE), .ROWS(1 << LUT), .GRAN(GATE), .LATENCY(READ), .INIT(INIT)) table_of (
      .clk, .read(1'b1), .read_row(at), .out(sigmoid), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
  );
  assign gate = {1'b0, sigmoid};
  assign difference = (STATE + 1)'(h) - (STATE + 1)'(c);
  assign product = gate * difference;
  rounded #(.WIDTH(WIDE)) nearest (.in(product), .shift(6'(GATE)), .below(WIDE'((1 << GATE) / 2 - 1)), .out(moved));
  assign h_next = STATE'(WIDE'(c) + moved);
endmodule

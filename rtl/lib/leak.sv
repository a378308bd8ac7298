// What is left of a state: factor x state >> FRACTION to nearest, or (SHIFTS) state - (state >> factor), cut toward zero. DEPTH cycles between.
module leak #(
    parameter int STATE = 16, FACTOR = 9, FRACTION = 8, SHIFTS = 0, DEPTH = 1
) (
    input logic clk,
    input logic signed [STATE-1:0] state,
    input logic signed [FACTOR-1:0] factor,
    output logic signed [STATE+FACTOR-1:0] out
);
  localparam int WIDE = STATE + FACTOR;
  logic signed [WIDE-1:0] work, came;
  generate
    if (SHIFTS != 0) begin : by_shift
      logic [STATE-1:0] size, gone;
      assign size = state < 0 ? STATE'(-state) : STATE'(state);
      assign gone = size >> unsigned'(factor);
      assign work = WIDE'(state) - (state < 0 ? -(WIDE'({1'b0, gone})) : WIDE'({1'b0, gone}));
      assign out  = came;
    end else begin : by_factor
      assign work = state * factor;
      rounded #(.WIDTH(WIDE)) nearest (.in(came), .shift(6'(FRACTION)), .out);
    end
  endgenerate
  pipe #(.WIDTH(WIDE), .DEPTH(DEPTH)) stage (.clk, .in(work), .out(came));
endmodule

// What is left of a state: factor x state >> FRACTION to nearest, or (SHIFTS) state - (state >> factor), cut toward zero. Combinational.
module leak #(
    parameter int STATE = 16, FACTOR = 9, FRACTION = 8, SHIFTS = 0
) (
    input logic signed [STATE-1:0] state,
    input logic signed [FACTOR-1:0] factor,
    output logic signed [STATE+FACTOR-1:0] out
);
  localparam int WIDE = STATE + FACTOR;
  generate
    if (SHIFTS != 0) begin : by_shift
      logic [STATE-1:0] size, gone;
      assign size = state < 0 ? STATE'(-state) : STATE'(state);
      assign gone = size >> unsigned'(factor);
      assign out  = WIDE'(state) - (state < 0 ? -(WIDE'({1'b0, gone})) : WIDE'({1'b0, gone}));
    end else begin : by_factor
      logic signed [WIDE-1:0] product;
      assign product = state * factor;
      rounded #(.WIDTH(WIDE)) nearest (.in(product), .shift(6'(FRACTION)), .below(WIDE'((1 << FRACTION) / 2 - 1)), .out);
    end
  endgenerate
endmodule

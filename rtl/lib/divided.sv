// in / BY and in % BY, of constants, by a product with the reciprocal, which is exact for every `in` of WIDTH bits. Combinational.
module divided #(
    parameter int WIDTH = 8, BY = 3
) (
    input logic [WIDTH-1:0] in,
    output logic [WIDTH-1:0] quotient, remainder
);
  localparam int LOG = BY == 1 ? 0 : $clog2(BY), WIDE = 2 * WIDTH + LOG + 1;
  localparam logic [WIDE-1:0] RECIPROCAL = ((WIDE'(1) << (WIDTH + LOG)) + WIDE'(BY) - 1) / WIDE'(BY);
  assign quotient  = WIDTH'((WIDE'(in) * RECIPROCAL) >> (WIDTH + LOG));
  assign remainder = in - WIDTH'(WIDE'(quotient) * WIDE'(BY));
endmodule

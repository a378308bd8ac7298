// in >> shift, to nearest, halves away from zero: half is added, less one if `in` is negative, and the shift rounds down from there.
// `below` is half less one, 2^(shift - 1) - 1, and 0 of a shift of 0. Combinational.
module rounded #(
    parameter int WIDTH = 24
) (
    input logic signed [WIDTH-1:0] in,
    input logic [5:0] shift,
    input logic [WIDTH-1:0] below,
    output logic signed [WIDTH-1:0] out
);
  logic signed [WIDTH:0] sum;
  assign sum = (WIDTH + 1)'(in) + signed'({1'b0, below}) + signed'({{WIDTH{1'b0}}, shift != '0 && !in[WIDTH-1]});
  assign out = WIDTH'(sum >>> shift);
endmodule

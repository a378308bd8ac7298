// in >> shift, to nearest, halves away from zero; |in| < 2^(WIDTH - 1). Combinational.
module rounded #(
    parameter int WIDTH = 24
) (
    input logic signed [WIDTH-1:0] in,
    input logic [5:0] shift,
    output logic signed [WIDTH-1:0] out
);
  logic [WIDTH-1:0] size, half;
  assign half = shift == '0 ? '0 : WIDTH'(1) << (shift - 6'd1);
  assign size = (WIDTH'(in < 0 ? -in : in) + half) >> shift;
  assign out  = in < 0 ? -size : size;
endmodule

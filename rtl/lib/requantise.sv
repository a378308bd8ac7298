// Accumulator to pre-activation: (sum x multiplier + bias) >> shift, to nearest, halves away from zero. WIDE bits hold any sum of product and bias. DEPTH cycles.
module requantise #(
    parameter int ACC = 24, MULT = 17, BIAS = 28, WIDE = 42, DEPTH = 1
) (
    input logic clk,
    input logic signed [ACC-1:0] sum,
    input logic signed [MULT-1:0] multiplier,
    input logic signed [BIAS-1:0] bias,
    input logic [5:0] shift,
    output logic signed [WIDE-1:0] out
);
  logic signed [ACC+MULT-1:0] product, came;
  logic signed [BIAS-1:0] offset;
  logic [5:0] by;
  assign product = sum * multiplier;
  pipe #(.WIDTH(ACC + MULT + BIAS + 6), .DEPTH(DEPTH)) stage (.clk, .in({product, bias, shift}), .out({came, offset, by}));
  rounded #(.WIDTH(WIDE)) nearest (.in(WIDE'(came) + WIDE'(offset)), .shift(by), .out);
endmodule

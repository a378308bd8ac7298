// Accumulator to pre-activation: (sum x multiplier + bias) >> shift, to nearest, halves away from zero, clamped to PRE bits, and to INDEX bits. DEPTH cycles.
// `shift` comes when it is used, DEPTH cycles after the sum. What the clamps look at is masked before the shift, so that all work at once.
module requantise #(
    parameter int ACC = 24, MULT = 17, BIAS = 28, PRE = 18, INDEX = 8, DEPTH = 1
) (
    input logic clk,
    input logic signed [ACC-1:0] sum,
    input logic signed [MULT-1:0] multiplier,
    input logic signed [BIAS-1:0] bias,
    input logic [5:0] shift,
    output logic signed [PRE-1:0] out,
    output logic signed [INDEX-1:0] index
);
  localparam int PRODUCT = ACC + MULT, TERM = PRODUCT > BIAS ? PRODUCT : BIAS, WIDE = (TERM > PRE ? TERM : PRE) + 2;
  logic signed [PRODUCT-1:0] product, came;
  logic signed [BIAS-1:0] offset;
  logic signed [WIDE-1:0] whole, near;
  logic [WIDE-1:0] below, size;
  logic minus;
  assign product = sum * multiplier;
  pipe #(.WIDTH(PRODUCT + BIAS), .DEPTH(DEPTH)) stage (.clk, .in({product, bias}), .out({came, offset}));
  // half less one; half itself if the value is not negative
  assign below = ~({WIDE{1'b1}} << shift) >> 1 & ~(WIDE'(1) << (WIDE - 2));
  assign whole = WIDE'(came) + WIDE'(offset);
  assign near = whole + signed'(below) + signed'({{(WIDE - 1) {1'b0}}, shift != '0 && !whole[WIDE-1]});
  assign minus = near[WIDE-1];
  assign size = near ^ {WIDE{minus}};
  assign out = (size & ({WIDE{1'b1}} << shift << (PRE - 1))) == '0 ? PRE'(near >>> shift) : {minus, {(PRE - 1) {!minus}}};
  assign index = (size & ({WIDE{1'b1}} << shift << (INDEX - 1))) == '0 ? INDEX'(near >>> shift) : {minus, {(INDEX - 1) {!minus}}};
endmodule

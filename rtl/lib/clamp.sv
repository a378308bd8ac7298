// The nearest signed value of TO bits. Combinational.
module clamp #(
    parameter int WIDTH = 24, TO = 16
) (
    input logic signed [WIDTH-1:0] in,
    output logic signed [TO-1:0] out
);
  logic signed [WIDTH-1:0] most;
  assign most = WIDTH'({1'b0, {(TO - 1) {1'b1}}});
  assign out = in > most ? {1'b0, {(TO - 1) {1'b1}}} : in < ~most ? {1'b1, {(TO - 1) {1'b0}}} : in[TO-1:0];
endmodule

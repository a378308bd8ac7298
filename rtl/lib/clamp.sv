// The nearest signed value of TO bits; TO is less than WIDTH. Combinational.
module clamp #(
    parameter int WIDTH = 24, TO = 16
) (
    input logic signed [WIDTH-1:0] in,
    output logic signed [TO-1:0] out
);
  assign out = in[WIDTH-1:TO-1] == {(WIDTH - TO + 1) {in[WIDTH-1]}} ? in[TO-1:0] : {in[WIDTH-1], {(TO - 1) {!in[WIDTH-1]}}};
endmodule

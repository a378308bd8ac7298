// Delay line: `out` is `in` of DEPTH cycles ago; DEPTH 0 is a wire. Stages hold data only, so they need no reset.
module pipe #(
    parameter int WIDTH = 8, DEPTH = 1
) (
    input logic clk,
    input logic [WIDTH-1:0] in,
    output logic [WIDTH-1:0] out
);
  generate
    if (DEPTH == 0) begin : wires
      logic unused;
      assign unused = clk;
      assign out = in;
    end else begin : stages
      logic [WIDTH-1:0] held[0:DEPTH-1];
      assign out = held[DEPTH-1];
      always_ff @(posedge clk) begin
        held[0] <= in;
        for (int i = 1; i < DEPTH; i++) held[i] <= held[i-1];
      end
    end
  endgenerate
endmodule

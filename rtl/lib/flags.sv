// Delay line of one bit, cleared by reset. `out` is `in` of DEPTH cycles ago; `any`: a set bit is in the line or at its
// end.
module flags #(
    parameter int DEPTH = 1
) (
    input logic clk, rst, in,
    output logic out, any
);
  generate
    if (DEPTH == 0) begin : wires
      logic unused;
      assign unused = clk ^ rst;
      assign out = in;
      assign any = in;
    end else begin : stages
      logic [DEPTH-1:0] held;
      assign out = held[DEPTH-1];
      assign any = held != 0;
      if (DEPTH == 1) begin : one
        always_ff @(posedge clk) held <= rst ? 1'b0 : in;
      end else begin : many
        always_ff @(posedge clk) held <= rst ? '0 : {held[DEPTH-2:0], in};
      end
    end
  endgenerate
endmodule

// Encoder neuron: a = fire(a + x). DEPTH cycles.
module encoder #(
    parameter int STATE = 16, PAYLOAD = 9, SHIFT = 8, DEPTH = 3
) (
    input logic clk,
    input logic signed [STATE-1:0] a, x,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic signed [STATE-1:0] a_next
);
  logic signed [STATE:0] sum, came;
  assign sum = (STATE + 1)'(a) + (STATE + 1)'(x);
  pipe #(.WIDTH(STATE + 1), .DEPTH(DEPTH)) stage (.clk, .in(sum), .out(came));
  fire #(.STATE(STATE), .SUM(STATE + 1), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT)) quantiser (
      .sum(came), .below('0), .theta, .limit, .fires, .payload, .kept(a_next)
  );
endmodule

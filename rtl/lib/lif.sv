// Leaky integrate-and-fire neuron: i = clamp(pre + leak(i)), a = fire(a + i). DEPTH cycles from the states and pre, which come together.
module lif #(
    parameter int STATE = 16, PRE = 42, PAYLOAD = 9, SHIFT = 8, FACTOR = 10, FRACTION = 8, SHIFTS = 0, DEPTH = 1
) (
    input logic clk,
    input logic signed [STATE-1:0] i, a,
    input logic signed [PRE-1:0] pre,
    input logic signed [FACTOR-1:0] tau,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic signed [STATE-1:0] i_next, a_next
);
  localparam int SUM = (PRE > STATE + FACTOR ? PRE : STATE + FACTOR) + 1;
  logic signed [STATE+FACTOR-1:0] rest;
  logic signed [PRE-1:0] more;
  logic signed [STATE-1:0] a_came;
  leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .DEPTH(DEPTH)) current (.clk, .state(i), .factor(tau), .out(rest));
  pipe #(.WIDTH(PRE + STATE), .DEPTH(DEPTH)) stage (.clk, .in({pre, a}), .out({more, a_came}));
  clamp #(.WIDTH(SUM), .TO(STATE)) word (.in(SUM'(more) + SUM'(rest)), .out(i_next));
  fire #(.STATE(STATE), .SUM(STATE + 1), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT)) quantiser (
      .sum((STATE + 1)'(a_came) + (STATE + 1)'(i_next)), .below('0), .theta, .limit, .fires, .payload, .kept(a_next)
  );
endmodule

// Neuron with an adaptive threshold: a = fire(leak(a) + pre) by what exceeds b; then b = clamp(leak(b) + jump |payload|). DEPTH cycles.
module alif #(
    parameter int STATE = 16, PRE = 42, PAYLOAD = 9, SHIFT = 8, FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, DEPTH = 1
) (
    input logic clk,
    input logic signed [STATE-1:0] b, a,
    input logic signed [PRE-1:0] pre,
    input logic signed [FACTOR-1:0] tau, rho,
    input logic signed [JUMP-1:0] jump,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic signed [STATE-1:0] b_next, a_next
);
  localparam int SUM = (PRE > STATE + FACTOR ? PRE : STATE + FACTOR) + 1;
  localparam int RISE = (STATE + FACTOR > JUMP + PAYLOAD ? STATE + FACTOR : JUMP + PAYLOAD) + 1;
  logic signed [STATE+FACTOR-1:0] a_rest, b_rest;
  logic signed [PRE-1:0] more;
  logic signed [STATE-1:0] b_came;
  logic signed [JUMP-1:0] jump_came;
  logic signed [PAYLOAD-1:0] size;
  leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .DEPTH(DEPTH)) membrane (.clk, .state(a), .factor(tau), .out(a_rest));
  leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .DEPTH(DEPTH)) threshold (.clk, .state(b), .factor(rho), .out(b_rest));
  pipe #(.WIDTH(PRE + STATE + JUMP), .DEPTH(DEPTH)) stage (.clk, .in({pre, b, jump}), .out({more, b_came, jump_came}));
  fire #(.STATE(STATE), .SUM(SUM), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT)) quantiser (
      .sum(SUM'(a_rest) + SUM'(more)), .below(b_came), .theta, .limit, .fires, .payload, .kept(a_next)
  );
  assign size = payload < 0 ? -payload : payload;
  clamp #(.WIDTH(RISE), .TO(STATE)) word (.in(RISE'(b_rest) + RISE'(jump_came) * RISE'(size)), .out(b_next));
endmodule

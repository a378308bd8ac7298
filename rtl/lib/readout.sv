// Class score of a step: pre clamped to SCORE bits; its sum over the steps (SUMS), or itself, is the state. DEPTH cycles.
module readout #(
    parameter int PRE = 42, SCORE = 16, SUM = 32, SUMS = 1, DEPTH = 1
) (
    input logic clk,
    input logic signed [SUM-1:0] sum,
    input logic signed [PRE-1:0] pre,
    output logic signed [SCORE-1:0] score,
    output logic signed [SUM-1:0] sum_next
);
  logic signed [PRE-1:0] pre_came;
  logic signed [SUM-1:0] sum_came;
  pipe #(.WIDTH(PRE + SUM), .DEPTH(DEPTH)) stage (.clk, .in({pre, sum}), .out({pre_came, sum_came}));
  clamp #(.WIDTH(PRE), .TO(SCORE)) word (.in(pre_came), .out(score));
  assign sum_next = SUM'(score) + (SUMS != 0 ? sum_came : '0);
endmodule

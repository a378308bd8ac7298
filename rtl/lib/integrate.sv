// Update unit of imported networks, as `update`: integrate and fire, with or without leak and filtered current, leaky integrators, sums that are scored, inputs.
// An item is the voltage, and above it the current. A row holds multiplier and bias, what stays of voltage and of current, rest, and what a reset sets.
//
// i = filtered ? clamp(leak(i) + pre) : pre; v = clamp(leak(v) + i + rest); above the threshold it fires, and is reset by RESETS:
// 0: to a value; 1: the threshold goes off; 2 and 3: it goes off in the next step, which 2 computes at once; 4: to a value, in the next step.
module integrate #(
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PAYLOAD = 2, FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, SCORE = 16,
    parameter int DEPTH_1 = 1, DEPTH_2 = 1, DEPTH_3 = 1,
    localparam int ROW = MULT + BIAS + 2 * FACTOR + 2 * JUMP
) (
    input logic clk,
    // kind: 1 neurons, 2 sums that are scored, 3 inputs, 4 neurons with a filtered current
    input logic [2:0] kind,
    input logic [ITEM-1:0] item,
    input logic [ACC-1:0] accumulator,
    input logic [ROW-1:0] row,
    input logic signed [STATE-1:0] x,
    // of the neuron whose product is there, and of the one that is through
    input logic [5:0] shift,
    input logic [2:0] gives, resets,
    input logic spikes,
    input logic signed [STATE:0] threshold, loses,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic [ITEM-1:0] item_next,
    output logic signed [SCORE-1:0] score
);
  // twice what a state's word holds beyond what leaks, rest and reset may take off again
  localparam int PRE = (STATE > 16 ? STATE : 16) + 4, WIDE = STATE + FACTOR, TOTAL = (PRE > WIDE ? PRE : WIDE) + 2, KEPT = 2 * FACTOR + 2 * JUMP;
  logic signed [PRE-1:0] made, pre, pre_come;
  logic unused_index;
  requantise #(.ACC(ACC), .MULT(MULT), .BIAS(BIAS), .PRE(PRE), .INDEX(1), .DEPTH(DEPTH_1)) weighted (
      .clk, .sum(accumulator), .multiplier(row[MULT-1:0]), .bias(row[MULT+:BIAS]), .shift, .out(made), .index(unused_index)
  );
  pipe #(.WIDTH(PRE), .DEPTH(DEPTH_2)) sums (.clk, .in(made), .out(pre));
  logic [2*STATE-1:0] states;
  logic signed [FACTOR-1:0] keep_v, keep_i;
  logic signed [JUMP-1:0] rest, reset_to, reset_come;
  logic signed [STATE-1:0] x_come, x_out, v, i, v_come, current, i_come;
  logic filtered;
  pipe #(.WIDTH(1 + 2 * STATE + KEPT + STATE), .DEPTH(DEPTH_1 + DEPTH_2)) own (
      .clk, .in({kind == 3'd4, (2 * STATE)'(item), row[MULT+BIAS+:KEPT], x}), .out({filtered, states, reset_to, rest, keep_i, keep_v, x_come})
  );
  assign v = states[STATE-1:0];
  assign i = filtered ? states[2*STATE-1:STATE] : '0;
  // ---- the neuron
  logic signed [WIDE-1:0] rest_v, rest_i;
  logic signed [TOTAL-1:0] driven, total, total_come;
  leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS)) voltage (.state(v), .factor(keep_v), .out(rest_v));
  leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS)) synaptic (.state(i), .factor(keep_i), .out(rest_i));
  assign driven = TOTAL'(rest_i) + TOTAL'(pre);
  clamp #(.WIDTH(TOTAL), .TO(STATE)) filter (.in(driven), .out(current));
  assign total = TOTAL'(rest_v) + (filtered ? TOTAL'(current) : TOTAL'(pre)) + TOTAL'(rest);
  pipe #(.WIDTH(TOTAL + PRE + 3 * STATE + JUMP), .DEPTH(DEPTH_3)) results (
      .clk, .in({total, pre, v, current, x_come, reset_to}), .out({total_come, pre_come, v_come, i_come, x_out, reset_come})
  );
  // ---- the spike, and what it leaves
  logic signed [TOTAL-1:0] pending, left;
  logic signed [STATE-1:0] v_now, v_left, v_next;
  logic was, above;
  assign was = spikes && (STATE + 1)'(v_come) > threshold;
  assign pending = was && (resets == 3'd2 || resets == 3'd3) ? TOTAL'(loses) : '0;
  clamp #(.WIDTH(TOTAL), .TO(STATE)) word (.in(total_come - pending), .out(v_now));
  logic signed [STATE-1:0] v_here;
  assign v_here = was && resets == 3'd4 ? STATE'(reset_come) : v_now;
  assign above = spikes && (STATE + 1)'(v_here) > threshold;
  assign left = TOTAL'(v_here) + pending - (above ? TOTAL'(loses) : '0);
  clamp #(.WIDTH(TOTAL), .TO(STATE)) reset (.in(left), .out(v_left));
  assign v_next = resets == 3'd0 && above ? STATE'(reset_come) : spikes && (resets == 3'd1 || resets == 3'd2) ? v_left : v_here;
  assign fires = gives == 3'd3 ? x_out != '0 : above;
  assign payload = gives == 3'd3 ? PAYLOAD'(x_out) : PAYLOAD'(above);
  assign item_next = ITEM'({i_come, v_next});
  logic signed [15:0] sum;
  clamp #(.WIDTH(PRE), .TO(16)) scored (.in(pre_come), .out(sum));
  assign score = gives == 3'd2 ? SCORE'(sum) : spikes ? SCORE'(above) : SCORE'(v_next);
endmodule

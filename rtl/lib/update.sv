// Update unit: one neuron per cycle, of any population of the core, through DEPTH_1 + DEPTH_2 + DEPTH_3 stages (DEPTH_2 is 0 or 1): product | pre-activation | cell | spike.
// An item is a neuron's states: of a layer's neuron the hidden one and the membrane, of an encoder's the membrane, of a class the sum of its scores.
// A row holds what belongs to the neuron: per gate multiplier and bias, then its factors (tau, rho) and jump.
//
// encoder: a = fire(a + x). lif: i = clamp(pre + leak(i)), a = fire(a + i). rec: h = gated(h, pre), a = fire(a + h).
// alif: a = fire(leak(a) + pre) by what exceeds b, then b = clamp(leak(b) + jump |payload|). Class: score = clamp(pre), and (SUMS) its sum.
module update #(
    // of layers: 0 lif, 1 rec, 2 alif; requantised gates, leak factors and jumps in a row
    parameter int CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    parameter int DEPTH_1 = 1, DEPTH_2 = 1, DEPTH_3 = 1,
    parameter SIGMOID = "",
    localparam int ROW = GATES * (MULT + BIAS) + FACTORS * FACTOR + JUMPS * JUMP
) (
    input logic clk, is_encoder,
    input logic [ITEM-1:0] item,
    input logic [GATES*ACC-1:0] accumulators,
    input logic [ROW-1:0] row,
    input logic signed [STATE-1:0] x,
    // of the neuron whose product is there, and of the one that is through
    input logic [5:0] shift_0, shift_1,
    input logic gives_encoder, gives_class,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic [ITEM-1:0] item_next,
    output logic signed [SCORE-1:0] score
);
  // ---- product and pre-activation of each gate; a leak is less than 2^STATE, so two bits more than a state's lose nothing
  localparam int WORD = LUT > SCORE ? LUT : SCORE, PRE = (WORD > STATE + 1 ? WORD : STATE + 1) + 1;
  logic [GATES-1:0][PRE-1:0] made, come;
  logic [GATES-1:0][LUT-1:0] index;
  for (genvar g = 0; g < GATES; g++) begin : gate
    logic [5:0] shift;
    assign shift = g == 0 ? shift_0 : shift_1;
    requantise #(.ACC(ACC), .MULT(MULT), .BIAS(BIAS), .PRE(PRE), .INDEX(LUT), .DEPTH(DEPTH_1)) weighted (
        .clk, .sum(accumulators[g*ACC+:ACC]), .multiplier(row[g*(MULT+BIAS)+:MULT]), .bias(row[g*(MULT+BIAS)+MULT+:BIAS]),
        .shift, .out(made[g]), .index(index[g])
    );
  end
  pipe #(.WIDTH(GATES * PRE), .DEPTH(DEPTH_2)) gates (.clk, .in(made), .out(come));
  // ---- what else comes, until it is used
  localparam int OWN = FACTORS * FACTOR + JUMPS * JUMP + 1;
  logic [ITEM-1:0] held;
  logic [OWN-1:0] own;
  logic signed [STATE-1:0] x_come;
  logic encodes, unused;
  pipe #(.WIDTH(1 + ITEM + OWN + STATE), .DEPTH(DEPTH_1 + DEPTH_2)) states (
      .clk, .in({is_encoder, item, OWN'(row >> (GATES * (MULT + BIAS))), x}), .out({encodes, held, own, x_come})
  );
  assign unused = ^{own, other_come, index};
  // ---- the neuron: `total` fires, `other` is its second state
  localparam int WIDE = STATE + FACTOR, TOTAL = (PRE > WIDE ? PRE : WIDE) + 1;
  logic signed [PRE-1:0] pre;
  logic signed [STATE-1:0] hidden, a;
  logic signed [TOTAL-1:0] total, total_come;
  logic signed [WIDE-1:0] other, other_come;
  assign pre = come[0];
  assign {a, hidden} = held[2*STATE-1:0];
  generate
    if (CELL == 1) begin : gated
      logic signed [STATE-1:0] h;
      rec #(.STATE(STATE), .PRE(PRE), .GATE(GATE), .LUT(LUT), .READ(DEPTH_2), .INIT(SIGMOID)) leaks (
          .clk, .h(hidden), .index(index[0]), .pre_c(come[1]), .h_next(h)
      );
      assign other = WIDE'(h);
      assign total = encodes ? TOTAL'(hidden) + TOTAL'(x_come) : TOTAL'(a) + TOTAL'(h);
    end else begin : leaky
      logic signed [WIDE-1:0] rest;
      logic signed [TOTAL-1:0] sum;
      leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS)) tau (.state(CELL == 0 ? hidden : a), .factor(own[FACTOR-1:0]), .out(rest));
      assign sum = TOTAL'(pre) + TOTAL'(rest);
      if (CELL == 0) begin : lif
        logic signed [STATE-1:0] i;
        clamp #(.WIDTH(TOTAL), .TO(STATE)) current (.in(sum), .out(i));
        assign other = WIDE'(i);
        assign total = encodes ? TOTAL'(hidden) + TOTAL'(x_come) : TOTAL'(a) + TOTAL'(i);
      end else begin : alif
        leak #(.STATE(STATE), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS)) rho (.state(hidden), .factor(own[FACTOR+:FACTOR]), .out(other));
        assign total = encodes ? TOTAL'(hidden) + TOTAL'(x_come) : sum;
      end
    end
  endgenerate
  // ---- the class
  logic signed [SCORE-1:0] score_made;
  logic signed [SUM-1:0] score_sum, score_sum_come;
  clamp #(.WIDTH(PRE), .TO(SCORE)) word (.in(pre), .out(score_made));
  assign score_sum = SUM'(score_made) + (SUMS != 0 ? signed'(held[SUM-1:0]) : '0);
  pipe #(.WIDTH(TOTAL + WIDE + SCORE + SUM), .DEPTH(DEPTH_3)) results (
      .clk, .in({total, other, score_made, score_sum}), .out({total_come, other_come, score, score_sum_come})
  );
  // ---- the spike
  logic spikes;
  logic signed [STATE-1:0] below, kept, other_next;
  fire #(.STATE(STATE), .SUM(TOTAL), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT)) quantiser (
      .sum(total_come), .below, .theta, .limit, .fires(spikes), .payload, .kept
  );
  generate
    if (JUMPS != 0) begin : jumps
      localparam int RISE = (WIDE > JUMP + PAYLOAD ? WIDE : JUMP + PAYLOAD) + 1;
      logic signed [JUMP-1:0] jump;
      logic signed [PAYLOAD-1:0] size;
      logic signed [STATE-1:0] b;
      pipe #(.WIDTH(STATE + JUMP), .DEPTH(DEPTH_3)) threshold (.clk, .in({hidden, own[FACTORS*FACTOR+:JUMP]}), .out({b, jump}));
      assign below = gives_encoder ? '0 : b;
      assign size = payload < 0 ? -payload : payload;
      clamp #(.WIDTH(RISE), .TO(STATE)) risen (.in(RISE'(other_come) + RISE'(jump) * RISE'(size)), .out(other_next));
    end else begin : rests
      assign below = '0;
      assign other_next = other_come[STATE-1:0];
    end
  endgenerate
  assign fires = spikes && !gives_class;
  assign item_next = gives_encoder ? ITEM'(unsigned'(kept)) : gives_class ? ITEM'(unsigned'(score_sum_come)) : ITEM'({kept, other_next});
endmodule

// Update unit: one neuron per cycle, of any population of the core, through DEPTH_1 + DEPTH_2 + DEPTH_3 stages: product | pre-activation | cell | spike.
// An item is a neuron's states: hidden state and membrane of a layer's neuron, the membrane of an encoder's, the score sum of a class. A row holds what
// belongs to the neuron: per gate multiplier and bias, then its factors (tau, rho) and jump.
module update #(
    // of layers: 0 lif, 1 rec, 2 alif; requantised gates, leak factors and jumps in a row
    parameter int CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PRE = 42, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    parameter int DEPTH_1 = 1, DEPTH_2 = 1, DEPTH_3 = 1,
    parameter SIGMOID = "",
    localparam int ROW = GATES * (MULT + BIAS) + FACTORS * FACTOR + JUMPS * JUMP
) (
    input logic clk, is_encoder, is_readout,
    input logic [ITEM-1:0] item,
    input logic [GATES*ACC-1:0] accumulators,
    input logic [ROW-1:0] row,
    input logic signed [STATE-1:0] x,
    input logic [5:0] shift_0, shift_1,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic [ITEM-1:0] item_next,
    output logic signed [SCORE-1:0] score
);
  // ---- product and pre-activation of each gate
  logic [GATES-1:0][PRE-1:0] made, pre;
  for (genvar g = 0; g < GATES; g++) begin : gate
    logic [5:0] shift;
    assign shift = g == 0 ? shift_0 : shift_1;
    requantise #(.ACC(ACC), .MULT(MULT), .BIAS(BIAS), .WIDE(PRE), .DEPTH(DEPTH_1)) weighted (
        .clk, .sum(accumulators[g*ACC+:ACC]), .multiplier(row[g*(MULT+BIAS)+:MULT]), .bias(row[g*(MULT+BIAS)+MULT+:BIAS]), .shift, .out(made[g])
    );
  end
  pipe #(.WIDTH(GATES * PRE), .DEPTH(DEPTH_2)) gates (.clk, .in(made), .out(pre));
  // ---- what else comes, until it is used
  localparam int REST = ROW - GATES * (MULT + BIAS) > 0 ? ROW - GATES * (MULT + BIAS) : 1;
  logic [ITEM-1:0] held;
  logic [REST-1:0] own, own_come;
  logic signed [STATE-1:0] x_come;
  logic [PAYLOAD-2:0] theta_come, limit_come;
  logic encodes, reads;
  assign own = REST'(row >> (GATES * (MULT + BIAS)));
  pipe #(.WIDTH(ITEM + REST + STATE), .DEPTH(DEPTH_1 + DEPTH_2)) states (.clk, .in({item, own, x}), .out({held, own_come, x_come}));
  pipe #(.WIDTH(2 * PAYLOAD), .DEPTH(DEPTH_1 + DEPTH_2 + DEPTH_3)) kinds (
      .clk, .in({is_encoder, is_readout, theta, limit}), .out({encodes, reads, theta_come, limit_come})
  );
  // ---- the neuron
  logic encoder_fires, layer_fires;
  logic signed [PAYLOAD-1:0] encoder_payload, layer_payload;
  logic signed [STATE-1:0] encoder_a, hidden, a, hidden_next, a_next;
  logic signed [SUM-1:0] sum_next;
  assign {a, hidden} = held[2*STATE-1:0];
  encoder #(.STATE(STATE), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .DEPTH(DEPTH_3)) input_cell (
      .clk, .a(hidden), .x(x_come), .theta(theta_come), .limit(limit_come), .fires(encoder_fires), .payload(encoder_payload), .a_next(encoder_a)
  );
  readout #(.PRE(PRE), .SCORE(SCORE), .SUM(SUM), .SUMS(SUMS), .DEPTH(DEPTH_3)) class_score (
      .clk, .sum(held[SUM-1:0]), .pre(pre[0]), .score, .sum_next
  );
  generate
    if (CELL == 0) begin : lif_cell
      lif #(.STATE(STATE), .PRE(PRE), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .DEPTH(DEPTH_3)) neuron (
          .clk, .i(hidden), .a, .pre(pre[0]), .tau(own_come[FACTOR-1:0]), .theta(theta_come), .limit(limit_come),
          .fires(layer_fires), .payload(layer_payload), .i_next(hidden_next), .a_next
      );
    end else if (CELL == 1) begin : rec_cell
      logic unused;
      assign unused = ^own_come;
      rec #(.STATE(STATE), .PRE(PRE), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .GATE(GATE), .LUT(LUT), .DEPTH(DEPTH_3), .INIT(SIGMOID)) neuron (
          .clk, .h(hidden), .a, .pre_z(pre[0]), .pre_c(pre[1]), .theta(theta_come), .limit(limit_come),
          .fires(layer_fires), .payload(layer_payload), .h_next(hidden_next), .a_next
      );
    end else begin : alif_cell
      alif #(
          .STATE(STATE), .PRE(PRE), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .JUMP(JUMP), .DEPTH(DEPTH_3)
      ) neuron (
          .clk, .b(hidden), .a, .pre(pre[0]), .tau(own_come[FACTOR-1:0]), .rho(own_come[FACTOR+:FACTOR]), .jump(own_come[2*FACTOR+:JUMP]),
          .theta(theta_come), .limit(limit_come), .fires(layer_fires), .payload(layer_payload), .b_next(hidden_next), .a_next
      );
    end
  endgenerate
  assign fires = encodes ? encoder_fires : !reads && layer_fires;
  assign payload = encodes ? encoder_payload : layer_payload;
  assign item_next = encodes ? ITEM'(unsigned'(encoder_a)) : reads ? ITEM'(unsigned'(sum_next)) : ITEM'({a_next, hidden_next});
endmodule

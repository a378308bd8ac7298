// One update unit, of trained cells (`update`) or of an imported network's (`integrate`), through the same stages. `goes`: whether the neuron's spikes go
// anywhere, in the last step of an utterance and before it; of an imported network the highest two bits of its row say so.
module neuron #(
    parameter int CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0, ROW = 90, TW = 16, DEPTH = 4,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    parameter SIGMOID = "",
    localparam int UP_1 = DEPTH >= 5 ? DEPTH - 3 : DEPTH >= 2 ? 1 : 0, UP_2 = DEPTH >= 3 ? 1 : 0, UP_3 = DEPTH >= 4 ? 1 : 0
) (
    input logic clk,
    input logic [2:0] kind,
    input logic [ITEM-1:0] item,
    input logic [GATES*ACC-1:0] accumulators,
    input logic [ROW-1:0] row,
    input logic [STATE-1:0] x,
    // of the neuron whose product is there, and of the one that is through
    input logic [5:0] shift_0, shift_1,
    input logic [2:0] gives, resets,
    input logic spikes,
    input logic [TW-1:0] theta, limit,
    output logic fires,
    output logic [1:0] goes,
    output logic [PAYLOAD-1:0] payload,
    output logic [ITEM-1:0] item_next,
    output logic [SCORE-1:0] score
);
  logic unused;
  assign unused = ^{kind, shift_1, gives, resets, spikes, theta, limit};
  generate
    if (CELL == 3) begin : imported
      integrate #(
          .STATE(STATE), .ITEM(ITEM), .ACC(ACC), .MULT(MULT), .BIAS(BIAS), .PAYLOAD(PAYLOAD), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS),
          .JUMP(JUMP), .SCORE(SCORE), .DEPTH_1(UP_1), .DEPTH_2(UP_2), .DEPTH_3(UP_3)
      ) pipeline (
          .clk, .kind, .item, .accumulator(accumulators[ACC-1:0]), .row(row[ROW-3:0]), .x, .shift(shift_0), .gives, .resets, .spikes,
          .threshold((STATE + 1)'(theta)), .loses((STATE + 1)'(limit)), .fires, .payload, .item_next, .score
      );
      pipe #(.WIDTH(2), .DEPTH(DEPTH - 1)) somewhere (.clk, .in(row[ROW-1:ROW-2]), .out(goes));
    end else begin : trained
      update #(
          .CELL(CELL), .GATES(GATES), .FACTORS(FACTORS), .JUMPS(JUMPS), .STATE(STATE), .ITEM(ITEM), .ACC(ACC), .MULT(MULT), .BIAS(BIAS),
          .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .JUMP(JUMP), .GATE(GATE), .LUT(LUT), .SCORE(SCORE),
          .SUM(SUM), .SUMS(SUMS), .DEPTH_1(UP_1), .DEPTH_2(UP_2), .DEPTH_3(UP_3), .SIGMOID(SIGMOID)
      ) pipeline (
          .clk, .is_encoder(kind == 3'd0), .item, .accumulators, .row, .x, .shift_0, .shift_1, .gives_encoder(gives == 3'd0), .gives_class(gives == 3'd2),
          .theta(theta[PAYLOAD-2:0]), .limit(limit[PAYLOAD-2:0]), .fires, .payload, .item_next, .score
      );
      assign goes = '1;
    end
  endgenerate
endmodule

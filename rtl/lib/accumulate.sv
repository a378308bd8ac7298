// Lanes: weight x payload onto the accumulators of a group. A group is handed in (`valid`) in the cycle in which its last word is served; its sums are in
// the write queues DEPTH cycles after its words have come. Words that other groups are still changing come from the write queues; the word in which the
// group before ended is open, and stays here until its last accumulator or the row's end.
module accumulate #(
    parameter int GROUP = 4, WEIGHT = 8, PAYLOAD = 9, ACC = 24, WRAP = 0, PER_WORD = 2, WORDS_PER = 1, WORD = 64, BANKS = 2, RW = 4,
    parameter int LATENCY = 1, DEPTH = 3, QUEUE = 8,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int AW = PER_WORD == 1 ? 1 : $clog2(PER_WORD)
) (
    input logic clk, rst, start, valid,
    input logic [GROUP*WEIGHT-1:0] weights,
    input logic signed [PAYLOAD-1:0] payload,
    input logic [NW-1:0] items,
    input logic [AW-1:0] offset,
    // words that begin in the group, in order
    input logic [BANKS-1:0] want,
    input logic [BANKS-1:0][BW-1:0] banks,
    input logic [BANKS-1:0][RW-1:0] rows,
    input logic row_ends,
    input logic [BANKS-1:0][WORD-1:0] come,
    output logic [BANKS-1:0] write,
    output logic [BANKS-1:0][RW-1:0] write_row,
    output logic [BANKS-1:0][WORD-1:0] write_word,
    input logic [BANKS-1:0] written,
    output logic any
);
  // an accumulator that is wider than a word has a box of words; the boxes of a group begin with the open word, or with its first fresh one
  localparam int PRODUCT = WEIGHT + PAYLOAD, SUM = (ACC > PRODUCT ? ACC : PRODUCT) + 1, BOX = WORDS_PER * WORD, USED = PER_WORD * ACC;
  localparam int BOXES = (BANKS + WORDS_PER - 1) / WORDS_PER + 1, PLACES = BOXES * PER_WORD;

  // ---- products, a cycle after the group was handed in, then on their way to the sum
  logic [GROUP*WEIGHT-1:0] weights_1;
  logic signed [PAYLOAD-1:0] payload_1;
  logic [GROUP*PRODUCT-1:0] products_1, products;
  always_ff @(posedge clk) begin
    weights_1 <= weights;
    payload_1 <= payload;
  end
  for (genvar j = 0; j < GROUP; j++) begin : lane
    logic signed [WEIGHT-1:0] weight;
    assign weight = weights_1[j*WEIGHT+:WEIGHT];
    // a weight of two bits is 0 or a sign, never -2; `*` would take a multiplier of an FPGA even so
    if (WEIGHT == 2) begin : unit
      logic [PRODUCT-1:0] wide;
      assign wide = {{WEIGHT{payload_1[PAYLOAD-1]}}, payload_1};
      assign products_1[j*PRODUCT+:PRODUCT] = weight[0] ? (weight[1] ? -wide : wide) : '0;
    end else begin : multiplier
      assign products_1[j*PRODUCT+:PRODUCT] = weight * payload_1;
    end
  end
  pipe #(.WIDTH(GROUP * PRODUCT), .DEPTH(LATENCY + DEPTH - 2)) product (.clk, .in(products_1), .out(products));

  // ---- about the group: its fresh words in order and their rows by bank; a cycle ahead of the sum, what the sum asks of them
  localparam int META = NW + AW + 1 + BANKS * (1 + BW + RW);
  logic [BANKS-1:0][RW-1:0] row_of, next_row, fresh_row;
  logic [BANKS-1:0][BW-1:0] next_banks, fresh_banks;
  logic [BANKS-1:0] next_fresh, fresh, found;
  logic [NW-1:0] next_items;
  logic [AW-1:0] next_at, at;
  logic [PLACES-1:0] adds_here;
  logic [BANKS:0] full;
  logic adds, next_ends, continues;
  always_comb begin
    row_of = '0;
    for (int i = 0; i < BANKS; i++) for (int b = 0; b < BANKS; b++) if (banks[i] == BW'(b)) row_of[b] = rows[i];
  end
  pipe #(.WIDTH(META), .DEPTH(LATENCY + DEPTH - 2)) about (
      .clk, .in({row_ends, items, offset, want, banks, row_of}), .out({next_ends, next_items, next_at, next_fresh, next_banks, next_row})
  );
  flags #(.DEPTH(LATENCY + DEPTH - 1)) way (.clk, .rst, .in(valid), .out(adds), .any);
  always_ff @(posedge clk) begin
    {at, fresh, fresh_banks, fresh_row} <= {next_at, next_fresh, next_banks, next_row};
    continues <= WORDS_PER == 1 && next_at != '0;
    for (int p = 0; p < PLACES; p++) adds_here[p] <= p >= int'(next_at) && p < int'(next_at) + int'(next_items);
    for (int i = 0; i <= BANKS; i++) full[i] <= next_ends || int'(next_at) + int'(next_items) >= (i / WORDS_PER + 1) * PER_WORD;
  end
  logic [BANKS-1:0][WORD-1:0] read, found_word, current, fresh_sums;
  pipe #(.WIDTH(BANKS * WORD), .DEPTH(DEPTH - 1)) words_way (.clk, .in(come), .out(read));
  always_comb for (int i = 0; i < BANKS; i++) current[i] = found[fresh_banks[i]] ? found_word[fresh_banks[i]] : read[i];

  // ---- sums
  logic [WORD-1:0] open;
  logic [RW-1:0] open_row;
  logic [BW-1:0] open_bank;
  logic unused_padding;
  logic [BANKS-1:0] fresh_full;
  logic [BOXES*BOX-1:0] old_boxes, boxes;
  logic [PLACES*PRODUCT-1:0] placed;
  assign placed = (PLACES * PRODUCT)'(products) << (32'(at) * PRODUCT);
  assign unused_padding = ^old_boxes;
  assign old_boxes = continues ? (BOXES * BOX)'({current, open}) : (BOXES * BOX)'(current);
  for (genvar i = 0; i < BOXES; i++) begin : box
    logic [USED-1:0] sums;
    for (genvar j = 0; j < PER_WORD; j++) begin : place
      localparam int P = i * PER_WORD + j;
      logic signed [ACC-1:0] old, near;
      logic signed [PRODUCT-1:0] more;
      logic signed [SUM-1:0] sum;
      assign old = old_boxes[i*BOX+j*ACC+:ACC];
      assign more = placed[P*PRODUCT+:PRODUCT];
      assign sum = SUM'(old) + SUM'(more);
      clamp #(.WIDTH(SUM), .TO(ACC)) saturated (.in(sum), .out(near));
      assign sums[j*ACC+:ACC] = !adds_here[P] ? old : WRAP != 0 ? sum[ACC-1:0] : near;
    end
    assign boxes[i*BOX+:BOX] = BOX'(sums);
  end
  always_comb begin
    for (int i = 0; i < BANKS; i++) begin
      fresh_sums[i] = boxes[(continues?i+1:i)*WORD+:WORD];
      fresh_full[i] = fresh[i] && (continues ? full[i+1] : full[i]);
    end
  end
  always_ff @(posedge clk)
    if (adds) begin
      if (continues) open <= boxes[WORD-1:0];
      for (int i = 0; i < BANKS; i++)
        if (fresh[i]) begin
          open <= fresh_sums[i];
          open_row <= fresh_row[fresh_banks[i]];
          open_bank <= fresh_banks[i];
        end
    end

  // ---- on their way to the memory
  for (genvar b = 0; b < BANKS; b++) begin : queues
    logic newer, unused_mask;
    logic [WORD-1:0] newer_word;
    always_comb begin
      newer = 1'b0;
      newer_word = '0;
      for (int i = 0; i < BANKS; i++)
        if (fresh_full[i] && fresh_banks[i] == BW'(b)) begin
          newer = 1'b1;
          newer_word |= fresh_sums[i];
        end
    end
    write_queue #(.WORD(WORD), .RW(RW), .PUSHES(2), .DEPTH(QUEUE)) sums (
        .clk, .rst, .clear(start), .push({adds && newer, adds && continues && full[0] && open_bank == BW'(b)}), .rows({fresh_row[b], open_row}),
        .words({newer_word, boxes[WORD-1:0]}), .masks('0), .look(next_row[b]), .found(found[b]), .found_word(found_word[b]), .write(write[b]),
        .write_row(write_row[b]), .write_word(write_word[b]), .write_mask(unused_mask), .written(written[b])
    );
  end
endmodule

// Lanes: weight x payload onto the accumulators of a group. A group is handed in (`valid`) in the cycle in which its last word is served; its sums are in
// the write queues DEPTH cycles after its words have come. Words that other groups are still changing come from the write queues; the word in which the
// group before ended is open, and stays here until a later one begins, or the row ends.
//
// SPREAD 0: sums of a group lie side by side, from place `offset` of its first word on, in banks that follow each other. SPREAD 1: each has a place of its
// own (`places`, among the open word, if the group `goes_on` in it, and the words that begin in it), and the words may lie in any bank, all in one.
module accumulate #(
    parameter int GROUP = 4, WEIGHT = 8, PAYLOAD = 9, ACC = 24, WRAP = 0, PER_WORD = 2, WORDS_PER = 1, WORD = 64, BANKS = 2, RW = 4,
    // words that begin in a group at most
    parameter int LATENCY = 1, DEPTH = 3, QUEUE = 8, SPREAD = 0, WORDS = BANKS,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int AW = PER_WORD == 1 ? 1 : $clog2(PER_WORD),
    localparam int LW = $clog2((WORDS + 1) * PER_WORD + 1)
) (
    input logic clk, rst, start, valid,
    input logic [GROUP*WEIGHT-1:0] weights,
    input logic signed [PAYLOAD-1:0] payload,
    input logic [NW-1:0] items,
    input logic [AW-1:0] offset,
    input logic goes_on,
    input logic [GROUP*LW-1:0] places,
    // words that begin in the group, in order
    input logic [WORDS-1:0] want,
    input logic [WORDS-1:0][BW-1:0] banks,
    input logic [WORDS-1:0][RW-1:0] rows,
    input logic row_ends,
    input logic [WORDS-1:0][WORD-1:0] come,
    output logic [BANKS-1:0] write,
    output logic [BANKS-1:0][RW-1:0] write_row,
    output logic [BANKS-1:0][WORD-1:0] write_word,
    input logic [BANKS-1:0] written,
    output logic any
);
  // an accumulator that is wider than a word has a box of words; the boxes of a group begin with the open word, or with its first fresh one
  localparam int PRODUCT = WEIGHT + PAYLOAD, SUM = (ACC > PRODUCT ? ACC : PRODUCT) + 1, BOX = WORDS_PER * WORD, USED = PER_WORD * ACC;
  localparam int BOXES = (WORDS + WORDS_PER - 1) / WORDS_PER + 1, PLACES = BOXES * PER_WORD;

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

  // ---- about the group: its fresh words in order; a cycle ahead of the sum, what the sum asks of them
  localparam int META = NW + AW + 2 + GROUP * LW + WORDS * (1 + BW + RW);
  logic [WORDS-1:0][RW-1:0] next_rows, fresh_rows;
  logic [WORDS-1:0][BW-1:0] next_banks, fresh_banks;
  logic [WORDS-1:0] next_fresh, fresh, found;
  logic [NW-1:0] next_items, n;
  logic [AW-1:0] next_at, at;
  logic [GROUP*LW-1:0] next_places, place_of;
  logic [PLACES-1:0] adds_here;
  logic adds, next_ends, ends, next_goes_on, continues, opened;
  pipe #(.WIDTH(META), .DEPTH(LATENCY + DEPTH - 2)) about (
      .clk, .in({row_ends, goes_on, items, offset, places, want, banks, rows}),
      .out({next_ends, next_goes_on, next_items, next_at, next_places, next_fresh, next_banks, next_rows})
  );
  flags #(.DEPTH(LATENCY + DEPTH - 1)) way (.clk, .rst, .in(valid), .out(adds), .any);
  always_ff @(posedge clk) begin
    {ends, n, at, place_of, fresh, fresh_banks, fresh_rows} <= {next_ends, next_items, next_at, next_places, next_fresh, next_banks, next_rows};
    continues <= SPREAD != 0 ? next_goes_on : WORDS_PER == 1 && next_at != '0;
    for (int p = 0; p < PLACES; p++) adds_here[p] <= p >= int'(next_at) && p < int'(next_at) + int'(next_items);
    opened <= !rst && (adds ? WORDS_PER == 1 && !ends : opened);
  end
  logic [WORDS-1:0][WORD-1:0] read, found_word, current, fresh_sums;
  pipe #(.WIDTH(WORDS * WORD), .DEPTH(DEPTH - 1)) words_way (.clk, .in(come), .out(read));
  always_comb for (int i = 0; i < WORDS; i++) current[i] = found[i] ? found_word[i] : read[i];

  // ---- sums
  logic [WORD-1:0] open;
  logic [RW-1:0] open_row;
  logic [BW-1:0] open_bank;
  logic unused;
  logic [WORDS-1:0] fresh_full;
  logic [BOXES*BOX-1:0] old_boxes, boxes;
  logic [PLACES*PRODUCT-1:0] placed;
  logic [PLACES-1:0] changes;
  assign unused = ^{old_boxes, at, next_goes_on, n, place_of, adds_here, fresh_rows};
  generate
    if (SPREAD != 0) begin : scattered
      always_comb begin
        placed = '0;
        changes = '0;
        for (int p = 0; p < PLACES; p++)
          for (int j = 0; j < GROUP; j++)
            if (NW'(j) < n && place_of[j*LW+:LW] == LW'(p)) begin
              placed[p*PRODUCT+:PRODUCT] |= products[j*PRODUCT+:PRODUCT];
              changes[p] = 1'b1;
            end
      end
    end else begin : side_by_side
      assign placed = (PLACES * PRODUCT)'(products) << (32'(at) * PRODUCT);
      assign changes = adds_here;
    end
  endgenerate
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
      assign sums[j*ACC+:ACC] = !changes[P] ? old : WRAP != 0 ? sum[ACC-1:0] : near;
    end
    assign boxes[i*BOX+:BOX] = BOX'(sums);
  end
  always_comb
    for (int i = 0; i < WORDS; i++) begin
      fresh_sums[i] = boxes[(continues?i+1:i)*WORD+:WORD];
      fresh_full[i] = fresh[i] && (WORDS_PER > 1 || ends || (i + 1 < WORDS && fresh[(i+1)%WORDS]));
    end
  always_ff @(posedge clk)
    if (adds) begin
      if (continues) open <= boxes[WORD-1:0];
      for (int i = 0; i < WORDS; i++)
        if (fresh[i]) begin
          open <= fresh_sums[i];
          open_row <= fresh_rows[i];
          open_bank <= fresh_banks[i];
        end
    end

  // ---- on their way to the memory; the open word goes first. Of words side by side, one at most is new in a bank
  logic pushes_open;
  logic [WORD-1:0] open_now;
  assign pushes_open = adds && opened && (!continues || ends || fresh[0]);
  assign open_now = continues ? boxes[WORD-1:0] : open;
  localparam int PUSHES = SPREAD != 0 ? WORDS + 1 : 2, LOOKS = SPREAD != 0 ? WORDS : 1, OWN = SPREAD != 0 ? 1 : 0;
  logic [BANKS*LOOKS-1:0] founds;
  logic [BANKS*LOOKS*WORD-1:0] found_words;
  for (genvar b = 0; b < BANKS; b++) begin : queues
    logic unused_mask;
    logic [PUSHES-2:0] newer;
    logic [(PUSHES-1)*RW-1:0] newer_rows;
    logic [(PUSHES-1)*WORD-1:0] newer_words;
    logic [LOOKS*RW-1:0] looks;
    always_comb begin
      newer = '0;
      newer_rows = '0;
      newer_words = '0;
      looks = '0;
      for (int i = 0; i < WORDS; i++) begin
        if (SPREAD != 0 || next_banks[i] == BW'(b)) looks[OWN*i*RW+:RW] = next_rows[i];
        if (fresh_full[i] && fresh_banks[i] == BW'(b)) begin
          newer[OWN*i] = adds;
          newer_rows[OWN*i*RW+:RW] = fresh_rows[i];
          newer_words[OWN*i*WORD+:WORD] = fresh_sums[i];
        end
      end
    end
    write_queue #(.WORD(WORD), .RW(RW), .PUSHES(PUSHES), .LOOKS(LOOKS), .DEPTH(QUEUE)) sums (
        .clk, .rst, .clear(start), .push({newer, pushes_open && open_bank == BW'(b)}), .rows({newer_rows, open_row}), .words({newer_words, open_now}),
        .masks('0), .look(looks), .found(founds[b*LOOKS+:LOOKS]), .found_word(found_words[b*LOOKS*WORD+:LOOKS*WORD]), .write(write[b]), .write_row(write_row[b]),
        .write_word(write_word[b]), .write_mask(unused_mask), .written(written[b])
    );
  end
  always_comb
    for (int i = 0; i < WORDS; i++) begin
      found[i] = 1'b0;
      found_word[i] = '0;
      for (int b = 0; b < BANKS; b++)
        if (fresh_banks[i] == BW'(b)) begin
          found[i] = founds[b*LOOKS+OWN*i];
          found_word[i] = found_words[(b*LOOKS+OWN*i)*WORD+:WORD];
        end
    end
endmodule

// Lanes: weight x payload onto the accumulators of a group. A group is handed in (`valid`) in the cycle in which its last word is served; its sums are in
// the write queues DEPTH cycles after its words have come. Words that other groups are still changing come from the write queues; the word in which the
// group before ended is open, and stays here until its last accumulator or the row's end.
module accumulate #(
    parameter int GROUP = 4, WEIGHT = 8, PAYLOAD = 9, ACC = 24, WRAP = 0, PER_WORD = 2, WORDS_PER = 1, WORD = 64, BANKS = 2, RW = 4,
    parameter int LATENCY = 1, DEPTH = 3, QUEUE = 8,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int FW = $clog2(BANKS + 1),
    localparam int AW = PER_WORD == 1 ? 1 : $clog2(PER_WORD)
) (
    input logic clk, rst, start, valid,
    input logic [GROUP*WEIGHT-1:0] weights,
    input logic signed [PAYLOAD-1:0] payload,
    input logic [NW-1:0] items,
    input logic [AW-1:0] offset,
    input logic [FW-1:0] words,
    input logic [RW-1:0] row,
    input logic [BW-1:0] bank,
    input logic row_ends,
    input logic [BANKS-1:0][WORD-1:0] come,
    output logic [BANKS-1:0] write,
    output logic [BANKS-1:0][RW-1:0] write_row,
    output logic [BANKS-1:0][WORD-1:0] write_word,
    input logic [BANKS-1:0] written,
    output logic any
);
  localparam int PRODUCT = WEIGHT + PAYLOAD, SUM = (ACC > PRODUCT ? ACC : PRODUCT) + 1;
  // accumulators that the words of a group may hold, from the start of its first word on
  localparam int SLOTS = WORDS_PER > 1 ? GROUP : BANKS + 1, PLACES = SLOTS * PER_WORD;

  // ---- products, a cycle after the group was handed in, then on their way to the sum
  logic [GROUP*WEIGHT-1:0] weights_1;
  logic signed [PAYLOAD-1:0] payload_1;
  logic [GROUP*PRODUCT-1:0] products_1, products;
  localparam int META = 1 + NW + AW + FW + RW + BW;
  logic [META-1:0] meta;
  logic adds, ends;
  logic [NW-1:0] n;
  logic [AW-1:0] at;
  logic [FW-1:0] fresh_words;
  logic [RW-1:0] fresh_row;
  logic [BW-1:0] fresh_bank;
  always_ff @(posedge clk) begin
    weights_1 <= weights;
    payload_1 <= payload;
  end
  for (genvar j = 0; j < GROUP; j++) begin : lane
    logic signed [WEIGHT-1:0] weight;
    assign weight = weights_1[j*WEIGHT+:WEIGHT];
    assign products_1[j*PRODUCT+:PRODUCT] = weight * payload_1;
  end
  pipe #(.WIDTH(GROUP * PRODUCT), .DEPTH(LATENCY + DEPTH - 2)) product (.clk, .in(products_1), .out(products));
  pipe #(.WIDTH(META), .DEPTH(LATENCY + DEPTH - 1)) about (.clk, .in({row_ends, items, offset, words, row, bank}), .out(meta));
  flags #(.DEPTH(LATENCY + DEPTH - 1)) way (.clk, .rst, .in(valid), .out(adds), .any);
  assign {ends, n, at, fresh_words, fresh_row, fresh_bank} = meta;
  logic [BANKS-1:0][WORD-1:0] read;
  pipe #(.WIDTH(BANKS * WORD), .DEPTH(DEPTH - 1)) words_way (.clk, .in(come), .out(read));

  // ---- words of the group: the open one, then fresh ones
  logic [BANKS-1:0] fresh;
  logic [BANKS-1:0][BW-1:0] fresh_banks;
  logic [BANKS-1:0][RW-1:0] fresh_rows;
  window #(.WORDS(BANKS), .BANKS(BANKS), .RW(RW)) where (.row(fresh_row), .bank(fresh_bank), .count(fresh_words), .want(fresh), .banks(fresh_banks), .rows(fresh_rows));
  logic [BANKS-1:0][RW-1:0] look;
  logic [BANKS-1:0] found;
  logic [BANKS-1:0][WORD-1:0] found_word, current, fresh_sums;
  always_comb begin
    for (int b = 0; b < BANKS; b++) begin
      look[b] = '0;
      for (int i = 0; i < BANKS; i++) if (fresh_banks[i] == BW'(b)) look[b] = fresh_rows[i];
    end
    for (int i = 0; i < BANKS; i++) current[i] = found[fresh_banks[i]] ? found_word[fresh_banks[i]] : read[i];
  end

  // ---- sums
  logic [WORD-1:0] open, open_sum;
  logic [RW-1:0] open_row;
  logic [BW-1:0] open_bank;
  logic continues, open_full;
  logic [BANKS-1:0] fresh_full;
  logic [SLOTS*PER_WORD*ACC-1:0] old_sums, new_sums;
  logic [PLACES*PRODUCT-1:0] placed;
  assign placed = (PLACES * PRODUCT)'(products) << (32'(at) * PRODUCT);
  assign continues = WORDS_PER == 1 && at != '0;
  for (genvar p = 0; p < PLACES; p++) begin : place
    logic signed [ACC-1:0] old;
    logic signed [PRODUCT-1:0] more;
    logic signed [SUM-1:0] sum;
    logic fits;
    assign old = old_sums[p*ACC+:ACC];
    assign more = placed[p*PRODUCT+:PRODUCT];
    assign sum = SUM'(old) + SUM'(more);
    assign fits = WRAP != 0 || sum[SUM-1:ACC-1] == {(SUM - ACC + 1) {sum[SUM-1]}};
    assign new_sums[p*ACC+:ACC] = p < int'(at) || p >= int'(at) + int'(n) ? old : fits ? sum[ACC-1:0] : {sum[SUM-1], {(ACC - 1) {!sum[SUM-1]}}};
  end
  generate
    if (WORDS_PER > 1) begin : wide
      logic [BANKS*WORD-1:0] sums;
      assign old_sums = flat(current);
      always_comb begin
        sums = '0;
        for (int i = 0; i < SLOTS; i++) sums[i*WORDS_PER*WORD+:ACC] = new_sums[i*ACC+:ACC];
      end
      function automatic [SLOTS*ACC-1:0] flat(input logic [BANKS*WORD-1:0] all);
        for (int i = 0; i < SLOTS; i++) flat[i*ACC+:ACC] = all[i*WORDS_PER*WORD+:ACC];
      endfunction
      assign fresh_sums = sums;
      assign fresh_full = fresh;
      assign open_sum = '0;
      assign open_full = 1'b0;
    end else begin : packed_words
      localparam int USED = PER_WORD * ACC;
      logic [(BANKS+1)*WORD-1:0] slots, sums;
      logic [BANKS:0] full;
      assign slots = continues ? {current, open} : {{WORD{1'b0}}, current};
      for (genvar i = 0; i <= BANKS; i++) begin : slot
        assign old_sums[i*USED+:USED] = USED'(slots >> (i * WORD));
        assign sums[i*WORD+:WORD] = WORD'(new_sums[i*USED+:USED]);
        assign full[i] = int'(at) + int'(n) >= (i + 1) * PER_WORD || ends;
      end
      for (genvar i = 0; i < BANKS; i++) begin : word
        assign fresh_sums[i] = sums[(continues?i+1:i)*WORD+:WORD];
        assign fresh_full[i] = fresh[i] && (continues ? full[i+1] : full[i]);
      end
      assign open_sum  = sums[WORD-1:0];
      assign open_full = continues && full[0];
    end
  endgenerate
  always_ff @(posedge clk)
    if (adds) begin
      if (continues) open <= open_sum;
      for (int i = 0; i < BANKS; i++)
        if (fresh[i]) begin
          open <= fresh_sums[i];
          open_row <= fresh_rows[i];
          open_bank <= fresh_banks[i];
        end
    end

  // ---- on their way to the memory
  for (genvar b = 0; b < BANKS; b++) begin : queues
    logic newer;
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
    write_queue #(.WORD(WORD), .RW(RW), .DEPTH(QUEUE)) sums (
        .clk, .rst, .clear(start), .older(adds && open_full && open_bank == BW'(b)), .older_row(open_row), .older_word(open_sum),
        .newer(adds && newer), .newer_row(look[b]), .newer_word, .look(look[b]), .found(found[b]), .found_word(found_word[b]),
        .write(write[b]), .write_row(write_row[b]), .write_word(write_word[b]), .written(written[b])
    );
  end
endmodule

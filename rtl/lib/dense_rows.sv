// Dense rows of an event, read group by group: rows of a source neuron follow each other in the weight memory, one per segment. Groups are read ahead of their
// use, at most LATENCY + 1 of them. A dense scan (SCAN 2) loads its axons ahead, too. Rows of own spikes come first; in the last step they are left out, or by
// a dense scan read and not used (`pass`).
// Not modelled: rows in other memories.
module dense_rows #(
    parameter int NP = 3, TW = 16, SEGS = 3, SCAN = 0,
    // per source population: its rows from the first to before the end, first word of source 0, words per source, how many rows are of own spikes,
    // their words, first axon of the spike vector
    parameter logic [NP*7*TW-1:0] SOURCES = '0,
    // per row: whether of own spikes, weights, row and bank of its target's first accumulator in buffer 0, in buffer 1
    parameter logic [SEGS*6*TW-1:0] SEGMENTS = '0,
    // weights per group and per word, and words per weight that is wider; the same of accumulators
    parameter int LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16, GROUP = 4, WEIGHT = 8, PER_WORD = 8, WORDS_PER = 1,
    parameter int ACC_PER_WORD = 2, ACC_WORDS_PER = 1, ST_BANKS = 2, RW = 4,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int AW = ACC_PER_WORD == 1 ? 1 : $clog2(ACC_PER_WORD),
    localparam int SY_RW = ROWS <= 2 ? 1 : $clog2(ROWS)
) (
    input logic clk, rst,
    // an event, and the buffer that collects; its groups are read while they `may` be
    input logic take, last,
    input logic [PW-1:0] population,
    input logic [TW-1:0] neuron,
    input logic buffer, may,
    // of a dense scan: it runs, an axon is under way, the axon is set, in the last step
    input logic scanning, busy, is_set, is_last,
    output logic began, free,
    // the weight memory: see there
    output logic issue,
    output logic [BANKS-1:0] bank_reads,
    output logic [BANKS*SY_RW-1:0] bank_rows,
    output logic [TW-1:0] reads,
    input logic [BANKS-1:0][WORD-1:0] now,
    // the oldest group that is read, until it is taken (`pop`): its weights, and the words of their sums, for which it begins at place `offset`
    output logic ready,
    input logic pop,
    output logic [NW-1:0] items,
    output logic [GROUP*WEIGHT-1:0] weights,
    output logic [AW-1:0] offset,
    output logic [ST_BANKS-1:0] want,
    output logic [ST_BANKS-1:0][BW-1:0] banks,
    output logic [ST_BANKS-1:0][RW-1:0] rows,
    output logic pass, row_ends, event_ends
);
  localparam int SW = SEGS <= 2 ? 1 : $clog2(SEGS), LB = $clog2(BANKS), AT = SY_RW + LB, LW = LB == 0 ? 1 : LB;
  localparam int OW = PER_WORD == 1 ? 1 : $clog2(PER_WORD), CW = $clog2(BANKS + 1), FW = $clog2(ST_BANKS + 1);
  // ---- where its rows begin
  logic [TW-1:0] seg_from, seg_to, row_first, stride, own_first, own_words, axon_first, own, total, row_0, bank_0, row_1, bank_1;
  logic [SW-1:0] seg, to_seg, seg_end;
  logic skip, is_own, unused;
  lookup #(.COUNT(NP), .WIDTH(7 * TW), .TABLE(SOURCES)) source (
      .index(population), .record({seg_from, seg_to, row_first, stride, own_first, own_words, axon_first})
  );
  lookup #(.COUNT(SEGS), .WIDTH(6 * TW), .TABLE(SEGMENTS)) segment (.index(to_seg), .record({own, total, row_0, bank_0, row_1, bank_1}));
  assign skip = SCAN != 2 && last && own_first != '0;
  assign to_seg = take ? SW'(seg_from) + (skip ? SW'(own_first) : '0) : seg + 1'b1;
  assign unused = ^{seg_from, seg_to, own_first, own, axon_first, bank_0, bank_1, row_0, row_1, unused_empty};

  // ---- the group to read: `n` weights from place `in_word` on, for accumulators from place `in_acc` on
  logic loaded, first, full, ends, last_seg;
  logic [TW-1:0] rest;
  logic [OW-1:0] in_word;
  logic [AW-1:0] in_acc;
  logic [AT-1:0] at;
  logic [RW-1:0] acc_row;
  logic [BW-1:0] acc_bank;
  logic [NW-1:0] n;
  logic [CW-1:0] new_words;
  logic [FW-1:0] acc_words;
  // ends of the group, counted from the starts of the words in which it begins
  localparam int EW = $clog2(PER_WORD + GROUP + 1), EA = $clog2(ACC_PER_WORD + GROUP + 1);
  logic [EW-1:0] to_word;
  logic [EA-1:0] to_acc;
  assign ends = rest <= TW'(GROUP);
  assign n = ends ? NW'(rest) : NW'(GROUP);
  assign to_word = EW'(in_word) + EW'(n);
  assign to_acc = EA'(in_acc) + EA'(n);
  // words that the group reaches into, beyond the one in the middle of which it begins
  always_comb begin
    new_words = CW'(in_word == '0);
    for (int k = 1; k <= BANKS; k++) if (int'(to_word) > k * PER_WORD) new_words = CW'(k) + CW'(in_word == '0);
    if (WORDS_PER > 1) new_words = CW'(n) * CW'(WORDS_PER);
    acc_words = FW'(in_acc == '0);
    for (int k = 1; k <= ST_BANKS; k++) if (int'(to_acc) > k * ACC_PER_WORD) acc_words = FW'(k) + FW'(in_acc == '0);
    if (ACC_WORDS_PER > 1) acc_words = FW'(n) * FW'(ACC_WORDS_PER);
  end
  logic [BW+1:0] next_bank;
  assign last_seg = seg + 1'b1 == seg_end;
  assign issue = loaded && may && !full && (SCAN != 2 || !first || (scanning && !busy));
  assign began = issue && first;
  assign free = !loaded;
  assign next_bank = (BW + 2)'(acc_bank) + (BW + 2)'(acc_words);
  always_ff @(posedge clk) begin
    if (rst) loaded <= 1'b0;
    else if (take) loaded <= 1'b1;
    else if (issue && ends && last_seg) loaded <= 1'b0;
    first <= take || (first && !issue);
    if (take) seg_end <= SW'(seg_to);
    if (take) at <= AT'(row_first + neuron * stride + (skip ? own_words : '0));
    else if (issue) at <= at + AT'(new_words);
    if (take || (issue && ends)) begin
      seg <= to_seg;
      is_own <= own[0];
      rest <= total;
      in_word <= '0;
      in_acc <= '0;
      acc_row <= RW'(buffer ? row_1 : row_0);
      acc_bank <= BW'(buffer ? bank_1 : bank_0);
    end else if (issue) begin
      rest <= rest - TW'(GROUP);
      in_word <= OW'(int'(in_word) + GROUP % PER_WORD - (int'(in_word) + GROUP % PER_WORD >= PER_WORD ? PER_WORD : 0));
      in_acc <= AW'(int'(in_acc) + GROUP % ACC_PER_WORD - (int'(in_acc) + GROUP % ACC_PER_WORD >= ACC_PER_WORD ? ACC_PER_WORD : 0));
      acc_bank <= BW'(next_bank >= (BW + 2)'(ST_BANKS) ? next_bank - (BW + 2)'(ST_BANKS) : next_bank);
      acc_row <= acc_row + RW'(next_bank >= (BW + 2)'(ST_BANKS));
    end
  end
  assign reads = TW'(new_words);
  logic [LW-1:0] start_bank;
  assign start_bank = LW'(at & AT'(BANKS - 1));
  for (genvar b = 0; b < BANKS; b++) begin : bank_of
    logic [LW-1:0] away;
    assign away = (LW'(b) - start_bank) & LW'(BANKS - 1);
    assign bank_reads[b] = CW'(away) < new_words;
    assign bank_rows[b*SY_RW+:SY_RW] = SY_RW'((at + AT'(away)) >> LB);
  end

  // ---- groups on their way, oldest first
  localparam int META = NW + AW + FW + RW + BW + 3 + OW + CW + LW;
  logic unused_empty;
  logic [FW-1:0] acc_new;
  logic [RW-1:0] row;
  logic [BW-1:0] bank;
  logic [OW-1:0] out_in_word;
  logic [CW-1:0] out_new;
  logic [LW-1:0] out_start;
  queue #(.WIDTH(META), .DEPTH(LATENCY + 1), .VISIBLE(LATENCY)) groups (
      .clk, .rst, .push(issue),
      .in({n, in_acc, acc_words, acc_row, acc_bank, SCAN == 2 && (!is_set || (is_last && is_own)), ends, ends && last_seg, in_word, new_words, start_bank}),
      .pop, .out({items, offset, acc_new, row, bank, pass, row_ends, event_ends, out_in_word, out_new, out_start}), .valid(ready),
      .empty(unused_empty), .full
  );
  window #(.WORDS(ST_BANKS), .BANKS(ST_BANKS), .RW(RW)) asked (.row, .bank, .count(pass ? '0 : acc_new), .want, .banks, .rows);

  // ---- its weights: the word that the group before ended in, then the new ones, without what pads them; one that is wider than a word has a box of words
  localparam int BOX = WORDS_PER * WORD, USED = PER_WORD * WEIGHT, BOXES = (BANKS + WORDS_PER - 1) / WORDS_PER + 1;
  logic [WORD-1:0] previous, last_word;
  logic [BANKS-1:0][WORD-1:0] in_order;
  logic [BOXES*BOX-1:0] boxes;
  logic [BOXES*USED-1:0] line;
  logic unused_padding;
  assign unused_padding = ^boxes;
  always_comb begin
    last_word = previous;
    for (int i = 0; i < BANKS; i++) begin
      in_order[i] = now[out_start+LW'(i)];
      if (CW'(i) < out_new) last_word = in_order[i];
    end
    boxes = out_in_word == '0 ? (BOXES * BOX)'(in_order) : (BOXES * BOX)'({in_order, previous});
    for (int i = 0; i < BOXES; i++) line[i*USED+:USED] = boxes[i*BOX+:USED];
    weights = (GROUP * WEIGHT)'(line >> (32'(out_in_word) * WEIGHT));
  end
  always_ff @(posedge clk) if (pop) previous <= last_word;
endmodule

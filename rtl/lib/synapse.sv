// Synapse unit: takes spike messages from the input queue and adds their rows of weights to the accumulators of the next wave; or, if it scans, gathers
// them and does so at the wave's end. Cycles: a message is taken in the first cycle in which it is visible and the last event's rows are issued; its first
// group is issued OVERHEAD + weight latency later, each further one in the cycle after the last one's words are served.
//
// Rows of a source neuron follow each other in the weight memory, one per segment. Groups are read ahead of their use, at most LATENCY + 1 of them. A dense
// scan loads its axons ahead, too. Rows of own spikes come first; in the last step they are left out, or by a dense scan read and not used (`pass`).
// Not modelled: rows in other memories.
module synapse #(
    parameter int NP = 3, TW = 16, SEGS = 3,
    // per source population: its rows from the first to before the end, first word of source 0, words per source, how many rows are of own spikes,
    // their words, first axon of the spike vector
    parameter logic [NP*7*TW-1:0] SOURCES = '0,
    // per row: whether of own spikes, weights, row and bank of its target's first accumulator in buffer 0, in buffer 1
    parameter logic [SEGS*6*TW-1:0] SEGMENTS = '0,
    // 0: rows as events come; 1: compressed, 2: dense scan at the wave's end
    parameter int SCAN = 0, CHUNK = 64, CHUNK_CYCLES = 1, AXONS = 8,
    // from taking an event, or finding a set bit, to its first weight read; 0 of a dense scan
    parameter int OVERHEAD = 2, LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16,
    parameter INIT = "",
    // weights per word, and words per weight that is wider; the same of accumulators
    parameter int GROUP = 4, WEIGHT = 8, PER_WORD = 8, WORDS_PER = 1, PAYLOAD = 9, ACC = 24, WRAP = 0, ACC_PER_WORD = 2, ACC_WORDS_PER = 1,
    parameter int ST_WORD = 64, ST_BANKS = 2, ST_LATENCY = 1, RW = 4, DEPTH = 3, QUEUE = 8,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int FW = $clog2(ST_BANKS + 1),
    localparam int AW = ACC_PER_WORD == 1 ? 1 : $clog2(ACC_PER_WORD)
) (
    input logic clk, rst, start,
    // of the two accumulator buffers, the one that collects
    input logic buffer, queue_valid,
    input logic [MESSAGE-1:0] queue_out,
    output logic queue_pop,
    input logic run_scan,
    output logic req,
    output logic [ST_BANKS-1:0] want,
    output logic [ST_BANKS-1:0][BW-1:0] banks,
    output logic [ST_BANKS-1:0][RW-1:0] rows,
    input logic served,
    input logic [ST_BANKS-1:0][ST_WORD-1:0] words,
    output logic [ST_BANKS-1:0] write,
    output logic [ST_BANKS-1:0][RW-1:0] write_row,
    output logic [ST_BANKS-1:0][ST_WORD-1:0] write_word,
    input logic [ST_BANKS-1:0] written,
    output logic rests,
    // strobes that the bench counts: cycles by what they are, weight words read, operations and whether their payload is 1 or -1
    output logic on_busy, on_overhead, on_stall_memory, on_stall_state,
    output logic [TW-1:0] on_reads, on_operations,
    output logic on_adds,
    output logic [TW-1:0] on_words
);
  localparam int AHEAD = LATENCY + 1, SW = SEGS <= 2 ? 1 : $clog2(SEGS), SY_RW = ROWS <= 2 ? 1 : $clog2(ROWS), LB = $clog2(BANKS), AT = SY_RW + LB;
  localparam int LW = LB == 0 ? 1 : LB, OW = PER_WORD == 1 ? 1 : $clog2(PER_WORD), CW = $clog2(BANKS + 1), WW = OVERHEAD <= 1 ? 1 : $clog2(OVERHEAD);
  // ---- the event
  logic busy, outstanding, hand, began, free, done, drains;
  logic [WW-1:0] overhead_left;
  logic [PW-1:0] population;
  logic [TW-1:0] neuron;
  logic last, is_set, is_last, looks, any_set, scan_over, under_way, scanning;
  logic signed [PAYLOAD-1:0] payload, payload_now;
  generate
    if (SCAN == 0) begin : events
      logic unused;
      assign unused = run_scan ^ free;
      assign queue_pop = queue_valid && !busy;
      assign hand = queue_pop;
      assign {last, population, neuron, payload_now} = queue_out;
      assign {is_set, is_last, looks, any_set, scan_over} = 5'b10010;
      assign scanning = 1'b0;
      assign under_way = 1'b0;
    end else begin : scans
      logic q_last;
      logic [PW-1:0] q_population;
      logic [TW-1:0] q_neuron;
      logic signed [PAYLOAD-1:0] q_payload;
      assign {q_last, q_population, q_neuron, q_payload} = queue_out;
      assign queue_pop = queue_valid;
      assign last = is_last;
      scan #(
          .MODE(SCAN), .CHUNK(CHUNK), .CHUNK_CYCLES(CHUNK_CYCLES), .AXONS(AXONS), .NP(NP), .TW(TW), .SOURCES(SOURCES), .PAYLOAD(PAYLOAD)
      ) vector (
          .clk, .rst, .start, .mark(queue_pop), .mark_population(q_population), .mark_neuron(q_neuron), .mark_payload(q_payload),
          .mark_last(q_last), .run(run_scan), .idle(!busy), .free, .began, .hand, .population, .neuron, .payload(payload_now), .is_set,
          .is_last, .looks, .any_set, .over(scan_over)
      );
      always_ff @(posedge clk) under_way <= !rst && !scan_over && (run_scan || under_way);
      assign scanning = run_scan || under_way;
    end
  endgenerate
  // an axon of a dense scan is under way from its first read on, other events from their being taken on
  logic begins;
  assign begins = SCAN == 2 ? began : hand;
  always_ff @(posedge clk) begin
    busy <= !rst && (begins || (busy && !(done && event_ends)));
    outstanding <= !rst && (req || outstanding) && !served;
    overhead_left <= rst ? '0 : hand && OVERHEAD > 0 ? WW'(OVERHEAD - 1) : overhead_left == '0 ? '0 : overhead_left - 1'b1;
    if (begins) payload <= payload_now;
  end

  // ---- where its rows begin
  logic [TW-1:0] seg_from, seg_to, row_first, stride, own_first, own_words, axon_first, own, total, row_0, bank_0, row_1, bank_1;
  logic [SW-1:0] seg, to_seg, seg_end;
  logic skip, is_own, unused;
  lookup #(.COUNT(NP), .WIDTH(7 * TW), .TABLE(SOURCES)) source (
      .index(population), .record({seg_from, seg_to, row_first, stride, own_first, own_words, axon_first})
  );
  lookup #(.COUNT(SEGS), .WIDTH(6 * TW), .TABLE(SEGMENTS)) segment (.index(to_seg), .record({own, total, row_0, bank_0, row_1, bank_1}));
  assign skip = SCAN != 2 && last && own_first != '0;
  assign to_seg = hand ? SW'(seg_from) + (skip ? SW'(own_first) : '0) : seg + 1'b1;
  assign unused = ^{seg_from, seg_to, own_first, own, axon_first, bank_0, bank_1, row_0, row_1};

  // ---- the group to read: `n` weights from place `in_word` on, for accumulators from place `in_acc` on
  logic loaded, first, full, issue, ends, last_seg;
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
  assign issue = loaded && overhead_left == '0 && !full && (SCAN != 2 || !first || (scanning && !busy));
  assign began = issue && first;
  assign free = !loaded;
  assign next_bank = (BW + 2)'(acc_bank) + (BW + 2)'(acc_words);
  always_ff @(posedge clk) begin
    if (rst) loaded <= 1'b0;
    else if (hand) loaded <= 1'b1;
    else if (issue && ends && last_seg) loaded <= 1'b0;
    first <= hand || (first && !issue);
    if (hand) seg_end <= SW'(seg_to);
    if (hand) at <= AT'(row_first + neuron * stride + (skip ? own_words : '0));
    else if (issue) at <= at + AT'(new_words);
    if (hand || (issue && ends)) begin
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

  assign on_reads = issue ? TW'(new_words) : '0;

  // ---- groups on their way, oldest first, and their weights: a bank per position of a word among its neighbours
  localparam int META = NW + AW + FW + RW + BW + 3 + OW + CW + LW;
  logic ready, pass, row_ends, event_ends, has_come, is_kept;
  logic [1:0] unused_flags;
  logic [1:0] unused_full;
  logic [NW-1:0] items;
  logic [AW-1:0] offset;
  logic [FW-1:0] acc_new;
  logic [RW-1:0] row;
  logic [BW-1:0] bank;
  logic [OW-1:0] out_in_word;
  logic [CW-1:0] out_new;
  logic [LW-1:0] start_bank, out_start;
  logic [BANKS-1:0][WORD-1:0] read, kept, now;
  assign start_bank = LW'(at & AT'(BANKS - 1));
  queue #(.WIDTH(META), .DEPTH(AHEAD), .VISIBLE(LATENCY)) groups (
      .clk, .rst, .push(issue),
      .in({n, in_acc, acc_words, acc_row, acc_bank, SCAN == 2 && (!is_set || (is_last && is_own)), ends, ends && last_seg, in_word, new_words, start_bank}),
      .pop(done), .out({items, offset, acc_new, row, bank, pass, row_ends, event_ends, out_in_word, out_new, out_start}), .valid(ready),
      .empty(unused_flags[0]), .full
  );
  for (genvar b = 0; b < BANKS; b++) begin : bank_of
    logic [LW-1:0] away;
    assign away = (LW'(b) - start_bank) & LW'(BANKS - 1);
    sram #(.WIDTH(WORD), .ROWS(ROWS), .GRAN(WORD), .LATENCY(LATENCY),
        .INIT(INIT == "" ? "" : {INIT, "_", 8'(b / 16 < 10 ? 48 + b / 16 : 87 + b / 16), 8'(b % 16 < 10 ? 48 + b % 16 : 87 + b % 16), ".hex"})) cells (
        .clk, .read(issue && CW'(away) < new_words), .read_row(SY_RW'((at + AT'(away)) >> LB)), .out(read[b]), .write(1'b0), .write_row('0), .in('0),
        .mask(1'b0)
    );
  end
  flags #(.DEPTH(LATENCY)) arrival (.clk, .rst, .in(issue), .out(has_come), .any(unused_flags[1]));
  queue #(.WIDTH(BANKS * WORD), .DEPTH(AHEAD)) weights_come (
      .clk, .rst, .push(has_come && (is_kept || !done)), .in(read), .pop(done && is_kept), .out(kept), .valid(is_kept), .empty(unused_full[0]),
      .full(unused_full[1])
  );
  assign now = is_kept ? kept : read;
  // the word that the group before ended in, then the new ones, without what pads them; a weight that is wider than a word has a box of words
  localparam int BOX = WORDS_PER * WORD, USED = PER_WORD * WEIGHT, BOXES = (BANKS + WORDS_PER - 1) / WORDS_PER + 1;
  logic [WORD-1:0] previous, last_word;
  logic [BANKS-1:0][WORD-1:0] in_order;
  logic [BOXES*BOX-1:0] boxes;
  logic [BOXES*USED-1:0] line;
  logic [GROUP*WEIGHT-1:0] weights;
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
  always_ff @(posedge clk) if (done) previous <= last_word;

  // ---- asking for its words, and their sums
  assign req  = ready && !outstanding;
  assign done = (req || outstanding) && served;
  window #(.WORDS(ST_BANKS), .BANKS(ST_BANKS), .RW(RW)) asked (.row, .bank, .count(pass ? '0 : acc_new), .want, .banks, .rows);
  accumulate #(
      .GROUP(GROUP), .WEIGHT(WEIGHT), .PAYLOAD(PAYLOAD), .ACC(ACC), .WRAP(WRAP), .PER_WORD(ACC_PER_WORD), .WORDS_PER(ACC_WORDS_PER), .WORD(ST_WORD),
      .BANKS(ST_BANKS), .RW(RW), .LATENCY(ST_LATENCY), .DEPTH(DEPTH), .QUEUE(QUEUE)
  ) lanes (
      .clk, .rst, .start, .valid(done && !pass), .weights, .payload, .items, .offset, .goes_on(1'b0), .places('0), .want, .banks, .rows, .row_ends,
      .come(words), .write, .write_row, .write_word, .written, .any(drains)
  );

  // ---- what it tells
  logic hand_now;
  assign hand_now = SCAN != 2 && hand;
  // a scan ends with a drain of its own, whatever it came to last
  logic ends_scan, tails, unused_tail;
  assign ends_scan = SCAN != 0 && scan_over && any_set;
  flags #(.DEPTH(ST_LATENCY + DEPTH - 2)) tail (.clk, .rst, .in(ends_scan), .out(unused_tail), .any(tails));
  assign rests = !busy && !drains && !ends_scan && !tails && !hand_now && (!under_way || scan_over);
  assign on_busy = req;
  assign on_stall_state = outstanding;
  assign on_overhead = looks || hand_now || overhead_left != '0 || (SCAN != 0 && queue_pop) || (!busy && !hand_now && !began && !looks && (drains || ends_scan || tails));
  assign on_stall_memory = (busy || began) && !on_overhead && !req && !outstanding;
  assign on_operations = done && !pass ? TW'(items) : '0;
  // weights of two bits are -1, 0 and 1: each product is an addition
  assign on_adds = WEIGHT <= 2 || payload == PAYLOAD'(1) || payload == -(PAYLOAD'(1));
  always_comb begin
    on_words = '0;
    for (int i = 0; i < ST_BANKS; i++) on_words += TW'(req && want[i]);
  end
endmodule

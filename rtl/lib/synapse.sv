// Synapse unit: takes spike messages from the input queue and adds their rows of weights to the accumulators of the next wave; or, if it scans, gathers
// them and does so at the wave's end. Cycles: a message is taken in the first cycle in which it is visible and the last event's rows are issued; its first
// group is issued OVERHEAD + weight latency later, each further one in the cycle after the last one's words are served.
module synapse #(
    parameter int NP = 3, TW = 16, SEGS = 3,
    parameter logic [NP*TW-1:0] SEG_FIRST = '0, SEG_END = '0, ROW_FIRST = '0, ROW_STRIDE = '0, AXON_FIRST = '0,
    parameter logic [SEGS*TW-1:0] SEG_OWN = '0, SEG_WORDS = '0, SEG_ITEMS = '0, SEG_ROW0 = '0, SEG_BANK0 = '0, SEG_ROW1 = '0,
    parameter logic [SEGS*TW-1:0] SEG_BANK1 = '0,
    // 0: rows as events come; 1: compressed, 2: dense scan at the wave's end
    parameter int SCAN = 0, CHUNK = 64, CHUNK_CYCLES = 1, AXONS = 8,
    // from taking an event, or finding a set bit, to its first weight read; 0 of a dense scan
    parameter int OVERHEAD = 2, LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16,
    parameter INIT = "",
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
  localparam int WW = OVERHEAD <= 1 ? 1 : $clog2(OVERHEAD);
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
          .MODE(SCAN), .CHUNK(CHUNK), .CHUNK_CYCLES(CHUNK_CYCLES), .AXONS(AXONS), .NP(NP), .TW(TW), .AXON_FIRST(AXON_FIRST), .PAYLOAD(PAYLOAD)
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

  // ---- its groups
  logic ready, pass, row_ends, event_ends;
  logic [GROUP*WEIGHT-1:0] weights;
  logic [NW-1:0] items;
  logic [AW-1:0] offset;
  logic [FW-1:0] new_words;
  logic [RW-1:0] row;
  logic [BW-1:0] bank;
  reader #(
      .NP(NP), .TW(TW), .SEGS(SEGS), .SEG_FIRST(SEG_FIRST), .SEG_END(SEG_END), .ROW_FIRST(ROW_FIRST), .ROW_STRIDE(ROW_STRIDE), .SEG_OWN(SEG_OWN),
      .SEG_WORDS(SEG_WORDS), .SEG_ITEMS(SEG_ITEMS), .SEG_ROW0(SEG_ROW0), .SEG_BANK0(SEG_BANK0), .SEG_ROW1(SEG_ROW1), .SEG_BANK1(SEG_BANK1),
      .SWEEP(SCAN == 2 ? 1 : 0), .WAIT(OVERHEAD), .LATENCY(LATENCY), .WORD(WORD), .BANKS(BANKS), .ROWS(ROWS), .INIT(INIT), .GROUP(GROUP), .WEIGHT(WEIGHT),
      .PER_WORD(PER_WORD), .WORDS_PER(WORDS_PER), .ACC_PER_WORD(ACC_PER_WORD), .ACC_WORDS_PER(ACC_WORDS_PER), .ST_BANKS(ST_BANKS), .RW(RW)
  ) reader (
      .clk, .rst, .buffer, .begin_event(hand), .population, .neuron,
      .skip(SCAN != 2 && last && SEG_OWN[32'(SEG_FIRST[population*TW+:TW])*TW]), .release_first(scanning && !busy), .is_set, .is_last,
      .free, .began, .ready, .take(done), .weights, .items, .offset, .words(new_words), .row, .bank, .pass, .row_ends, .event_ends,
      .did_read(on_reads)
  );
  assign req  = ready && !outstanding;
  assign done = (req || outstanding) && served;
  window #(.WORDS(ST_BANKS), .BANKS(ST_BANKS), .RW(RW)) asked (.row, .bank, .count(pass ? '0 : new_words), .want, .banks, .rows);

  // ---- their sums
  accumulate #(
      .GROUP(GROUP), .WEIGHT(WEIGHT), .PAYLOAD(PAYLOAD), .ACC(ACC), .WRAP(WRAP), .PER_WORD(ACC_PER_WORD), .WORDS_PER(ACC_WORDS_PER), .WORD(ST_WORD),
      .BANKS(ST_BANKS), .RW(RW), .LATENCY(ST_LATENCY), .DEPTH(DEPTH), .QUEUE(QUEUE)
  ) lanes (
      .clk, .rst, .start, .valid(done && !pass), .weights, .payload, .items, .offset, .words(new_words), .row, .bank, .row_ends,
      .come(words), .write, .write_row, .write_word, .written, .any(drains)
  );
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
  assign on_adds = payload == PAYLOAD'(1) || payload == -(PAYLOAD'(1));
  always_comb begin
    on_words = '0;
    for (int i = 0; i < ST_BANKS; i++) on_words += TW'(req && want[i]);
  end
endmodule

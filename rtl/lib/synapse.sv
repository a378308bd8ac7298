// Synapse unit: takes spike messages from the input queue and adds their rows of weights to the accumulators of the next wave; or, if it scans, gathers
// them and does so at the wave's end. Cycles: a message is taken in the first cycle in which it is visible and the last event's rows are issued; its first
// group is issued OVERHEAD + weight latency later, each further one in the cycle after the last one's words are served. Rows are dense, or with KINDS name
// their targets: then a group's weights come window by window; the first one asks for the group's words, the last one waits for the answer.
module synapse #(
    parameter int NP = 3, TW = 16,
    // dense rows: see dense_rows
    parameter int SEGS = 3,
    parameter logic [NP*7*TW-1:0] SOURCES = '0,
    parameter logic [SEGS*6*TW-1:0] SEGMENTS = '0,
    parameter int PER_WORD = 8, WORDS_PER = 1, ACC_WORDS_PER = 1,
    // 0: rows as events come; 1: compressed, 2: dense scan at the wave's end
    parameter int SCAN = 0, CHUNK = 64, CHUNK_CYCLES = 1, AXONS = 8,
    // rows that name their targets, and kernels: see named_rows
    parameter int KINDS = 0, LAST_AXONS = 0, AXON_ROWS = 8, SEGMENT_ROWS = 8,
    parameter logic [NP*TW-1:0] AXON_STARTS = '0,
    parameter logic [(KINDS==0?1 : KINDS)*16*TW-1:0] KIND_TABLE = '0,
    // from taking an event, or finding a set bit, to its first weight read; 0 of a dense scan
    parameter int OVERHEAD = 2, LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16,
    parameter INIT = "", AXON_INIT = "", SEGMENT_INIT = "",
    parameter int GROUP = 4, WEIGHT = 8, PAYLOAD = 9, ACC = 24, WRAP = 0, ACC_PER_WORD = 2,
    parameter int ST_WORD = 64, ST_BANKS = 2, ST_LATENCY = 1, RW = 4, DEPTH = 3, QUEUE = 8,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS),
    // words that it asks for at once
    localparam int K = KINDS > 0 ? GROUP : ST_BANKS
) (
    input logic clk, rst, go, start,
    // of the two accumulator buffers, the one that collects
    input logic buffer, queue_valid,
    input logic [MESSAGE-1:0] queue_out,
    output logic queue_pop,
    input logic run_scan,
    output logic req,
    output logic [K-1:0] want,
    output logic [K-1:0][BW-1:0] banks,
    output logic [K-1:0][RW-1:0] rows,
    input logic served,
    input logic [K-1:0][ST_WORD-1:0] words,
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
  localparam int NW = $clog2(GROUP + 1), WW = OVERHEAD <= 1 ? 1 : $clog2(OVERHEAD), SY_RW = ROWS <= 2 ? 1 : $clog2(ROWS);
  localparam int AW = ACC_PER_WORD == 1 ? 1 : $clog2(ACC_PER_WORD), PLACE = $clog2((K + 1) * ACC_PER_WORD + 1);
  // ---- the event
  logic busy, take, began, free, drains, event_ends, may;
  logic [WW-1:0] overhead_left;
  logic [PW-1:0] population;
  logic [TW-1:0] neuron;
  logic last, is_set, is_last, looks, any_set, scan_over, under_way, scanning;
  logic signed [PAYLOAD-1:0] payload, payload_now;
  generate
    if (SCAN == 0) begin : events
      logic unused;
      assign unused = run_scan ^ free ^ go;
      assign queue_pop = queue_valid && !busy;
      assign take = queue_pop;
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
          .clk, .rst, .start(go || start), .mark(queue_pop), .mark_population(q_population), .mark_neuron(q_neuron), .mark_payload(q_payload),
          .mark_last(q_last), .run(run_scan), .idle(!busy), .free, .began, .hand(take), .population, .neuron, .payload(payload_now), .is_set,
          .is_last, .looks, .any_set, .over(scan_over)
      );
      always_ff @(posedge clk) under_way <= !rst && !scan_over && (run_scan || under_way);
      assign scanning = run_scan || under_way;
    end
  endgenerate
  // an axon of a dense scan is under way from its first read on, other events from their being taken on
  logic begins;
  assign begins = SCAN == 2 ? began : take;
  assign may = overhead_left == '0;
  always_ff @(posedge clk) begin
    busy <= !rst && (begins || (busy && !(done && event_ends)));
    overhead_left <= rst ? '0 : take && OVERHEAD > 0 ? WW'(OVERHEAD - 1) : may ? '0 : overhead_left - 1'b1;
    if (begins) payload <= payload_now;
  end

  // ---- its groups of weights, read ahead
  logic issue, ready, pop, window_last, pass, row_ends, goes_on;
  logic [BANKS-1:0] bank_reads;
  logic [BANKS*SY_RW-1:0] bank_rows;
  logic [BANKS-1:0][WORD-1:0] now;
  logic [TW-1:0] reads;
  logic [NW-1:0] items;
  logic [GROUP*WEIGHT-1:0] weights;
  logic [AW-1:0] offset;
  logic [GROUP*PLACE-1:0] places;
  weight_memory #(.WORD(WORD), .BANKS(BANKS), .ROWS(ROWS), .LATENCY(LATENCY), .INIT(INIT)) weight_rows (
      .clk, .rst, .issue, .reads(bank_reads), .rows(bank_rows), .pop, .now
  );
  generate
    if (KINDS > 0) begin : named
      named_rows #(
          .NP(NP), .TW(TW), .KINDS(KINDS), .AXONS(AXON_STARTS), .LAST_AXONS(LAST_AXONS), .AXON_ROWS(AXON_ROWS), .SEGMENT_ROWS(SEGMENT_ROWS),
          .KIND_TABLE(KIND_TABLE), .AXON_INIT(AXON_INIT), .SEGMENT_INIT(SEGMENT_INIT), .LATENCY(LATENCY), .WORD(WORD), .BANKS(BANKS), .ROWS(ROWS),
          .GROUP(GROUP), .WEIGHT(WEIGHT), .ACC_PER_WORD(ACC_PER_WORD), .ST_BANKS(ST_BANKS), .RW(RW)
      ) reader (
          .clk, .rst, .take, .last, .population, .neuron, .buffer, .may, .issue, .bank_reads, .bank_rows, .reads, .now, .ready, .pop, .window_last,
          .items, .weights, .goes_on, .places, .want, .banks, .rows, .row_ends, .event_ends
      );
      logic unused;
      assign unused = scanning ^ is_set ^ is_last;
      assign {began, free, pass, offset} = '0;
    end else begin : dense
      dense_rows #(
          .NP(NP), .TW(TW), .SEGS(SEGS), .SCAN(SCAN), .SOURCES(SOURCES), .SEGMENTS(SEGMENTS), .LATENCY(LATENCY), .WORD(WORD), .BANKS(BANKS), .ROWS(ROWS),
          .GROUP(GROUP), .WEIGHT(WEIGHT), .PER_WORD(PER_WORD), .WORDS_PER(WORDS_PER), .ACC_PER_WORD(ACC_PER_WORD), .ACC_WORDS_PER(ACC_WORDS_PER),
          .ST_BANKS(ST_BANKS), .RW(RW)
      ) reader (
          .clk, .rst, .take, .last, .population, .neuron, .buffer, .may, .scanning, .busy, .is_set, .is_last, .began, .free, .issue, .bank_reads,
          .bank_rows, .reads, .now, .ready, .pop, .items, .weights, .offset, .want, .banks, .rows, .pass, .row_ends, .event_ends
      );
      assign window_last = 1'b1;
      assign {goes_on, places} = '0;
    end
  endgenerate

  // ---- asking for a group's words, and their sums
  logic done, outstanding, held, asked, stepped;
  assign asked = KINDS > 0 ? held : outstanding;
  assign req = ready && !asked;
  assign pop = ready && (!window_last || !((req || outstanding) && !served));
  assign done = pop && window_last;
  always_ff @(posedge clk) begin
    held <= !rst && (req || held) && !done;
    outstanding <= !rst && (req || outstanding) && !served;
    stepped <= !rst && pop && !window_last;
  end
  accumulate #(
      .GROUP(GROUP), .WEIGHT(WEIGHT), .PAYLOAD(PAYLOAD), .ACC(ACC), .WRAP(WRAP), .PER_WORD(ACC_PER_WORD), .WORDS_PER(ACC_WORDS_PER), .WORD(ST_WORD),
      .BANKS(ST_BANKS), .RW(RW), .LATENCY(ST_LATENCY), .DEPTH(DEPTH), .QUEUE(QUEUE), .SPREAD(KINDS > 0 ? 1 : 0), .WORDS(K)
  ) lanes (
      .clk, .rst, .start, .valid(done && !pass), .weights, .payload, .items, .offset, .goes_on, .places, .want, .banks, .rows, .row_ends, .come(words),
      .write, .write_row, .write_word, .written, .any(drains)
  );

  // ---- what it tells
  logic take_now, ends_scan, tails, unused_tail;
  assign take_now = SCAN != 2 && take;
  // a scan ends with a drain of its own, whatever it came to last
  assign ends_scan = SCAN != 0 && scan_over && any_set;
  flags #(.DEPTH(ST_LATENCY + DEPTH - 2)) tail (.clk, .rst, .in(ends_scan), .out(unused_tail), .any(tails));
  assign rests = !busy && !drains && !ends_scan && !tails && !take_now && (!under_way || scan_over);
  assign on_busy = req;
  assign on_stall_state = ready && asked && !stepped;
  assign on_overhead = looks || take_now || !may || (SCAN != 0 && queue_pop) || (!busy && !take_now && !began && !looks && (drains || ends_scan || tails));
  assign on_stall_memory = (busy || began) && !on_overhead && !on_busy && !on_stall_state;
  assign on_operations = done && !pass ? TW'(items) : '0;
  assign on_reads = issue ? reads : '0;
  // weights of two bits are -1, 0 and 1: each product is an addition
  assign on_adds = WEIGHT <= 2 || payload == PAYLOAD'(1) || payload == -(PAYLOAD'(1));
  always_comb begin
    on_words = '0;
    for (int i = 0; i < K; i++) on_words += TW'(req && want[i]);
  end
endmodule

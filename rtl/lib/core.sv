// One neurosynaptic core: soma and synapse unit around one state memory, and the input queue between them. With a network (CORES > 1), spikes to other cores
// leave beside the queue, and those of other cores come into it.
module core #(
    parameter int NP = 3, NS = 3, TW = 16,
    // soma: see there
    parameter int UNITS = 1, INTERVAL = 1, SOMA_DEPTH = 4,
    parameter logic [NS*TW-1:0] POPULATIONS = {TW'(2), TW'(1), TW'(0)}, DEPTHS = POPULATIONS,
    parameter logic [NS*9*TW-1:0] STARTS = '0,
    parameter logic [NS*11*TW-1:0] STEPS = '0,
    parameter logic [NS*2*TW-1:0] ENTERS = '0, ROUNDS = '0,
    parameter logic [NS*4*TW-1:0] LEAVES = '0,
    parameter logic [NS*3*TW-1:0] RESETS = '0,
    parameter int INPUT = 0,
    parameter int OWN_ROWS = 4, CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    // state memory
    parameter int ST_WORD = 64, ST_BANKS = 2, ST_ROWS = 16, ST_GRAN = 8, ST_LATENCY = 1, ONE_PORT = 0, LATCHES = 0,
    parameter int ACC_PER_WORD = 2, ACC_WORDS_PER = 1, STATE_WORDS = 1, ACC_WORDS = 1, RETURN = 4,
    // synapse unit: see there
    parameter int SEGS = 3,
    parameter logic [NP*7*TW-1:0] SOURCES = '0,
    parameter logic [SEGS*6*TW-1:0] SEGMENTS = '0,
    parameter int SCAN = 0, CHUNK = 64, CHUNK_CYCLES = 1, AXONS = 8, OVERHEAD = 2,
    parameter int SY_WORD = 64, SY_BANKS = 1, SY_ROWS = 16, SY_LATENCY = 1, GROUP = 4, WEIGHT = 8, PER_WORD = 8, WORDS_PER = 1,
    parameter int WRAP = 0, SYNAPSE_DEPTH = 3, SUMS_QUEUE = 8,
    // rows that name their targets, and kernels (KINDS > 0): see named_rows
    parameter int KINDS = 0, LAST_AXONS = 0, AXON_ROWS = 2, SEGMENT_ROWS = 2,
    parameter logic [NP*TW-1:0] AXON_STARTS = '0,
    parameter logic [(KINDS==0?1 : KINDS)*16*TW-1:0] KIND_TABLE = '0,
    // input queue; FREEZE: while it is full, the soma neither asks nor hands over
    parameter int QUEUE = 16, VISIBLE = 1, AFTER_POP = 0, FREEZE = 0,
    // cores of the chip, this one's number, where its spikes go: see dispatch
    parameter int CORES = 1, SELF = 0, TREE = 0,
    parameter logic [NP*2*CORES-1:0] ROUTES = '0,
    parameter int ROUTE_ROWS = 0,
    parameter logic [NP*2*TW-1:0] ROUTE_PLACES = '0,
    parameter WEIGHTS = "", OWN = "", SIGMOID = "", AXON_TABLE = "", SEGMENT_TABLE = "", ROUTE_TABLE = "",
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int DEST = TREE != 0 ? CORES : CORES <= 2 ? 1 : $clog2(CORES)
) (
    input logic clk, rst,
    input logic go, start, scan,
    input logic [TW-1:0] steps, wave,
    output logic rests, frame_ask,
    output logic [TW-1:0] frame_neuron,
    input logic [UNITS*STATE-1:0] frame_values,
    output logic [UNITS-1:0] score_valid,
    output logic [TW-1:0] score_class,
    output logic [UNITS*SCORE-1:0] scores,
    // network: a packet leaves with `on_message`; what it delivers is taken while the core accepts
    output logic push_packet,
    output logic [DEST-1:0] destination,
    input logic network_full, delivers,
    input logic [MESSAGE-1:0] delivered,
    output logic accepts,
    // strobes and counts of this cycle, for the bench
    output logic on_spike,
    output logic [MESSAGE-1:0] on_message,
    output logic [1:0] on_intake,
    output logic on_pop,
    output logic [3:0] on_synapse,
    output logic [2:0] on_soma,
    output logic [TW-1:0] on_reads, on_words, on_operations, on_updates, on_spikes, on_writes,
    output logic on_adds,
    output logic [PW-1:0] on_population,
    output logic unwritten
);
  localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS), RW = ST_ROWS <= 2 ? 1 : $clog2(ST_ROWS), K = STATE_WORDS + ACC_WORDS;
  // words that the synapse unit asks for at once
  localparam int KY = KINDS > 0 ? GROUP : ST_BANKS;

  // ---- input queue: spikes that are looped back, and what the network delivers
  logic offers, sent, loops, pop, queue_valid, queue_empty, queue_full;
  logic [MESSAGE-1:0] message, queue_out;
  logic [1:0] lacks;
  queue #(.WIDTH(MESSAGE), .DEPTH(QUEUE), .VISIBLE(VISIBLE), .AFTER_POP(AFTER_POP), .PUSHES(2)) input_queue (
      .clk, .rst, .push({delivers, loops}), .in({delivered, message}), .pop, .out(queue_out), .valid(queue_valid), .empty(queue_empty), .full(lacks)
  );
  // a delivery comes in beside this cycle's loop-back
  assign queue_full = lacks[0];
  assign accepts = !queue_full && !(loops && lacks[1]);
  generate
    if (CORES == 1) begin : alone
      logic unused;
      assign unused = network_full;
      assign loops = offers && !queue_full;
      assign sent = loops;
      assign push_packet = 1'b0;
      assign destination = '0;
    end else begin : networked
      dispatch #(.NP(NP), .CORES(CORES), .SELF(SELF), .TREE(TREE), .ROUTES(ROUTES), .ROUTE_ROWS(ROUTE_ROWS), .TW(TW), .PLACES(ROUTE_PLACES), .INIT(ROUTE_TABLE)) way_out (
          .clk, .rst, .offers, .last(message[MESSAGE-1]), .population(message[MESSAGE-2-:PW]), .neuron(message[PAYLOAD+:TW]), .queue_full, .network_full, .sent, .loops,
          .push(push_packet), .destination
      );
    end
  endgenerate

  // ---- state memory
  logic s_req, s_served, y_req, y_served, returns;
  logic [K-1:0] s_want;
  logic [K-1:0][BW-1:0] s_banks;
  logic [K-1:0][RW-1:0] s_rows;
  logic [K-1:0][ST_WORD-1:0] s_words;
  logic [KY-1:0] y_want;
  logic [ST_BANKS-1:0] s_write, s_written, y_write, y_written;
  logic [KY-1:0][BW-1:0] y_banks;
  logic [KY-1:0][RW-1:0] y_rows;
  logic [KY-1:0][ST_WORD-1:0] y_words;
  logic [ST_BANKS-1:0][RW-1:0] s_write_row, y_write_row;
  logic [ST_BANKS-1:0][ST_WORD-1:0] s_write_word, y_write_word;
  logic [ST_BANKS-1:0][ST_WORD/ST_GRAN-1:0] s_write_mask;
  state_memory #(
      .WORD(ST_WORD), .BANKS(ST_BANKS), .ROWS(ST_ROWS), .GRAN(ST_GRAN), .LATENCY(ST_LATENCY), .ONE_PORT(ONE_PORT), .LATCHES(LATCHES), .KS(K), .KY(KY)
  ) memory (
      .clk, .rst, .req({y_req, s_req}), .served({y_served, s_served}), .want({y_want, s_want}), .banks({y_banks, s_banks}), .rows({y_rows, s_rows}),
      .words({y_words, s_words}),
      .s_write, .s_write_row, .s_write_word, .s_write_mask, .s_written, .y_write, .y_write_row, .y_write_word, .y_written
  );

  // ---- soma
  logic soma_rests, synapse_rests;
  logic [TW-1:0] soma_words, synapse_words;
  soma #(
      .NP(NP), .NS(NS), .TW(TW), .UNITS(UNITS), .INTERVAL(INTERVAL), .DEPTH(SOMA_DEPTH), .POPULATIONS(POPULATIONS), .DEPTHS(DEPTHS), .STARTS(STARTS),
      .STEPS(STEPS), .ENTERS(ENTERS), .ROUNDS(ROUNDS), .LEAVES(LEAVES), .RESETS(RESETS), .INPUT(INPUT),
      .ACC_PER_WORD(ACC_PER_WORD), .ACC_WORDS_PER(ACC_WORDS_PER), .OWN_ROWS(OWN_ROWS), .WORD(ST_WORD), .BANKS(ST_BANKS), .ROWS(ST_ROWS),
      .GRAN(ST_GRAN), .LATENCY(ST_LATENCY), .STATE_WORDS(STATE_WORDS), .ACC_WORDS(ACC_WORDS), .RETURN(RETURN), .CELL(CELL), .GATES(GATES),
      .FACTORS(FACTORS), .JUMPS(JUMPS), .STATE(STATE), .ITEM(ITEM), .ACC(ACC), .MULT(MULT), .BIAS(BIAS), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT),
      .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .JUMP(JUMP), .GATE(GATE), .LUT(LUT), .SCORE(SCORE), .SUM(SUM), .SUMS(SUMS),
      .OWN_INIT(OWN), .SIGMOID(SIGMOID)
  ) somas (
      .clk, .rst, .go, .start, .steps, .wave, .req(s_req), .want(s_want), .banks(s_banks), .rows(s_rows), .served(s_served), .words(s_words),
      .write(s_write), .write_row(s_write_row), .write_word(s_write_word), .write_mask(s_write_mask), .written(s_written), .returns,
      .frame_ask, .frame_neuron, .frame_values, .held(FREEZE != 0 && queue_full), .sent, .offers, .message,
      .score_valid, .score_class, .scores, .rests(soma_rests),
      .on_busy(on_soma[0]), .on_stall_state(on_soma[1]), .on_stall_output(on_soma[2]), .on_updates, .on_spikes, .on_words(soma_words), .on_population
  );

  // ---- synapse unit
  synapse #(
      .NP(NP), .TW(TW), .SEGS(SEGS), .SOURCES(SOURCES), .SEGMENTS(SEGMENTS), .PER_WORD(PER_WORD), .WORDS_PER(WORDS_PER), .ACC_WORDS_PER(ACC_WORDS_PER),
      .SCAN(SCAN), .CHUNK(CHUNK), .CHUNK_CYCLES(CHUNK_CYCLES), .AXONS(AXONS), .KINDS(KINDS), .LAST_AXONS(LAST_AXONS), .AXON_ROWS(AXON_ROWS),
      .SEGMENT_ROWS(SEGMENT_ROWS), .AXON_STARTS(AXON_STARTS), .KIND_TABLE(KIND_TABLE), .OVERHEAD(OVERHEAD), .LATENCY(SY_LATENCY), .WORD(SY_WORD),
      .BANKS(SY_BANKS), .ROWS(SY_ROWS), .INIT(WEIGHTS), .AXON_INIT(AXON_TABLE), .SEGMENT_INIT(SEGMENT_TABLE), .GROUP(GROUP), .WEIGHT(WEIGHT),
      .PAYLOAD(PAYLOAD), .ACC(ACC), .WRAP(WRAP), .ACC_PER_WORD(ACC_PER_WORD), .ST_WORD(ST_WORD), .ST_BANKS(ST_BANKS), .ST_LATENCY(ST_LATENCY), .RW(RW),
      .DEPTH(SYNAPSE_DEPTH), .QUEUE(SUMS_QUEUE)
  ) synapses (
      .clk, .rst, .go, .start, .buffer((SCAN == 2 && go) || !wave[0]), .queue_valid, .queue_out, .queue_pop(pop), .run_scan(scan), .req(y_req), .want(y_want), .banks(y_banks),
      .rows(y_rows), .served(y_served), .words(y_words), .write(y_write), .write_row(y_write_row), .write_word(y_write_word), .written(y_written),
      .rests(synapse_rests), .on_busy(on_synapse[0]), .on_overhead(on_synapse[1]), .on_stall_memory(on_synapse[2]), .on_stall_state(on_synapse[3]),
      .on_reads, .on_operations, .on_adds, .on_words(synapse_words)
  );
  assign rests = soma_rests && synapse_rests && queue_empty;
  assign on_spike = sent;
  assign on_intake = 2'(loops) + 2'(delivers);
  assign on_message = message;
  assign on_pop = pop;
  assign on_words = soma_words + synapse_words;
  assign unwritten = returns || y_write != '0;
  always_comb begin
    on_writes = '0;
    for (int b = 0; b < ST_BANKS; b++) on_writes += TW'(s_written[b]) + TW'(y_written[b]);
  end
endmodule

// Soma: updates the neurons of the core's slices once per wave, UNITS per batch, and offers their spikes, one per cycle at most. A slice is a population, or
// the part of one that lies on this core; slices come in the order of their depths.
//
// It asks for a batch's words in the first cycle of a wave, then at max(the last one's service, its ask + INTERVAL), and not while a finished packet waits.
// The batch to come is always ready in registers. Its words are a range of states and a range of accumulators; they go back, states new and accumulators
// cleared, when the update units are through. A population of depth d works on step wave - d. A core may hold no population that works in a wave.
module soma #(
    parameter int NP = 3, NS = 3, TW = 16, UNITS = 1, INTERVAL = 1, DEPTH = 4,
    // per slice, its population, and how many waves that is behind the first
    parameter logic [NS*TW-1:0] POPULATIONS = {TW'(2), TW'(1), TW'(0)}, DEPTHS = POPULATIONS,
    // where it begins: neurons; row and bank of states, of accumulators in buffer 0, in buffer 1; row of what belongs to its first batch; first neuron
    parameter logic [NS*9*TW-1:0] STARTS = '0,
    // how it goes on: of states, then of accumulators, places per neuron and per word; rows, banks and places from batch to batch; grains of a place
    parameter logic [NS*11*TW-1:0] STEPS = '0,
    // what its neurons are: kind (0 encoder, 1 layer, 2 readout; 3, 4: see integrate) and accumulators; shifts of two gates; kind, bits of the states, theta
    // and limit, or threshold and what a spike takes off; and of CELL 3: whether they spike, how they are reset, whether they are scored
    parameter logic [NS*2*TW-1:0] ENTERS = '0, ROUNDS = '0,
    parameter logic [NS*4*TW-1:0] LEAVES = '0,
    parameter logic [NS*3*TW-1:0] RESETS = '0,
    parameter int INPUT = 0,
    parameter int ACC_PER_WORD = 2, ACC_WORDS_PER = 1, OWN_ROWS = 4,
    parameter int WORD = 64, BANKS = 2, ROWS = 16, GRAN = 8, LATENCY = 1, STATE_WORDS = 1, ACC_WORDS = 1, RETURN = 4,
    parameter int CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    parameter OWN_INIT = "", SIGMOID = "",
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS),
    localparam int NM = WORD / GRAN,
    localparam int K = STATE_WORDS + ACC_WORDS
) (
    input logic clk, rst, go, start,
    input logic [TW-1:0] steps, wave,
    // words of a batch: asked for with `req`, and the same until they are served
    output logic req,
    output logic [K-1:0] want,
    output logic [K-1:0][BW-1:0] banks,
    output logic [K-1:0][RW-1:0] rows,
    input logic served,
    input logic [K-1:0][WORD-1:0] words,
    output logic [BANKS-1:0] write,
    output logic [BANKS-1:0][RW-1:0] write_row,
    output logic [BANKS-1:0][WORD-1:0] write_word,
    output logic [BANKS-1:0][NM-1:0] write_mask,
    input logic [BANKS-1:0] written,
    output logic returns,
    // features of an encoder's batch: wanted from the cycle after `frame_ask` on, neurons from `frame_neuron`
    output logic frame_ask,
    output logic [TW-1:0] frame_neuron,
    input logic [UNITS*STATE-1:0] frame_values,
    // spikes: one is offered until it is `sent`
    input logic held, sent,
    output logic offers,
    output logic [MESSAGE-1:0] message,
    // scores of a batch of classes, from class `score_class` on
    output logic [UNITS-1:0] score_valid,
    output logic [TW-1:0] score_class,
    output logic [UNITS*SCORE-1:0] scores,
    output logic rests,
    // strobes that the bench counts
    output logic on_busy, on_stall_state, on_stall_output,
    output logic [TW-1:0] on_updates, on_spikes, on_words,
    output logic [PW-1:0] on_population
);
  localparam int SL = NS <= 2 ? 1 : $clog2(NS), UW = UNITS == 1 ? 1 : $clog2(UNITS), NW = $clog2(UNITS + 1), IW = INTERVAL <= 2 ? 1 : $clog2(INTERVAL);

  // ---- the batch to come: of slice `slice`, neurons from `neuron` on; the one after it begins a slice (`load`) or goes on
  logic [SL-1:0] slice, to_slice, first_slice;
  logic [TW-1:0] neuron, left, next_left, own_at, next_wave, population, depth, depth_after;
  logic more, has, works, any_works, idles, ends_slice, ends_wave, to_wave, load, step;
  logic [NW-1:0] n, next_n;
  lookup #(.COUNT(NS), .WIDTH(TW), .TABLE(POPULATIONS)) of_slice (.index(slice), .record(population));
  lookup #(.COUNT(NS), .WIDTH(TW), .TABLE(DEPTHS)) waits_for (.index(slice), .record(depth));
  lookup #(.COUNT(NS), .WIDTH(TW), .TABLE(DEPTHS)) of_next (.index(slice + 1'b1), .record(depth_after));
  assign ends_wave = ends_slice && (slice == SL'(NS - 1) || depth_after > wave);
  // depths max(0, w - steps + 1) to w work in wave w
  assign idles = start && !works;
  assign to_wave = go || idles || ends_wave;
  assign next_wave = go ? '0 : wave + 1'b1;
  always_comb begin
    first_slice = '0;
    any_works = 1'b0;
    for (int s = NS - 1; s >= 0; s--)
      if (DEPTHS[s*TW+:TW] + steps > next_wave) begin
        first_slice = SL'(s);
        any_works = DEPTHS[s*TW+:TW] <= next_wave;
      end
  end
  assign to_slice = to_wave ? first_slice : slice + 1'b1;
  assign load = go || idles || ends_slice;
  assign step = go || idles || req;
  logic [TW-1:0] neurons, row, bank, sum_row, sum_bank, row_0, bank_0, row_1, bank_1, own_first, first_neuron;
  logic [TW-1:0] places, per_word, row_step, bank_step, place_step, sum_places, sum_per_word, sum_row_step, sum_bank_step, sum_place_step, grains;
  logic [TW-1:0] next_places, next_per_word, next_sum_places, next_sum_per_word;
  logic [11*TW-1:0] loaded, steps_of, next_steps;
  lookup #(.COUNT(NS), .WIDTH(9 * TW), .TABLE(STARTS)) start_of (
      .index(to_slice), .record({neurons, row, bank, row_0, bank_0, row_1, bank_1, own_first, first_neuron})
  );
  lookup #(.COUNT(NS), .WIDTH(11 * TW), .TABLE(STEPS)) step_of (.index(to_slice), .record(loaded));
  assign {sum_row, sum_bank} = wave[0] != (to_wave && !go) ? {row_1, bank_1} : {row_0, bank_0};
  assign {places, per_word, row_step, bank_step, place_step, sum_places, sum_per_word, sum_row_step, sum_bank_step, sum_place_step, grains} = steps_of;
  assign next_steps = load ? loaded : steps_of;
  assign {next_places, next_per_word} = next_steps[11*TW-1:9*TW];
  assign {next_sum_places, next_sum_per_word} = next_steps[6*TW-1:4*TW];
  assign next_left = load ? neurons : left - TW'(UNITS);
  assign next_n = next_left < TW'(UNITS) ? NW'(next_left) : NW'(UNITS);
  always_ff @(posedge clk) begin
    more <= !rst && (req ? !ends_wave : has);
    if (step) begin
      if (load) slice <= to_slice;
      if (to_wave) works <= any_works;
      steps_of <= next_steps;
      left <= next_left;
      n <= next_n;
      ends_slice <= next_left <= TW'(UNITS);
      neuron <= load ? first_neuron : neuron + TW'(UNITS);
      own_at <= load ? own_first : own_at + 1'b1;
    end
  end

  // ---- asking for it
  logic outstanding, waits, done, spaced;
  logic [IW-1:0] gap;
  assign has = (start && works) || more;
  assign spaced = gap == '0;
  assign req = has && !outstanding && spaced && !waits && !held;
  assign done = (req || outstanding) && served;
  always_ff @(posedge clk) begin
    outstanding <= !rst && (req || outstanding) && !served;
    gap <= rst ? '0 : req ? IW'(INTERVAL - 1) : spaced ? '0 : gap - 1'b1;
  end
  localparam int SP = STATE_WORDS * NM + UNITS, SW = $clog2(SP + 1), QP = ACC_WORDS * NM + UNITS, QW = $clog2(QP + 1), WINDOW = K * (1 + BW + RW);
  logic [SW-1:0] place;
  logic [QW-1:0] sum_place, sum_count;
  logic [STATE_WORDS-1:0] s_want;
  logic [STATE_WORDS-1:0][BW-1:0] s_banks;
  logic [STATE_WORDS-1:0][RW-1:0] s_rows;
  logic [ACC_WORDS-1:0] a_want;
  logic [ACC_WORDS-1:0][BW-1:0] a_banks;
  logic [ACC_WORDS-1:0][RW-1:0] a_rows;
  assign sum_count = QW'(n) * QW'(sum_places);
  walk #(.WORDS(STATE_WORDS), .BANKS(BANKS), .RW(RW), .TW(TW), .MOST(SP)) states (
      .clk, .load, .step, .first_row(row), .first_bank(bank), .per_word, .row_step, .bank_step, .place_step, .next_per_word,
      .next_count(SW'(next_n) * SW'(next_places)), .place, .want(s_want), .banks(s_banks), .rows(s_rows)
  );
  walk #(.WORDS(ACC_WORDS), .BANKS(BANKS), .RW(RW), .TW(TW), .MOST(QP)) sums (
      .clk, .load, .step, .first_row(sum_row), .first_bank(sum_bank), .per_word(sum_per_word), .row_step(sum_row_step), .bank_step(sum_bank_step),
      .place_step(sum_place_step), .next_per_word(next_sum_per_word), .next_count(QW'(next_n) * QW'(next_sum_places)), .place(sum_place),
      .want(a_want), .banks(a_banks), .rows(a_rows)
  );
  logic [WINDOW-1:0] window_kept, window_back;
  assign {want, banks, rows} = outstanding ? window_kept : {a_want, s_want, a_banks, s_banks, a_rows, s_rows};

  // ---- about the batch that is asked for, until its words are there, and until they go back; of each unit the first grain and the first accumulator
  localparam int GW = STATE_WORDS * NM == 1 ? 1 : $clog2(STATE_WORDS * NM), HW = ACC_PER_WORD == 1 ? 1 : $clog2(ACC_PER_WORD);
  localparam int ABOUT = SL + NW + TW + UNITS * GW + 2 * QW + 2;
  logic [UNITS*GW-1:0] at, c_at, b_at;
  always_comb begin
    at = '0;
    for (int u = 0; u < UNITS; u++) begin
      at[u*GW+:GW] = GW'((TW'(place) + TW'(u) * places) * grains);
      for (int k = 1; k < STATE_WORDS; k++)
        if (TW'(place) + TW'(u) * places >= TW'(k) * per_word)
          at[u*GW+:GW] = GW'(TW'(k * NM) + (TW'(place) + TW'(u) * places - TW'(k) * per_word) * grains);
    end
  end
  logic [ABOUT-1:0] about, about_kept, about_come, about_back;
  logic comes, goes_back, under_way, on_way;
  assign about = outstanding ? about_kept : {slice, n, neuron, at, sum_place, sum_count, wave == depth, wave + 1'b1 == depth + steps};
  always_ff @(posedge clk) begin
    about_kept  <= about;
    window_kept <= {want, banks, rows};
  end
  pipe #(.WIDTH(ABOUT), .DEPTH(LATENCY)) until_come (.clk, .in(about), .out(about_come));
  pipe #(.WIDTH(ABOUT), .DEPTH(DEPTH - 1)) until_back (.clk, .in(about_come), .out(about_back));
  pipe #(.WIDTH(WINDOW), .DEPTH(LATENCY + DEPTH - 1)) window_way (.clk, .in({want, banks, rows}), .out(window_back));
  flags #(.DEPTH(LATENCY)) come_way (.clk, .rst, .in(done), .out(comes), .any(under_way));
  flags #(.DEPTH(DEPTH - 1)) back_way (.clk, .rst, .in(comes), .out(goes_back), .any(on_way));
  logic [SL-1:0] c_slice, b_slice;
  logic [NW-1:0] c_n, b_n;
  logic [TW-1:0] c_neuron, b_neuron;
  logic [QW-1:0] c_sum_place, b_sum_place, c_sum_count, b_sum_count;
  logic c_first, c_last, b_first, b_last;
  assign {c_slice, c_n, c_neuron, c_at, c_sum_place, c_sum_count, c_first, c_last} = about_come;
  assign {b_slice, b_n, b_neuron, b_at, b_sum_place, b_sum_count, b_first, b_last} = about_back;
  localparam int UP_1 = DEPTH >= 5 ? DEPTH - 3 : DEPTH >= 2 ? 1 : 0;
  logic [SL-1:0] r_slice;
  logic [TW-1:0] c_kind, c_accs, shift_0, shift_1, b_kind, b_bits, b_theta, b_limit, b_population, b_spikes, b_resets, b_scored;
  pipe #(.WIDTH(SL), .DEPTH(UP_1)) until_round (.clk, .in(c_slice), .out(r_slice));
  lookup #(.COUNT(NS), .WIDTH(2 * TW), .TABLE(ENTERS)) enters (.index(c_slice), .record({c_kind, c_accs}));
  lookup #(.COUNT(NS), .WIDTH(2 * TW), .TABLE(ROUNDS)) rounds (.index(r_slice), .record({shift_0, shift_1}));
  lookup #(.COUNT(NS), .WIDTH(4 * TW), .TABLE(LEAVES)) gives (.index(b_slice), .record({b_kind, b_bits, b_theta, b_limit}));
  lookup #(.COUNT(NS), .WIDTH(3 * TW), .TABLE(RESETS)) fires_how (.index(b_slice), .record({b_spikes, b_resets, b_scored}));
  lookup #(.COUNT(NS), .WIDTH(TW), .TABLE(POPULATIONS)) sends (.index(b_slice), .record(b_population));

  // ---- features, and what belongs to the neurons
  // ROUTED: beside its numbers two bits of each neuron, whether its spikes go anywhere, in the last step of an utterance and before it
  localparam int ROUTED = CELL == 3 ? 1 : 0;
  localparam int ROW_BITS = GATES * (MULT + BIAS) + FACTORS * FACTOR + JUMPS * JUMP + 2 * ROUTED, OW = OWN_ROWS <= 2 ? 1 : $clog2(OWN_ROWS);
  logic [UNITS*ROW_BITS-1:0] own;
  logic [UNITS*STATE-1:0] x;
  logic [OW-1:0] own_kept, own_row;
  assign frame_ask = req && population == TW'(INPUT);
  assign frame_neuron = neuron;
  assign own_row = outstanding ? own_kept : OW'(own_at);
  always_ff @(posedge clk) own_kept <= own_row;
  sram #(.WIDTH(UNITS * ROW_BITS), .ROWS(OWN_ROWS), .GRAN(UNITS * ROW_BITS), .LATENCY(LATENCY), .INIT(OWN_INIT)) own_rows (
      .clk, .read(1'b1), .read_row(own_row), .out(own), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
  );
  pipe #(.WIDTH(UNITS * STATE), .DEPTH(LATENCY - 1)) features (.clk, .in(frame_values), .out(x));

  // ---- the update units
  localparam int USED = ACC_WORDS_PER > 1 ? ACC : ACC_PER_WORD * ACC;
  localparam int BOXES = ACC_WORDS_PER > 1 ? (ACC_WORDS + ACC_WORDS_PER - 1) / ACC_WORDS_PER : ACC_WORDS, BOX = ACC_WORDS_PER * WORD;
  logic [STATE_WORDS*WORD-1:0] state_line, line_back;
  logic [STATE_WORDS*NM-1:0] line_mask;
  logic [BOXES*USED-1:0] acc_line;
  assign state_line = words[STATE_WORDS-1:0];
  for (genvar i = 0; i < BOXES; i++) begin : box
    assign acc_line[i*USED+:USED] = USED'((ACC_WORDS*WORD)'(words[K-1:STATE_WORDS]) >> (i * BOX));
  end
  logic [UNITS-1:0] fires, leaves, active;
  logic [UNITS-1:0][PAYLOAD-1:0] payloads;
  logic [UNITS*ITEM-1:0] items;
  for (genvar u = 0; u < UNITS; u++) begin : unit
    logic fired;
    logic [1:0] goes;
    neuron #(
        .CELL(CELL), .GATES(GATES), .FACTORS(FACTORS), .JUMPS(JUMPS), .ROW(ROW_BITS), .TW(TW), .DEPTH(DEPTH), .STATE(STATE), .ITEM(ITEM), .ACC(ACC),
        .MULT(MULT), .BIAS(BIAS), .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .JUMP(JUMP), .GATE(GATE),
        .LUT(LUT), .SCORE(SCORE), .SUM(SUM), .SUMS(SUMS), .SIGMOID(SIGMOID)
    ) pipeline (
        .clk, .kind(c_kind[2:0]), .item(c_first ? '0 : ITEM'(state_line >> (32'(c_at[u*GW+:GW]) * GRAN))),
        .accumulators((GATES * ACC)'(acc_line >> ((32'(c_sum_place[HW-1:0]) + u * 32'(c_accs)) * ACC))),
        .row(own[u*ROW_BITS+:ROW_BITS]), .x(x[u*STATE+:STATE]), .shift_0(shift_0[5:0]), .shift_1(shift_1[5:0]), .gives(b_kind[2:0]),
        .resets(b_resets[2:0]), .spikes(b_spikes[0]), .theta(b_theta), .limit(b_limit), .fires(fired), .goes, .payload(payloads[u]),
        .item_next(items[u*ITEM+:ITEM]), .score(scores[u*SCORE+:SCORE])
    );
    assign active[u] = NW'(u) < b_n;
    assign fires[u] = goes_back && active[u] && fired;
    assign leaves[u] = fires[u] && goes[b_last];
    assign score_valid[u] = goes_back && active[u] && (CELL == 3 ? b_scored[0] : b_kind == 2);
  end
  assign score_class = b_neuron;

  // ---- states and cleared accumulators go back
  logic [K*NM-1:0] masks;
  logic [ITEM-1:0] item_mask;
  logic [K-1:0] back_want;
  logic [K-1:0][BW-1:0] back_banks;
  logic [K-1:0][RW-1:0] back_rows;
  assign {back_want, back_banks, back_rows} = window_back;
  always_comb begin
    item_mask = ~({ITEM{1'b1}} << b_bits);
    line_back = '0;
    line_mask = '0;
    for (int u = 0; u < UNITS; u++)
      if (active[u]) begin
        line_back |= (STATE_WORDS * WORD)'(items[u*ITEM+:ITEM] & item_mask) << (32'(b_at[u*GW+:GW]) * GRAN);
        line_mask |= ~({STATE_WORDS * NM{1'b1}} << (b_bits / TW'(GRAN))) << b_at[u*GW+:GW];
      end
  end
  for (genvar k = 0; k < K * NM; k++) begin : grain
    if (k < STATE_WORDS * NM) begin : of_state
      assign masks[k] = line_mask[k];
    end else begin : of_sum
      localparam int AT = (k - STATE_WORDS * NM) * GRAN, PLACE = ACC_WORDS_PER > 1 ? AT / WORD : AT / WORD * ACC_PER_WORD + AT % WORD / ACC;
      localparam int HELD = ACC_WORDS_PER > 1 || AT % WORD / ACC < ACC_PER_WORD ? 1 : 0;
      assign masks[k] = HELD != 0 && PLACE >= int'(b_sum_place) && PLACE < int'(b_sum_place) + int'(b_sum_count);
    end
  end
  for (genvar b = 0; b < BANKS; b++) begin : back
    logic [K-1:0] here;
    logic [WORD:0] unused_found;
    for (genvar k = 0; k < K; k++) begin : word
      assign here[k] = goes_back && back_want[k] && back_banks[k] == BW'(b);
    end
    write_queue #(.WORD(WORD), .RW(RW), .MASK(NM), .PUSHES(K), .DEPTH(RETURN)) queue (
        .clk, .rst, .clear(1'b1), .push(here), .rows(back_rows), .words({{ACC_WORDS * WORD{1'b0}}, line_back}), .masks, .look('0),
        .found(unused_found[WORD]), .found_word(unused_found[WORD-1:0]), .write(write[b]), .write_row(write_row[b]), .write_word(write_word[b]),
        .write_mask(write_mask[b]), .written(written[b])
    );
  end
  assign returns = write != '0;

  // ---- spikes
  logic any;
  logic [UW-1:0] sender;
  logic [PAYLOAD-1:0] payload;
  logic s_last, unused_send;
  logic [PW-1:0] s_population;
  logic [TW-1:0] s_neuron;
  outlet #(.UNITS(UNITS), .PAYLOAD(PAYLOAD), .COMMON(1 + PW + TW), .DEPTH(DEPTH + LATENCY + 2)) spikes (
      .clk, .rst, .push(leaves != '0), .fires(leaves), .payloads, .common({b_last, PW'(b_population), b_neuron}), .blocked(!sent), .send(unused_send), .unit(sender),
      .payload, .of_batch({s_last, s_population, s_neuron}), .any, .waits
  );
  assign offers = any && !held;
  assign message = {s_last, s_population, s_neuron + TW'(sender), payload};

  logic computes, unused;
  assign unused = ^{unused_send, b_population, steps_of, next_steps, c_sum_place, next_places, next_sum_places, sum_places, shift_0, shift_1, b_theta, b_limit, c_last, b_first, c_neuron, c_n, c_sum_count, b_spikes, b_resets, b_scored, c_kind};
  assign computes = under_way || (DEPTH > 1 && on_way);
  assign rests = !has && !outstanding && spaced && !computes && !any;
  assign on_busy = req || !spaced || (!has && !outstanding && computes);
  assign on_stall_state = spaced && outstanding;
  assign on_stall_output = !on_busy && !outstanding && (has || any);
  assign on_updates = req ? TW'(n) : '0;
  assign on_population = PW'(population);
  always_comb begin
    on_spikes = '0;
    on_words  = '0;
    for (int u = 0; u < UNITS; u++) on_spikes += TW'(fires[u]);
    for (int i = 0; i < K; i++) on_words += TW'(req && want[i]);
  end
endmodule

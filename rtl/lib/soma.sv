// Soma: updates the neurons of the core's populations once per wave, UNITS per batch, and hands their spikes over, one per cycle.
//
// It asks for a batch's words in the first cycle of a wave, then at max(the last one's service, its ask + INTERVAL), and not while a finished packet waits.
// The batch to come is always ready in registers. Its words are a range of states and a range of accumulators; they go back, states new and accumulators
// cleared, when the update units are through. Population p works on step wave - p.
module soma #(
    parameter int NP = 3, TW = 16, UNITS = 1, INTERVAL = 1, DEPTH = 4,
    // per population: kind (0 encoder, 1 layer, 2 readout), neurons, accumulators of one and bits of one's states
    parameter logic [NP*TW-1:0] KIND = '0, NEURONS = '0, ACCS = '0, ITEM_BITS = '0,
    // states: per word, words per neuron, first row and bank, rows, banks and places in the word from batch to batch
    parameter logic [NP*TW-1:0] PER_WORD = '0, WORDS_PER = '0, ROW = '0, BANK = '0, ROW_STEP = '0, BANK_STEP = '0, PLACE_STEP = '0,
    // the same of accumulators; rows and banks of both buffers
    parameter logic [NP*TW-1:0] ACC_ROW0 = '0, ACC_BANK0 = '0, ACC_ROW1 = '0, ACC_BANK1 = '0, ACC_ROW_STEP = '0, ACC_BANK_STEP = '0, ACC_PLACE_STEP = '0,
    parameter int ACC_PER_WORD = 2, ACC_WORDS_PER = 1,
    parameter logic [NP*TW-1:0] SHIFT_0 = '0, SHIFT_1 = '0, THETA = '0, LIMIT = '0,
    // rows of what belongs to neurons: of a population the first, in batches
    parameter logic [NP*TW-1:0] OWN_FIRST = '0,
    parameter int OWN_ROWS = 4,
    parameter int WORD = 64, BANKS = 2, ROWS = 16, GRAN = 8, LATENCY = 1, STATE_WORDS = 1, ACC_WORDS = 1, RETURN = 4,
    parameter int CELL = 1, GATES = 2, FACTORS = 0, JUMPS = 0,
    parameter int STATE = 16, ITEM = 32, ACC = 24, MULT = 17, BIAS = 28, PRE = 42, PAYLOAD = 9, SHIFT = 8,
    parameter int FACTOR = 10, FRACTION = 8, SHIFTS = 0, JUMP = 12, GATE = 8, LUT = 8, SCORE = 16, SUM = 32, SUMS = 1,
    parameter OWN_INIT = "", SIGMOID = "",
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int MESSAGE = 1 + PW + TW + PAYLOAD,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS),
    localparam int NM = WORD / GRAN,
    localparam int K = STATE_WORDS + ACC_WORDS
) (
    input logic clk, rst,
    input logic go, start,
    input logic [TW-1:0] steps, wave,
    // words of a batch
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
    // spikes
    input logic held, blocked,
    output logic send,
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
  localparam int UW = UNITS == 1 ? 1 : $clog2(UNITS), NW = $clog2(UNITS + 1), SW = $clog2(STATE_WORDS + 1), QW = $clog2(ACC_WORDS + 1);
  localparam int IW = INTERVAL <= 2 ? 1 : $clog2(INTERVAL);

  // ---- the batch to come
  logic [PW-1:0] pop, to_pop, low_pop;
  logic [TW-1:0] neuron, left, place, acc_place, own_at, next_wave;
  logic [RW-1:0] row, acc_row;
  logic [BW-1:0] bank, acc_bank;
  logic more, has, ends_pop, ends_wave, first, last, is_first, is_last;
  logic [NW-1:0] n;
  logic [SW-1:0] state_words;
  logic [QW-1:0] acc_words;
  logic [TW-1:0] n_accs;
  always_comb begin
    n = left < TW'(UNITS) ? NW'(left) : NW'(UNITS);
    n_accs = TW'(n) * ACCS[pop*TW+:TW];
    state_words = SW'(1);
    for (int k = 1; k < STATE_WORDS; k++) if (place + TW'(n) > TW'(k) * PER_WORD[pop*TW+:TW]) state_words = SW'(k + 1);
    if (WORDS_PER[pop*TW+:TW] > 1) state_words = SW'(TW'(n) * WORDS_PER[pop*TW+:TW]);
    acc_words = n_accs == '0 ? QW'(0) : QW'(1);
    for (int k = 1; k < ACC_WORDS; k++) if (n_accs != '0 && acc_place + n_accs > TW'(k * ACC_PER_WORD)) acc_words = QW'(k + 1);
    if (ACC_WORDS_PER > 1) acc_words = QW'(n_accs * TW'(ACC_WORDS_PER));
  end
  // populations that work in wave w: from max(0, w - steps + 1) to w
  assign ends_pop = left <= TW'(UNITS);
  assign ends_wave = ends_pop && (pop == PW'(NP - 1) || TW'(pop) == wave);
  assign next_wave = go ? '0 : wave + 1'b1;
  assign low_pop = next_wave < steps ? '0 : PW'(next_wave - steps + 1'b1);
  assign to_pop = go || ends_wave ? low_pop : pop + 1'b1;
  assign is_first = wave == TW'(pop);
  assign is_last = wave + 1'b1 == TW'(pop) + steps;
  logic odd;
  assign odd = go || ends_wave ? next_wave[0] : wave[0];
  logic [BW:0] bank_to, acc_bank_to;
  logic [TW-1:0] place_to, acc_place_to;
  logic carries, acc_carries;
  always_comb begin
    place_to = place + PLACE_STEP[pop*TW+:TW];
    carries = place_to >= PER_WORD[pop*TW+:TW];
    acc_place_to = acc_place + ACC_PLACE_STEP[pop*TW+:TW];
    acc_carries = acc_place_to >= TW'(ACC_PER_WORD);
    bank_to = {1'b0, bank} + (BW + 1)'(BANK_STEP[pop*TW+:TW]) + (BW + 1)'(carries);
    acc_bank_to = {1'b0, acc_bank} + (BW + 1)'(ACC_BANK_STEP[pop*TW+:TW]) + (BW + 1)'(acc_carries);
  end
  logic bank_over, acc_bank_over;
  assign bank_over = bank_to >= (BW + 1)'(BANKS);
  assign acc_bank_over = acc_bank_to >= (BW + 1)'(BANKS);
  always_ff @(posedge clk) begin
    more <= !rst && (req ? !ends_wave : has);
    if (go || (req && ends_pop)) begin
      pop <= to_pop;
      neuron <= '0;
      left <= NEURONS[to_pop*TW+:TW];
      place <= '0;
      acc_place <= '0;
      own_at <= OWN_FIRST[to_pop*TW+:TW];
      row <= RW'(ROW[to_pop*TW+:TW]);
      bank <= BW'(BANK[to_pop*TW+:TW]);
      acc_row <= odd ? RW'(ACC_ROW1[to_pop*TW+:TW]) : RW'(ACC_ROW0[to_pop*TW+:TW]);
      acc_bank <= odd ? BW'(ACC_BANK1[to_pop*TW+:TW]) : BW'(ACC_BANK0[to_pop*TW+:TW]);
    end else if (req) begin
      neuron <= neuron + TW'(UNITS);
      left <= left - TW'(UNITS);
      place <= carries ? place_to - PER_WORD[pop*TW+:TW] : place_to;
      acc_place <= acc_carries ? acc_place_to - TW'(ACC_PER_WORD) : acc_place_to;
      own_at <= own_at + 1'b1;
      row <= row + RW'(ROW_STEP[pop*TW+:TW]) + RW'(bank_over);
      bank <= BW'(bank_over ? bank_to - (BW + 1)'(BANKS) : bank_to);
      acc_row <= acc_row + RW'(ACC_ROW_STEP[pop*TW+:TW]) + RW'(acc_bank_over);
      acc_bank <= BW'(acc_bank_over ? acc_bank_to - (BW + 1)'(BANKS) : acc_bank_to);
    end
  end

  // ---- asking for it
  logic outstanding, waits, done;
  logic [IW-1:0] gap;
  logic spaced;
  assign has = start || more;
  assign req = has && !outstanding && spaced && !waits && !held;
  assign done = (req || outstanding) && served;
  assign first = is_first;
  assign last = is_last;
  always_ff @(posedge clk) begin
    outstanding <= !rst && (req || outstanding) && !served;
    gap <= rst ? '0 : req ? IW'(INTERVAL - 1) : gap == '0 ? '0 : gap - 1'b1;
  end
  assign spaced = gap == '0;
  logic [STATE_WORDS-1:0] s_want;
  logic [STATE_WORDS-1:0][BW-1:0] s_banks;
  logic [STATE_WORDS-1:0][RW-1:0] s_rows;
  logic [ACC_WORDS-1:0] a_want;
  logic [ACC_WORDS-1:0][BW-1:0] a_banks;
  logic [ACC_WORDS-1:0][RW-1:0] a_rows;
  window #(.WORDS(STATE_WORDS), .BANKS(BANKS), .RW(RW)) states (.row, .bank, .count(state_words), .want(s_want), .banks(s_banks), .rows(s_rows));
  window #(.WORDS(ACC_WORDS), .BANKS(BANKS), .RW(RW)) sums (.row(acc_row), .bank(acc_bank), .count(acc_words), .want(a_want), .banks(a_banks), .rows(a_rows));
  assign {want, banks, rows} = {a_want, s_want, a_banks, s_banks, a_rows, s_rows};

  // ---- about the batch that is asked for, until its words are there, and until they go back
  localparam int ABOUT = PW + NW + 3 * TW + 2, WINDOW = K * (1 + BW + RW);
  logic [ABOUT-1:0] about, about_kept, about_come, about_back;
  logic [WINDOW-1:0] window_of, window_kept, window_back;
  logic comes, goes_back, under_way, on_way;
  assign about = req ? {pop, n, neuron, place, acc_place, first, last} : about_kept;
  assign window_of = req ? {want, banks, rows} : window_kept;
  always_ff @(posedge clk) begin
    about_kept  <= about;
    window_kept <= window_of;
  end
  pipe #(.WIDTH(ABOUT), .DEPTH(LATENCY)) until_come (.clk, .in(about), .out(about_come));
  pipe #(.WIDTH(ABOUT), .DEPTH(DEPTH - 1)) until_back (.clk, .in(about_come), .out(about_back));
  pipe #(.WIDTH(WINDOW), .DEPTH(LATENCY + DEPTH - 1)) window_way (.clk, .in(window_of), .out(window_back));
  flags #(.DEPTH(LATENCY)) come_way (.clk, .rst, .in(done), .out(comes), .any(under_way));
  flags #(.DEPTH(DEPTH - 1)) back_way (.clk, .rst, .in(comes), .out(goes_back), .any(on_way));
  logic [PW-1:0] c_pop, b_pop;
  logic [NW-1:0] c_n, b_n;
  logic [TW-1:0] c_neuron, b_neuron, c_place, b_place, c_acc_place, b_acc_place;
  logic c_first, c_last, b_first, b_last;
  assign {c_pop, c_n, c_neuron, c_place, c_acc_place, c_first, c_last} = about_come;
  assign {b_pop, b_n, b_neuron, b_place, b_acc_place, b_first, b_last} = about_back;

  // ---- features, and what belongs to the neurons
  localparam int ROW_BITS = GATES * (MULT + BIAS) + FACTORS * FACTOR + JUMPS * JUMP, OW = OWN_ROWS <= 2 ? 1 : $clog2(OWN_ROWS);
  logic [UNITS*ROW_BITS-1:0] own;
  logic [UNITS*STATE-1:0] x;
  logic [OW-1:0] own_kept, own_row;
  assign frame_ask = req && KIND[pop*TW+:TW] == 0;
  assign frame_neuron = neuron;
  assign own_row = req ? OW'(own_at) : own_kept;
  always_ff @(posedge clk) own_kept <= own_row;
  sram #(.WIDTH(UNITS * ROW_BITS), .ROWS(OWN_ROWS), .GRAN(UNITS * ROW_BITS), .LATENCY(LATENCY), .INIT(OWN_INIT)) own_rows (
      .clk, .read(done), .read_row(own_row), .out(own), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
  );
  pipe #(.WIDTH(UNITS * STATE), .DEPTH(LATENCY - 1)) features (.clk, .in(frame_values), .out(x));

  // ---- the update units
  localparam int UP_1 = DEPTH >= 5 ? DEPTH - 3 : DEPTH >= 2 ? 1 : 0, USED = ACC_WORDS_PER > 1 ? ACC : ACC_PER_WORD * ACC;
  localparam int BOXES = ACC_WORDS_PER > 1 ? (ACC_WORDS + ACC_WORDS_PER - 1) / ACC_WORDS_PER : ACC_WORDS, BOX = ACC_WORDS_PER * WORD;
  logic [STATE_WORDS*WORD-1:0] state_line;
  logic [BOXES*USED-1:0] acc_line;
  assign state_line = words[STATE_WORDS-1:0];
  for (genvar i = 0; i < BOXES; i++) begin : box
    assign acc_line[i*USED+:USED] = USED'((ACC_WORDS*WORD)'(words[K-1:STATE_WORDS]) >> (i * BOX));
  end
  // first bit of a unit's item in the words of the batch
  function automatic [31:0] bit_of(input logic [PW-1:0] p, input logic [TW-1:0] at, input int u);
    logic [31:0] word, rest;
    word = '0;
    rest = 32'(at) + 32'(u);
    for (int k = 1; k < STATE_WORDS; k++)
      if (32'(at) + 32'(u) >= 32'(k) * 32'(PER_WORD[p*TW+:TW])) begin
        word = 32'(k);
        rest = 32'(at) + 32'(u) - 32'(k) * 32'(PER_WORD[p*TW+:TW]);
      end
    if (WORDS_PER[p*TW+:TW] > 1) begin
      word = 32'(u) * 32'(WORDS_PER[p*TW+:TW]);
      rest = '0;
    end
    bit_of = word * WORD + rest * 32'(ITEM_BITS[p*TW+:TW]);
  endfunction
  logic [UNITS-1:0] fires, active;
  logic [UNITS-1:0][PAYLOAD-1:0] payloads;
  logic [UNITS*ITEM-1:0] items_next;
  for (genvar u = 0; u < UNITS; u++) begin : unit
    logic [ITEM-1:0] item;
    logic fired;
    assign item = c_first ? '0 : ITEM'(state_line >> bit_of(c_pop, c_place, u));
    update #(
        .CELL(CELL), .GATES(GATES), .FACTORS(FACTORS), .JUMPS(JUMPS), .STATE(STATE), .ITEM(ITEM), .ACC(ACC), .MULT(MULT), .BIAS(BIAS), .PRE(PRE),
        .PAYLOAD(PAYLOAD), .SHIFT(SHIFT), .FACTOR(FACTOR), .FRACTION(FRACTION), .SHIFTS(SHIFTS), .JUMP(JUMP), .GATE(GATE), .LUT(LUT), .SCORE(SCORE),
        .SUM(SUM), .SUMS(SUMS), .DEPTH_1(UP_1), .DEPTH_2(DEPTH >= 3 ? 1 : 0), .DEPTH_3(DEPTH >= 4 ? 1 : 0), .SIGMOID(SIGMOID)
    ) pipeline (
        .clk, .is_encoder(KIND[c_pop*TW+:TW] == 0), .is_readout(KIND[c_pop*TW+:TW] == 2), .item,
        .accumulators((GATES * ACC)'(acc_line >> ((32'(c_acc_place) + u * 32'(ACCS[c_pop*TW+:TW])) * ACC))),
        .row(own[u*ROW_BITS+:ROW_BITS]), .x(x[u*STATE+:STATE]), .shift_0(SHIFT_0[c_pop*TW+:6]), .shift_1(SHIFT_1[c_pop*TW+:6]),
        .theta(THETA[c_pop*TW+:PAYLOAD-1]), .limit(LIMIT[c_pop*TW+:PAYLOAD-1]), .fires(fired), .payload(payloads[u]),
        .item_next(items_next[u*ITEM+:ITEM]), .score(scores[u*SCORE+:SCORE])
    );
    assign active[u] = NW'(u) < b_n;
    assign fires[u] = goes_back && active[u] && fired;
    assign score_valid[u] = goes_back && active[u] && KIND[b_pop*TW+:TW] == 2;
  end
  assign score_class = b_neuron;

  // ---- states and cleared accumulators go back
  logic [STATE_WORDS*WORD-1:0] line_back, line_mask;
  logic [K*NM-1:0] masks;
  logic [K-1:0] back_want;
  logic [K-1:0][BW-1:0] back_banks;
  logic [K-1:0][RW-1:0] back_rows;
  logic [ITEM-1:0] item_mask;
  assign {back_want, back_banks, back_rows} = window_back;
  always_comb begin
    line_back = '0;
    line_mask = '0;
    item_mask = ~({ITEM{1'b1}} << ITEM_BITS[b_pop*TW+:TW]);
    for (int u = 0; u < UNITS; u++)
      if (active[u]) begin
        line_back |= (STATE_WORDS * WORD)'(items_next[u*ITEM+:ITEM] & item_mask) << bit_of(b_pop, b_place, u);
        line_mask |= (STATE_WORDS * WORD)'(item_mask) << bit_of(b_pop, b_place, u);
      end
  end
  for (genvar k = 0; k < K * NM; k++) begin : grain
    if (k < STATE_WORDS * NM) begin : of_state
      assign masks[k] = line_mask[k*GRAN];
    end else begin : of_sum
      localparam int AT = (k - STATE_WORDS * NM) * GRAN, PLACE = ACC_WORDS_PER > 1 ? AT / BOX : AT / WORD * ACC_PER_WORD + AT % WORD / ACC;
      localparam int HELD = ACC_WORDS_PER > 1 || AT % WORD / ACC < ACC_PER_WORD ? 1 : 0;
      assign masks[k] = HELD != 0 && PLACE >= int'(b_acc_place) && PLACE < int'(b_acc_place) + int'(b_n) * int'(ACCS[b_pop*TW+:TW]);
    end
  end
  write_back #(.WORD(WORD), .BANKS(BANKS), .RW(RW), .GRAN(GRAN), .WORDS(K), .DEPTH(RETURN)) back (
      .clk, .rst, .valid(goes_back), .want(back_want), .banks(back_banks), .rows(back_rows), .words({{ACC_WORDS * WORD{1'b0}}, line_back}), .masks,
      .write, .write_row, .write_word, .write_mask, .written, .any(returns)
  );

  // ---- spikes
  logic any;
  logic [UW-1:0] sender;
  logic [PAYLOAD-1:0] sent;
  logic s_last;
  logic [PW-1:0] s_pop;
  logic [TW-1:0] s_neuron;
  outlet #(.UNITS(UNITS), .PAYLOAD(PAYLOAD), .COMMON(1 + PW + TW), .DEPTH(DEPTH + LATENCY + 2)) spikes (
      .clk, .rst, .push(fires != '0), .fires, .payloads, .common({b_last, b_pop, b_neuron}), .blocked(blocked || held), .send, .unit(sender), .payload(sent),
      .of_batch({s_last, s_pop, s_neuron}), .any, .waits
  );
  assign message = {s_last, s_pop, s_neuron + TW'(sender), sent};

  logic computes, unused;
  assign unused = c_last ^ b_first ^ (^c_neuron) ^ (^c_n);
  assign computes = under_way || (DEPTH > 1 && on_way);
  assign rests = !has && !outstanding && spaced && !computes && !any;
  assign on_busy = req || !spaced || (!has && !outstanding && computes);
  assign on_stall_state = spaced && outstanding;
  assign on_stall_output = !on_busy && !outstanding && (has || any);
  assign on_updates = req ? TW'(n) : '0;
  assign on_population = pop;
  always_comb begin
    on_spikes = '0;
    on_words  = '0;
    for (int u = 0; u < UNITS; u++) on_spikes += TW'(fires[u]);
    for (int i = 0; i < K; i++) on_words += TW'(req && want[i]);
  end
endmodule

// Rows of an event that name their targets, or are made from a convolution's kernel, which is held once. Groups are read ahead of their use, window by window:
// words among as many as there are banks, from the first one on that is not at hand, a window per cycle.
//
// A table says which rows each axon has (in an utterance's last step others), another one where a row begins: kind, first word, column, row and target of its
// first synapse, word and bit of its first weight, synapses. The kinds of rows are constants: see `positions`.
module named_rows #(
    parameter int NP = 3, TW = 16, KINDS = 1,
    // per source population its first axon; how far the axons of last steps are behind the others
    parameter logic [NP*TW-1:0] AXONS = '0,
    parameter int LAST_AXONS = 0, AXON_ROWS = 8, SEGMENT_ROWS = 8,
    // per kind: columns, rows, bits of a word that are used, 9 steps, synapses per group, bits of a weight with the target's number (0: it has none), first
    // word of its targets' accumulators in buffer 0, in buffer 1
    parameter logic [KINDS*16*TW-1:0] KIND_TABLE = '0,
    parameter AXON_INIT = "", SEGMENT_INIT = "",
    parameter int LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16, GROUP = 4, WEIGHT = 8, ACC_PER_WORD = 2, ST_BANKS = 2, RW = 4,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int PLACE = $clog2((GROUP + 1) * ACC_PER_WORD + 1),
    localparam int SY_RW = ROWS <= 2 ? 1 : $clog2(ROWS)
) (
    input logic clk, rst,
    // an event, and the buffer that collects; its groups are read while they `may` be
    input logic take, last,
    input logic [PW-1:0] population,
    input logic [TW-1:0] neuron,
    input logic buffer, may,
    // the weight memory: see there
    output logic issue,
    output logic [BANKS-1:0] bank_reads,
    output logic [BANKS*SY_RW-1:0] bank_rows,
    output logic [TW-1:0] reads,
    input logic [BANKS-1:0][WORD-1:0] now,
    // the oldest window that is read, until it is taken (`pop`); with its last one all weights of a group are there. Its sums: see accumulate
    output logic ready,
    input logic pop,
    output logic window_last,
    output logic [NW-1:0] items,
    output logic [GROUP*WEIGHT-1:0] weights,
    output logic goes_on,
    output logic [GROUP*PLACE-1:0] places,
    output logic [GROUP-1:0] want,
    output logic [GROUP-1:0][BW-1:0] banks,
    output logic [GROUP-1:0][RW-1:0] rows,
    output logic row_ends, event_ends
);
  localparam int LB = $clog2(BANKS), LW = LB == 0 ? 1 : LB, GW = GROUP == 1 ? 1 : $clog2(GROUP), KW = KINDS <= 2 ? 1 : $clog2(KINDS);
  localparam int XW = AXON_ROWS <= 2 ? 1 : $clog2(AXON_ROWS), SW = SEGMENT_ROWS <= 2 ? 1 : $clog2(SEGMENT_ROWS);
  // ---- its rows, one after the other
  logic [TW-1:0] first_axon, seg_from, seg_to, seg, to_seg, seg_end, kind_now, address_now, rest_now, rest, address, group, numbers, item_bits;
  logic [5*TW-1:0] place_now, place, place_next;
  logic [TW-1:0] columns, position_rows, used, base_0, base_1;
  logic [9*TW-1:0] steps;
  logic [KW-1:0] kind;
  logic loaded, last_seg, load, ends, unused, unused_empty;
  lookup #(.COUNT(NP), .WIDTH(TW), .TABLE(AXONS)) axon_of (.index(population), .record(first_axon));
  sram #(.WIDTH(2 * TW), .ROWS(AXON_ROWS), .GRAN(2 * TW), .LATENCY(0), .INIT(AXON_INIT)) axons (
      .clk, .read(1'b1), .read_row(XW'(first_axon + neuron + (last ? TW'(LAST_AXONS) : '0))), .out({seg_from, seg_to}), .write(1'b0), .write_row('0),
      .in('0), .mask(1'b0)
  );
  sram #(.WIDTH(8 * TW), .ROWS(SEGMENT_ROWS), .GRAN(8 * TW), .LATENCY(0), .INIT(SEGMENT_INIT)) segments (
      .clk, .read(1'b1), .read_row(SW'(to_seg)), .out({kind_now, address_now, place_now, rest_now}), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
  );
  lookup #(.COUNT(KINDS), .WIDTH(16 * TW), .TABLE(KIND_TABLE)) of_kind (
      .index(kind), .record({columns, position_rows, used, steps, group, item_bits, base_0, base_1})
  );
  assign to_seg = take ? seg_from : seg + 1'b1;
  assign last_seg = seg + 1'b1 == seg_end;
  assign load = take || (issue && ends && !last_seg && group_ends);
  assign unused = ^{kind_now, item_bits, unused_empty, group};
  always_ff @(posedge clk) begin
    if (rst) loaded <= 1'b0;
    else if (take) loaded <= 1'b1;
    else if (issue && group_ends && ends && last_seg) loaded <= 1'b0;
    if (take) seg_end <= seg_to;
    if (load) {seg, kind, address, place, rest} <= {to_seg, KW'(kind_now), address_now, place_now, rest_now};
    else if (issue && group_ends) {place, rest} <= {place_next, rest - group};
  end

  // ---- the group to read, window by window: lanes from `lane` on
  logic [GROUP*TW-1:0] lane_targets, lane_words, lane_bits;
  logic [NW-1:0] n;
  logic [TW-1:0] hand, hand_next, window_from;
  logic [GROUP-1:0] fresh_word, covered, from_hand;
  logic [GROUP*LW-1:0] lane_banks;
  logic [NW-1:0] lane, lane_next;
  logic has_hand, group_ends, full, finds;
  positions #(.LANES(GROUP), .TW(TW)) generator (
      .columns, .rows(position_rows), .used, .steps, .count(NW'(group)), .from(place), .targets(lane_targets), .words(lane_words), .bits(lane_bits),
      .to(place_next)
  );
  logic at_hand_first;
  assign at_hand_first = has_hand && lane_words[TW-1:0] == hand;
  assign ends = rest <= group;
  assign n = ends ? NW'(rest) : NW'(group);
  assign issue = loaded && may && !full;
  always_comb begin
    finds = 1'b0;
    window_from = '0;
    group_ends = 1'b1;
    covered = '0;
    from_hand = '0;
    fresh_word = '0;
    lane_banks = '0;
    lane_next = '0;
    hand_next = hand;
    reads = '0;
    bank_reads = '0;
    bank_rows = '0;
    for (int j = 0; j < GROUP; j++) begin
      if (j == 0) fresh_word[j] = !at_hand_first;
      else fresh_word[j] = lane_words[j*TW+:TW] != lane_words[(j==0?0 : j-1)*TW+:TW];
      lane_banks[j*LW+:LW] = LW'((address + lane_words[j*TW+:TW]) & TW'(BANKS - 1));
      if (NW'(j) >= lane && NW'(j) < n && group_ends) begin
        if (fresh_word[j] && finds && lane_words[j*TW+:TW] >= window_from + TW'(BANKS)) begin
          group_ends = 1'b0;
          lane_next = NW'(j);
        end else begin
          if (fresh_word[j] && !finds) begin
            finds = 1'b1;
            window_from = lane_words[j*TW+:TW];
          end
          covered[j] = 1'b1;
          from_hand[j] = !finds;
          hand_next = lane_words[j*TW+:TW];
          if (fresh_word[j]) begin
            reads = reads + 1'b1;
            for (int b = 0; b < BANKS; b++)
              if (BANKS == 1 || lane_banks[j*LW+:LW] == LW'(b)) begin
                bank_reads[b] = 1'b1;
                bank_rows[b*SY_RW+:SY_RW] = SY_RW'((address + lane_words[j*TW+:TW]) >> LB);
              end
          end
        end
      end
    end
  end
  always_ff @(posedge clk) begin
    if (rst || load) lane <= '0;
    else if (issue) lane <= lane_next;
    has_hand <= !rst && !load && (issue || has_hand);
    if (issue) hand <= hand_next;
  end

  // ---- windows on their way, oldest first
  localparam int META = NW + 2 * GROUP + GROUP * (LW + 2 * TW) + 4 + 2 * TW;
  logic [GROUP-1:0] here, at_hand;
  logic [GROUP*LW-1:0] word_banks;
  logic [GROUP*TW-1:0] targets, bits;
  logic [TW-1:0] base, number_bits;
  logic is_written;
  assign numbers = item_bits == '0 ? '0 : item_bits - TW'(WEIGHT);
  queue #(.WIDTH(META), .DEPTH(LATENCY + 1), .VISIBLE(LATENCY)) windows (
      .clk, .rst, .push(issue),
      .in({n, covered, from_hand, lane_banks, lane_targets, lane_bits, group_ends, ends, ends && last_seg, item_bits != '0,
           buffer ? base_1 : base_0, numbers}),
      .pop, .out({items, here, at_hand, word_banks, targets, bits, window_last, row_ends, event_ends, is_written, base, number_bits}),
      .valid(ready), .empty(unused_empty), .full
  );

  // ---- weights of the group, those of windows before kept; which accumulator each is for: its number, or that which lies beside the weight
  logic [GROUP*WEIGHT-1:0] weights_kept;
  logic [GROUP*TW-1:0] sums_of;
  logic [WORD-1:0] hand_word, hand_word_next, lane_word, lane_item;
  always_comb begin
    weights = weights_kept;
    sums_of = targets;
    hand_word_next = hand_word;
    lane_word = hand_word;
    lane_item = '0;
    for (int j = 0; j < GROUP; j++)
      if (here[j]) begin
        lane_word = at_hand[j] ? hand_word : now[BANKS==1?0 : word_banks[j*LW+:LW]];
        lane_item = lane_word >> bits[j*TW+:TW];
        weights[j*WEIGHT+:WEIGHT] = WEIGHT'(lane_item);
        if (is_written) sums_of[j*TW+:TW] = TW'(lane_item >> WEIGHT) & ~({TW{1'b1}} << number_bits);
        hand_word_next = lane_word;
      end
  end
  always_ff @(posedge clk) begin
    if (pop) hand_word <= hand_word_next;
    if (pop) weights_kept <= weights;
  end

  // ---- where their sums are
  logic opened, done;
  logic [TW-1:0] open_word;
  logic [GROUP*TW-1:0] word_of, place_in, bank_in, row_in, local_word;
  logic [NW-1:0] slot;
  logic [GROUP-1:0] begins_word;
  for (genvar j = 0; j < GROUP; j++) begin : sum_at
    divided #(.WIDTH(TW), .BY(ACC_PER_WORD)) in_words (.in(sums_of[j*TW+:TW]), .quotient(local_word[j*TW+:TW]), .remainder(place_in[j*TW+:TW]));
    assign word_of[j*TW+:TW] = base + local_word[j*TW+:TW];
    divided #(.WIDTH(TW), .BY(ST_BANKS)) in_banks (.in(word_of[j*TW+:TW]), .quotient(row_in[j*TW+:TW]), .remainder(bank_in[j*TW+:TW]));
  end
  assign goes_on = opened && word_of[TW-1:0] == open_word;
  always_comb begin
    want = '0;
    banks = '0;
    rows = '0;
    places = '0;
    begins_word = '0;
    slot = '0;
    for (int j = 0; j < GROUP; j++)
      if (NW'(j) < items) begin
        if (j == 0) begins_word[j] = !goes_on;
        else begins_word[j] = word_of[j*TW+:TW] != word_of[(j==0?0 : j-1)*TW+:TW];
        if (begins_word[j]) begin
          want[GW'(slot)] = 1'b1;
          banks[GW'(slot)] = BW'(bank_in[j*TW+:TW]);
          rows[GW'(slot)] = RW'(row_in[j*TW+:TW]);
          slot = slot + 1'b1;
        end
        // among the open word, if the group goes on in it, and the new ones
        places[j*PLACE+:PLACE] = PLACE'((32'(slot) - 32'(!goes_on)) * ACC_PER_WORD) + PLACE'(place_in[j*TW+:TW]);
      end
  end
  assign done = pop && window_last;
  always_ff @(posedge clk) begin
    opened <= !rst && (done ? !row_ends : opened);
    if (done) for (int j = 0; j < GROUP; j++) if (NW'(j) < items) open_word <= word_of[j*TW+:TW];
  end
endmodule

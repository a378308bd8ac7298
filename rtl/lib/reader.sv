// Row reader: walks the rows of one event group by group, reads their weights ahead, and keeps what has come until the synapse unit wants it.
//
// `begin_event` names a source neuron; its rows follow each other in the memory, one per segment. Its first words are read WAIT cycles later, and each
// group may be used LATENCY cycles after it was read, which `ready` tells. A dense scan (SWEEP) loads its axons ahead; `release_first` then says when the
// first group may be read. Segments of own spikes come first and are left out (`skip`), or passed over in a sweep: read, not used (`pass`).
// Not modelled: rows in other memories.
module reader #(
    parameter int NP = 3, TW = 16, SEGS = 3,
    parameter logic [NP*TW-1:0] SEG_FIRST = '0, SEG_END = '0, ROW_FIRST = '0, ROW_STRIDE = '0,
    parameter logic [SEGS*TW-1:0] SEG_OWN = '0, SEG_WORDS = '0, SEG_ITEMS = '0,
    // first accumulator of a segment's target: row and bank of each of the two buffers
    parameter logic [SEGS*TW-1:0] SEG_ROW0 = '0, SEG_BANK0 = '0, SEG_ROW1 = '0, SEG_BANK1 = '0,
    parameter int SWEEP = 0, WAIT = 2, LATENCY = 1, WORD = 64, BANKS = 1, ROWS = 16,
    parameter INIT = "",
    parameter int GROUP = 4, WEIGHT = 8,
    // weights per word; words per weight, if it is wider than a word
    parameter int PER_WORD = 8, WORDS_PER = 1, ACC_PER_WORD = 2, ACC_WORDS_PER = 1, ST_BANKS = 2, RW = 4,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int BW = ST_BANKS == 1 ? 1 : $clog2(ST_BANKS),
    localparam int NW = $clog2(GROUP + 1),
    localparam int FW = $clog2(ST_BANKS + 1),
    localparam int AW = ACC_PER_WORD == 1 ? 1 : $clog2(ACC_PER_WORD)
) (
    input logic clk, rst, buffer, begin_event,
    input logic [PW-1:0] population,
    input logic [TW-1:0] neuron,
    input logic skip, release_first, is_set, is_last,
    output logic free, began, ready,
    input logic take,
    output logic [GROUP*WEIGHT-1:0] weights,
    output logic [NW-1:0] items,
    output logic [AW-1:0] offset,
    output logic [FW-1:0] words,
    output logic [RW-1:0] row,
    output logic [BW-1:0] bank,
    output logic pass, row_ends, event_ends,
    output logic [TW-1:0] did_read
);
  localparam int DEPTH = LATENCY + 1, DW = $clog2(DEPTH + 1), XW = $clog2(DEPTH), SW = SEGS <= 2 ? 1 : $clog2(SEGS);
  localparam int SY_RW = ROWS <= 2 ? 1 : $clog2(ROWS), LB = $clog2(BANKS), LW = LB == 0 ? 1 : LB, OW = PER_WORD == 1 ? 1 : $clog2(PER_WORD);
  localparam int CW = $clog2(BANKS + 1), WW = WAIT <= 1 ? 1 : $clog2(WAIT), AT = SY_RW + LB;

  // ---- where the reader stands
  logic loaded, first;
  logic [WW-1:0] wait_left;
  logic [SW-1:0] seg, seg_end;
  logic [TW-1:0] rest;
  logic [OW-1:0] in_word;
  logic [AW-1:0] in_acc;
  logic [AT-1:0] at;
  logic [RW-1:0] acc_row;
  logic [BW-1:0] acc_bank;
  logic [DW-1:0] held;

  // ---- the next group
  logic issue, ends, last_seg;
  logic [TW-1:0] n;
  logic [CW-1:0] new_words;
  logic [FW-1:0] acc_words;
  // words that `count` things at `off` reach into, of `per` each, beyond the one that `off` lies in the middle of
  always_comb begin
    n = rest < TW'(GROUP) ? rest : TW'(GROUP);
    ends = rest <= TW'(GROUP);
    new_words = in_word == '0 ? CW'(1) : CW'(0);
    for (int k = 1; k <= BANKS; k++) if (TW'(in_word) + n > TW'(k * PER_WORD)) new_words = CW'(k) + CW'(in_word == '0);
    if (WORDS_PER > 1) new_words = CW'(n * TW'(WORDS_PER));
    acc_words = in_acc == '0 ? FW'(1) : FW'(0);
    for (int k = 1; k <= ST_BANKS; k++) if (TW'(in_acc) + n > TW'(k * ACC_PER_WORD)) acc_words = FW'(k) + FW'(in_acc == '0);
    if (ACC_WORDS_PER > 1) acc_words = FW'(n * TW'(ACC_WORDS_PER));
  end
  assign last_seg = seg + 1'b1 == seg_end;
  assign issue = loaded && wait_left == '0 && held < DW'(DEPTH) && (SWEEP == 0 || !first || release_first);
  assign began = issue && first;
  assign free = !loaded;

  // ---- where rows begin
  logic [SW-1:0] first_seg, to_seg;
  logic [AT-1:0] row_start;
  always_comb begin
    first_seg = SW'(SEG_FIRST[population*TW+:TW]) + SW'(skip);
    row_start = AT'(ROW_FIRST[population*TW+:TW] + neuron * ROW_STRIDE[population*TW+:TW]);
    if (skip) row_start = row_start + AT'(SEG_WORDS[32'(SEG_FIRST[population*TW+:TW])*TW+:TW]);
    to_seg = begin_event ? first_seg : seg + 1'b1;
  end
  logic [BW+1:0] next_bank;
  always_comb begin
    next_bank = (BW + 2)'(acc_bank) + (BW + 2)'(acc_words);
  end
  always_ff @(posedge clk) begin
    if (rst) loaded <= 1'b0;
    else if (begin_event) loaded <= 1'b1;
    else if (issue && ends && last_seg) loaded <= 1'b0;
    first <= begin_event || (first && !issue);
    wait_left <= begin_event ? WW'(WAIT == 0 ? 0 : WAIT - 1) : wait_left == '0 ? '0 : wait_left - 1'b1;
    if (begin_event) seg_end <= SW'(SEG_END[population*TW+:TW]);
    if (begin_event) at <= row_start;
    else if (issue) at <= at + AT'(new_words);
    if (begin_event || (issue && ends)) begin
      seg <= to_seg;
      rest <= SEG_ITEMS[to_seg*TW+:TW];
      in_word <= '0;
      in_acc <= '0;
      acc_row <= buffer ? RW'(SEG_ROW1[to_seg*TW+:TW]) : RW'(SEG_ROW0[to_seg*TW+:TW]);
      acc_bank <= buffer ? BW'(SEG_BANK1[to_seg*TW+:TW]) : BW'(SEG_BANK0[to_seg*TW+:TW]);
    end else if (issue) begin
      rest <= rest - TW'(GROUP);
      in_word <= OW'((int'(in_word) + GROUP % PER_WORD) >= PER_WORD ? int'(in_word) + GROUP % PER_WORD - PER_WORD : int'(in_word) + GROUP % PER_WORD);
      in_acc <= AW'((int'(in_acc) + GROUP % ACC_PER_WORD) >= ACC_PER_WORD ? int'(in_acc) + GROUP % ACC_PER_WORD - ACC_PER_WORD : int'(in_acc) + GROUP % ACC_PER_WORD);
      acc_bank <= BW'(next_bank >= (BW + 2)'(ST_BANKS) ? next_bank - (BW + 2)'(ST_BANKS) : next_bank);
      acc_row <= acc_row + RW'(next_bank >= (BW + 2)'(ST_BANKS));
    end
  end

  // ---- groups that have been read, oldest first
  localparam int META = NW + AW + FW + RW + BW + 3 + OW + CW + LW;
  logic [META-1:0] groups[0:DEPTH-1];
  logic [XW-1:0] put, get;
  logic [OW-1:0] out_in_word;
  logic [CW-1:0] out_new;
  logic [LW-1:0] out_start;
  logic passes, has_come;
  logic [DW-1:0] come;
  function automatic [XW-1:0] after(input logic [XW-1:0] i);
    after = i == XW'(DEPTH - 1) ? '0 : i + 1'b1;
  endfunction
  assign passes = SWEEP != 0 && (!is_set || (is_last && SEG_OWN[seg*TW] != 1'b0));
  assign {items, offset, words, row, bank, pass, row_ends, event_ends, out_in_word, out_new, out_start} = groups[get];
  logic unused_any;
  flags #(.DEPTH(LATENCY)) arrival (.clk, .rst, .in(issue), .out(has_come), .any(unused_any));
  assign ready = come != '0 || has_come;
  always_ff @(posedge clk) begin
    if (issue)
      groups[put] <= {NW'(n), in_acc, acc_words, acc_row, acc_bank, passes, ends, ends && last_seg, in_word, new_words, LW'(at & AT'(BANKS - 1))};
    if (rst) begin
      put  <= '0;
      get  <= '0;
      held <= '0;
      come <= '0;
    end else begin
      if (issue) put <= after(put);
      if (take) get <= after(get);
      held <= held + DW'(issue) - DW'(take);
      come <= come + DW'(has_come) - DW'(take);
    end
  end
  assign did_read = issue ? TW'(new_words) : '0;

  // ---- weights: a bank per position of a word among its neighbours
  logic [BANKS-1:0][WORD-1:0] read, now;
  logic [BANKS*WORD-1:0] kept[0:DEPTH-1];
  logic [XW-1:0] kept_put;
  for (genvar b = 0; b < BANKS; b++) begin : bank_of
    logic [LW-1:0] away;
    assign away = LW'(b) - LW'(at & AT'(BANKS - 1));
    sram #(.WIDTH(WORD), .ROWS(ROWS), .GRAN(WORD), .LATENCY(LATENCY),
        .INIT(INIT == "" ? "" : {INIT, "_", 8'(b / 16 < 10 ? 48 + b / 16 : 87 + b / 16), 8'(b % 16 < 10 ? 48 + b % 16 : 87 + b % 16), ".hex"})) cells (
        .clk, .read(issue && CW'(away & LW'(BANKS - 1)) < new_words), .read_row(SY_RW'((at + AT'(away & LW'(BANKS - 1))) >> LB)),
        .out(read[b]), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
    );
  end
  always_ff @(posedge clk) begin
    if (has_come) kept[kept_put] <= read;
    kept_put <= rst ? '0 : has_come ? after(kept_put) : kept_put;
  end
  assign now = come != '0 ? kept[get] : read;
  // the word that the group before ended in, then the new ones; without what pads them
  localparam int SLOTS = WORDS_PER > 1 ? GROUP : BANKS + 1, UNIT = WORDS_PER > 1 ? WEIGHT : PER_WORD * WEIGHT;
  logic [WORD-1:0] previous, last_word;
  logic [BANKS-1:0][WORD-1:0] in_order;
  logic [SLOTS*UNIT-1:0] line;
  always_comb begin
    last_word = previous;
    for (int i = 0; i < BANKS; i++) begin
      in_order[i] = now[out_start+LW'(i)];
      if (CW'(i) < out_new) last_word = in_order[i];
    end
  end
  generate
    if (WORDS_PER > 1) begin : wide
      for (genvar i = 0; i < SLOTS; i++) begin : weight
        logic [WORDS_PER*WORD-1:0] whole;
        assign whole = in_order[i*WORDS_PER+:WORDS_PER];
        assign line[i*UNIT+:UNIT] = whole[UNIT-1:0];
      end
    end else begin : packed_words
      logic [(BANKS+1)*WORD-1:0] slots;
      assign slots = out_in_word == '0 ? {{WORD{1'b0}}, in_order} : {in_order, previous};
      for (genvar i = 0; i < SLOTS; i++) begin : word
        assign line[i*UNIT+:UNIT] = slots[i*WORD+:UNIT];
      end
    end
  endgenerate
  assign weights = (GROUP * WEIGHT)'(line >> (32'(out_in_word) * WEIGHT));
  always_ff @(posedge clk) if (take) previous <= last_word;
endmodule

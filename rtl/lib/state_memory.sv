// State memory: banks behind two clients, the soma (s) and the synapse unit (y), with one request each.
//
// A request queues all its words in the cycle in which it is made (`req`); word i of it lies at (rows[i], banks[i]) if want[i]. Banks serve requests first
// come, first served; of one cycle, the soma's first. A word takes its bank for one cycle, or two (ONE_PORT: a read slot, then a write slot).
// `served`: the request's last word is finished in this cycle; LATENCY cycles later `words` holds all its words, for that one cycle.
// Writes have no time of their own: they take the write port (ONE_PORT: the cycles in which no read begins), the synapse unit's before the soma's.
module state_memory #(
    parameter int WORD = 64, BANKS = 2, ROWS = 16, GRAN = 8, LATENCY = 1, ONE_PORT = 0, KS = 3, KY = 2,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS),
    localparam int NM = WORD / GRAN
) (
    input logic clk, rst, s_req,
    input logic [KS-1:0] s_want,
    input logic [KS-1:0][BW-1:0] s_banks,
    input logic [KS-1:0][RW-1:0] s_rows,
    output logic s_served,
    output logic [KS-1:0][WORD-1:0] s_words,
    input logic y_req,
    input logic [KY-1:0] y_want,
    input logic [KY-1:0][BW-1:0] y_banks,
    input logic [KY-1:0][RW-1:0] y_rows,
    output logic y_served,
    output logic [KY-1:0][WORD-1:0] y_words,
    input logic [BANKS-1:0] s_write,
    input logic [BANKS-1:0][RW-1:0] s_write_row,
    input logic [BANKS-1:0][WORD-1:0] s_write_word,
    input logic [BANKS-1:0][NM-1:0] s_write_mask,
    output logic [BANKS-1:0] s_written,
    input logic [BANKS-1:0] y_write,
    input logic [BANKS-1:0][RW-1:0] y_write_row,
    input logic [BANKS-1:0][WORD-1:0] y_write_word,
    output logic [BANKS-1:0] y_written
);
  logic s_busy, y_busy, y_older, y_first;
  // a request's words, kept until they are served
  logic [KS-1:0] s_left, s_open;
  logic [KY-1:0] y_left, y_open;
  logic [KS-1:0][BW-1:0] s_banks_kept, s_bank;
  logic [KS-1:0][RW-1:0] s_rows_kept, s_row;
  logic [KY-1:0][BW-1:0] y_banks_kept, y_bank;
  logic [KY-1:0][RW-1:0] y_rows_kept, y_row;
  // of each bank, one bit per word of the request: finished in this cycle, come from the memory in this cycle
  logic [BANKS*KS-1:0] s_done, s_come;
  logic [BANKS*KY-1:0] y_done, y_come;
  logic [BANKS-1:0][WORD-1:0] read;
  logic [KS-1:0] s_finished;
  logic [KY-1:0] y_finished;
  assign s_open = s_req ? s_want : s_left;
  assign s_bank = s_req ? s_banks : s_banks_kept;
  assign s_row  = s_req ? s_rows : s_rows_kept;
  assign y_open = y_req ? y_want : y_left;
  assign y_bank = y_req ? y_banks : y_banks_kept;
  assign y_row  = y_req ? y_rows : y_rows_kept;
  // the synapse unit goes first only with a request that was there before the soma's
  assign y_first = s_req ? y_busy : y_req ? 1'b0 : y_older;
  assign s_served = (s_req || s_busy) && (s_open & ~s_finished) == '0;
  assign y_served = (y_req || y_busy) && (y_open & ~y_finished) == '0;
  always_comb begin
    s_finished = '0;
    y_finished = '0;
    for (int b = 0; b < BANKS; b++) begin
      s_finished |= s_done[b*KS+:KS];
      y_finished |= y_done[b*KY+:KY];
    end
  end
  always_ff @(posedge clk) begin
    s_busy <= !rst && (s_req || s_busy) && !s_served;
    y_busy <= !rst && (y_req || y_busy) && !y_served;
    y_older <= y_first;
    s_left <= rst ? '0 : s_open & ~s_finished;
    y_left <= rst ? '0 : y_open & ~y_finished;
    s_banks_kept <= s_bank;
    s_rows_kept <= s_row;
    y_banks_kept <= y_bank;
    y_rows_kept <= y_row;
  end
  for (genvar b = 0; b < BANKS; b++) begin : bank
    logic [KS-1:0] s_here, s_pick, s_now, s_came;
    logic [KY-1:0] y_here, y_pick, y_now, y_came;
    logic [RW-1:0] row;
    logic again, begins, finishes, is_y, free;
    always_comb begin
      for (int i = 0; i < KS; i++) s_here[i] = s_open[i] && s_bank[i] == BW'(b);
      for (int i = 0; i < KY; i++) y_here[i] = y_open[i] && y_bank[i] == BW'(b);
      // words of one request follow each other by their numbers
      s_pick = s_here & (~s_here + 1'b1);
      y_pick = y_here & (~y_here + 1'b1);
      is_y   = y_here != '0 && (y_first || s_here == '0);
      s_now  = is_y ? '0 : s_pick;
      y_now  = is_y ? y_pick : '0;
      row = '0;
      for (int i = 0; i < KS; i++) if (s_now[i]) row |= s_row[i];
      for (int i = 0; i < KY; i++) if (y_now[i]) row |= y_row[i];
      begins = (s_here != '0 || y_here != '0) && !again;
      finishes = ONE_PORT == 0 ? begins : again;
    end
    assign s_done[b*KS+:KS] = finishes ? s_now : '0;
    assign y_done[b*KY+:KY] = finishes ? y_now : '0;
    always_ff @(posedge clk) again <= !rst && ONE_PORT != 0 && begins;
    assign free = ONE_PORT == 0 || !begins;
    assign y_written[b] = free && y_write[b];
    assign s_written[b] = free && s_write[b] && !y_write[b];
    sram #(.WIDTH(WORD), .ROWS(ROWS), .GRAN(GRAN), .LATENCY(LATENCY), .ONE_PORT(ONE_PORT)) cells (
        .clk, .read(begins), .read_row(row), .out(read[b]), .write(y_written[b] || s_written[b]),
        .write_row(y_write[b] ? y_write_row[b] : s_write_row[b]), .in(y_write[b] ? y_write_word[b] : s_write_word[b]),
        .mask(y_write[b] ? {NM{1'b1}} : s_write_mask[b])
    );
    pipe #(.WIDTH(KS + KY), .DEPTH(LATENCY)) tags (.clk, .in(begins ? {s_now, y_now} : '0), .out({s_came, y_came}));
    assign s_come[b*KS+:KS] = s_came;
    assign y_come[b*KY+:KY] = y_came;
  end
  // words that have come for a request, with those of this cycle
  logic [KS-1:0][WORD-1:0] s_kept;
  logic [KY-1:0][WORD-1:0] y_kept;
  always_comb begin
    s_words = s_kept;
    y_words = y_kept;
    for (int b = 0; b < BANKS; b++) begin
      for (int i = 0; i < KS; i++) if (s_come[b*KS+i]) s_words[i] = read[b];
      for (int i = 0; i < KY; i++) if (y_come[b*KY+i]) y_words[i] = read[b];
    end
  end
  always_ff @(posedge clk) begin
    s_kept <= s_words;
    y_kept <= y_words;
  end
endmodule

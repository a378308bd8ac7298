// State memory: banks behind two clients, soma (0) and synapse unit (1), with one request each.
//
// A request queues all its words in the cycle in which it is made (`req`); word i of it lies at (rows[i], banks[i]) if want[i], and stays there until the
// request is served; the soma's words come first. Banks serve requests first come, first served; of one cycle, the soma's first. A word takes its bank for
// one cycle, or two (ONE_PORT: a read slot, then a write slot).
// `served`: the request's last word is finished in this cycle; LATENCY cycles later `words` holds all its words, for that one cycle.
// Writes have no time of their own: they take the write port (ONE_PORT: the cycles in which no read begins), the synapse unit's before the soma's; none
// passes while reset holds, since before it a queue may say anything.
module state_memory #(
    parameter int WORD = 64, BANKS = 2, ROWS = 16, GRAN = 8, LATENCY = 1, ONE_PORT = 0, LATCHES = 0, KS = 3, KY = 2,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS),
    localparam int NM = WORD / GRAN,
    localparam int K = KS + KY
) (
    input logic clk, rst,
    input logic [1:0] req,
    output logic [1:0] served,
    input logic [K-1:0] want,
    input logic [K-1:0][BW-1:0] banks,
    input logic [K-1:0][RW-1:0] rows,
    output logic [K-1:0][WORD-1:0] words,
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
  logic [1:0] busy, waits;
  logic y_older, y_first;
  // words that are not served yet; of each bank, one bit per word: finished in this cycle, come from the memory in this cycle
  logic [K-1:0] left, open, finished;
  logic [BANKS*K-1:0] done, come;
  logic [BANKS-1:0][WORD-1:0] read;
  logic [K-1:0][WORD-1:0] kept;
  assign open  = left | (want & {{KY{req[1]}}, {KS{req[0]}}});
  assign waits = {|(open[K-1:KS] & ~finished[K-1:KS]), |(open[KS-1:0] & ~finished[KS-1:0])};
  assign served = (req | busy) & ~waits;
  // the synapse unit goes first only with a request that was there before the soma's
  assign y_first = busy[1] && (!busy[0] || y_older);
  always_comb begin
    finished = '0;
    words = kept;
    for (int b = 0; b < BANKS; b++) begin
      finished |= done[b*K+:K];
      for (int i = 0; i < K; i++) if (come[b*K+i]) words[i] = read[b];
    end
  end
  always_ff @(posedge clk) begin
    busy <= rst ? '0 : (req | busy) & waits;
    left <= rst ? '0 : open & ~finished;
    y_older <= y_first;
    kept <= words;
  end
  for (genvar b = 0; b < BANKS; b++) begin : bank
    logic [K-1:0] here, turn, pick, came;
    logic [RW-1:0] row;
    logic again, begins, free, is_y;
    for (genvar i = 0; i < K; i++) begin : word
      assign here[i] = open[i] && banks[i] == BW'(b);
    end
    assign is_y = here[K-1:KS] != '0 && (y_first || here[KS-1:0] == '0);
    // words of one request follow each other by their numbers
    assign turn = here & {{KY{is_y}}, {KS{!is_y}}};
    assign pick = turn & (~turn + 1'b1);
    assign begins = here != '0 && !again;
    always_comb begin
      row = '0;
      for (int i = 0; i < K; i++) if (pick[i]) row |= rows[i];
    end
    assign done[b*K+:K] = (ONE_PORT == 0 ? begins : again) ? pick : '0;
    always_ff @(posedge clk) again <= !rst && ONE_PORT != 0 && begins;
    assign free = !rst && (ONE_PORT == 0 || !begins);
    assign y_written[b] = free && y_write[b];
    assign s_written[b] = free && s_write[b] && !y_write[b];
    sram #(.WIDTH(WORD), .ROWS(ROWS), .GRAN(GRAN), .LATENCY(LATENCY), .ONE_PORT(ONE_PORT), .LATCHES(LATCHES)) cells (
        .clk, .read(begins), .read_row(row), .out(read[b]), .write(y_written[b] || s_written[b]),
        .write_row(y_write[b] ? y_write_row[b] : s_write_row[b]), .in(y_write[b] ? y_write_word[b] : s_write_word[b]),
        .mask(y_write[b] ? {NM{1'b1}} : s_write_mask[b])
    );
    pipe #(.WIDTH(K), .DEPTH(LATENCY)) tags (.clk, .in(begins ? pick : '0), .out(came));
    assign come[b*K+:K] = came;
  end
endmodule

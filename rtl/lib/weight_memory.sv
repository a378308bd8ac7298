// Weight memory: BANKS words side by side, one per position of a word among its neighbours. Words are read ahead of their use, at most LATENCY + 1 readings of
// the banks that `reads` names; `now` holds what the oldest one gave, from LATENCY cycles after its `issue` on, until it is used (`pop`).
module weight_memory #(
    parameter int WORD = 64, BANKS = 1, ROWS = 16, LATENCY = 1,
    parameter INIT = "",
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS)
) (
    input logic clk, rst, issue,
    input logic [BANKS-1:0] reads,
    input logic [BANKS*RW-1:0] rows,
    input logic pop,
    output logic [BANKS-1:0][WORD-1:0] now
);
  logic [BANKS-1:0][WORD-1:0] read, kept;
  logic has_come, is_kept;
  logic [2:0] unused;
  for (genvar b = 0; b < BANKS; b++) begin : bank_of
    sram #(.WIDTH(WORD), .ROWS(ROWS), .GRAN(WORD), .LATENCY(LATENCY),
        .INIT(INIT == "" ? "" : {INIT, "_", 8'(b / 16 < 10 ? 48 + b / 16 : 87 + b / 16), 8'(b % 16 < 10 ? 48 + b % 16 : 87 + b % 16), ".hex"})) cells (
        .clk, .read(issue && reads[b]), .read_row(rows[b*RW+:RW]), .out(read[b]), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
    );
  end
  flags #(.DEPTH(LATENCY)) arrival (.clk, .rst, .in(issue), .out(has_come), .any(unused[0]));
  queue #(.WIDTH(BANKS * WORD), .DEPTH(LATENCY + 1)) early (
      .clk, .rst, .push(has_come && (is_kept || !pop)), .in(read), .pop(pop && is_kept), .out(kept), .valid(is_kept), .empty(unused[1]), .full(unused[2])
  );
  assign now = is_kept ? kept : read;
endmodule

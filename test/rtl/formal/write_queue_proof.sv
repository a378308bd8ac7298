// Any sums, from two rows at once in at most one of four cycles, and a memory that is free in at least one of two cycles: how many wait, and how long one is found.
module write_queue_proof #(
    parameter int DEPTH = 3,
    // most sums that wait; further sums after which one is still found
    parameter int MOST = 2, FOUND = DEPTH
) (
    input logic clk, older_wish, newer_wish, free_wish,
    input logic [1:0] row,
    input logic [3:0] older_word, newer_word
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic older, newer, was_free = 1'b1, free, taken, found, write, comes;
  logic [1:0] write_row, pause = '0;
  logic [3:0] found_word, write_word;
  (* anyconst *) logic [1:0] look;
  assign comes = pause == '0 && !rst;
  assign older = older_wish && comes;
  assign newer = newer_wish && comes;
  assign free = free_wish || !was_free;
  assign taken = write && free && !rst;
  logic write_mask;
  write_queue #(.WORD(4), .RW(2), .PUSHES(2), .DEPTH(DEPTH)) dut (
      .clk, .rst, .clear(1'b0), .push({newer, older}), .rows({~row, row}), .words({newer_word, older_word}), .masks('0), .look, .found, .found_word, .write,
      .write_row, .write_word, .write_mask, .written(taken)
  );
  logic [7:0] waiting = '0, since = '0;
  logic seen = 1'b0;
  logic [3:0] last;
  always_ff @(posedge clk) begin
    pause <= older || newer ? 2'd3 : pause == '0 ? '0 : pause - 1'b1;
    was_free <= free;
    waiting <= waiting + 8'(older) + 8'(newer) - 8'(taken);
    since <= since + 8'(older) + 8'(newer);
    if (older && row == look) begin
      seen <= 1'b1;
      last <= older_word;
      since <= 8'(newer);
    end else if (newer && ~row == look) begin
      seen <= 1'b1;
      last <= newer_word;
      since <= '0;
    end
    assert (waiting <= 8'(MOST));
    assert (!(seen && since < 8'(FOUND)) || (found && found_word == last));
  end
endmodule

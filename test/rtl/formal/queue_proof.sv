// Any sequence of pushes and takes within the queue's rules: no push into a full queue, no take without a shown message.
module queue_proof #(
    parameter int DEPTH = 3, VISIBLE = 2,
    // most messages inside; cycles until a message shows in an empty queue; a message leaves unchanged
    parameter int MOST = DEPTH, LATE = VISIBLE
) (
    input logic clk, push_wish, pop_wish,
    input logic [3:0] in
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic push, pop, valid, empty, full;
  logic [3:0] out;
  assign push = push_wish && !full && !rst;
  assign pop  = pop_wish && valid && !rst;
  queue #(.WIDTH(4), .DEPTH(DEPTH), .VISIBLE(VISIBLE)) dut (.clk, .rst, .push, .in, .pop, .out, .valid, .empty, .full);

  logic [7:0] inside = '0, alone = '0;
  // any one message: how many are before it, and its content
  logic follows = 1'b0;
  logic [7:0] before;
  logic [3:0] held;
  (* anyseq *) logic choose;
  always_ff @(posedge clk) begin
    inside <= inside + 8'(push) - 8'(pop);
    alone <= inside == 0 || pop ? '0 : alone + 1'b1;
    if (!follows && push && choose) begin
      follows <= 1'b1;
      before <= inside - 8'(pop);
      held <= in;
    end else if (follows && pop) begin
      before <= before - 1'b1;
      if (before == 0) follows <= 1'b0;
    end
    assert (inside <= 8'(MOST));
    assert (!(alone + 1'b1 >= 8'(LATE) && inside == 1) || valid);
    assert (!(follows && before == 0 && pop) || out == held);
  end
endmodule

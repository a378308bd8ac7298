// First in, first out, for PUSHES messages per cycle, the lowest one first. What is pushed in cycle c can be taken from c + VISIBLE on.
// `full[i]`: there is no place for i + 1 messages; judged as the cycle begins (AFTER_POP 0), or with the place of what is taken in this cycle (AFTER_POP 1).
module queue #(
    parameter int WIDTH = 8, DEPTH = 16, VISIBLE = 1, AFTER_POP = 0, PUSHES = 1
) (
    input logic clk, rst,
    input logic [PUSHES-1:0] push,
    input logic [PUSHES-1:0][WIDTH-1:0] in,
    input logic pop,
    output logic [WIDTH-1:0] out,
    output logic valid, empty,
    output logic [PUSHES-1:0] full
);
  localparam int PW = DEPTH == 1 ? 1 : $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  logic [WIDTH-1:0] words[0:DEPTH-1];
  // where each message goes, and the next cycle's first one; `lacks[i]`: i places are free at most
  logic [PUSHES-1:0][PW-1:0] at;
  logic [PW-1:0] head, tail, next;
  logic [CW-1:0] stored, visible, next_stored, next_visible;
  logic [PUSHES-1:0] shows, lacks;
  logic makes_room;
  function automatic [PW-1:0] after(input logic [PW-1:0] place);
    after = place == PW'(DEPTH - 1) ? '0 : place + 1'b1;
  endfunction
  assign out = words[head];
  assign makes_room = AFTER_POP != 0 && pop;
  assign full = makes_room ? PUSHES'({lacks, 1'b0}) : lacks;
  assign next_stored = stored + CW'($countones(push)) - CW'(pop);
  assign next_visible = visible + CW'($countones(shows)) - CW'(pop);
  always_comb begin
    next = tail;
    for (int i = 0; i < PUSHES; i++) begin
      at[i] = next;
      if (push[i]) next = after(next);
    end
  end
  for (genvar i = 0; i < PUSHES; i++) begin : message
    if (VISIBLE == 1) begin : soon
      assign shows[i] = push[i];
    end else begin : late
      logic unused;
      flags #(.DEPTH(VISIBLE - 1)) arrival (.clk, .rst, .in(push[i]), .out(shows[i]), .any(unused));
    end
  end
  always_ff @(posedge clk) begin
    tail <= rst ? '0 : next;
    head <= rst ? '0 : pop ? after(head) : head;
    stored <= rst ? '0 : next_stored;
    visible <= rst ? '0 : next_visible;
    // what others decide by in the next cycle stands in registers
    valid <= !rst && next_visible != '0;
    empty <= rst || next_stored == '0;
    for (int i = 0; i < PUSHES; i++) begin
      if (push[i]) words[at[i]] <= in[i];
      lacks[i] <= rst ? i >= DEPTH : i + int'(next_stored) >= DEPTH;
    end
  end
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst && (int'(stored) + $countones(push) - int'(pop) > DEPTH || (pop && !valid))) begin
      $display("FAIL queue overrun %m");
      $finish;
    end
`endif
endmodule

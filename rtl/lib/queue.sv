// First in, first out. What is pushed in cycle c can be taken from c + VISIBLE on.
// `full` is judged as the cycle begins (AFTER_POP 0), or counts the place of what is taken in this cycle as free (AFTER_POP 1).
module queue #(
    parameter int WIDTH = 8, DEPTH = 16, VISIBLE = 1, AFTER_POP = 0
) (
    input logic clk, rst, push,
    input logic [WIDTH-1:0] in,
    input logic pop,
    output logic [WIDTH-1:0] out,
    output logic valid, empty, full
);
  localparam int PW = DEPTH == 1 ? 1 : $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  logic [WIDTH-1:0] words[0:DEPTH-1];
  logic [PW-1:0] head, tail;
  logic [CW-1:0] stored, visible, next_stored, next_visible;
  logic shows, is_full;
  assign out = words[head];
  assign full = is_full && !(AFTER_POP != 0 && pop);
  assign next_stored = stored + CW'(push) - CW'(pop);
  assign next_visible = visible + CW'(shows) - CW'(pop);
  generate
    if (VISIBLE == 1) begin : soon
      assign shows = push;
    end else begin : late
      logic unused;
      flags #(.DEPTH(VISIBLE - 1)) arrival (.clk, .rst, .in(push), .out(shows), .any(unused));
    end
  endgenerate
  always_ff @(posedge clk) begin
    if (push) words[tail] <= in;
    tail <= rst ? '0 : !push ? tail : tail == PW'(DEPTH - 1) ? '0 : tail + 1'b1;
    head <= rst ? '0 : !pop ? head : head == PW'(DEPTH - 1) ? '0 : head + 1'b1;
    stored <= rst ? '0 : next_stored;
    visible <= rst ? '0 : next_visible;
    // what others decide by in the next cycle stands in registers
    valid <= !rst && next_visible != '0;
    empty <= rst || next_stored == '0;
    is_full <= !rst && next_stored == CW'(DEPTH);
  end
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst && ((push && stored == CW'(DEPTH) && !pop) || (pop && !valid))) begin
      $display("FAIL queue overrun %m");
      $finish;
    end
`endif
endmodule

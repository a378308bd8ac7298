// Input queue of a core that has a network: first in, first out, of spikes that are looped back and of messages that the network delivers, a loop-back first.
// A message that comes in cycle c can be taken from c + VISIBLE on. `full` keeps a loop-back out, `accepts` lets a delivery in beside this cycle's loop-back;
// both are judged as the cycle begins (AFTER_POP 0), or count the place of a message that is taken in this cycle as free (AFTER_POP 1).
module intake #(
    parameter int WIDTH = 8, DEPTH = 16, VISIBLE = 1, AFTER_POP = 0
) (
    input logic clk, rst, loops, delivers,
    input logic [WIDTH-1:0] looped, delivered,
    input logic pop,
    output logic [WIDTH-1:0] out,
    output logic valid, empty, full, accepts
);
  localparam int PW = DEPTH == 1 ? 1 : $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  logic [WIDTH-1:0] words[0:DEPTH-1];
  logic [PW-1:0] head, tail, after_tail, second, after_second;
  logic [CW-1:0] stored, visible, next_stored, next_visible;
  logic [1:0] comes, shows;
  logic is_full, is_near, makes_room;
  assign out = words[head];
  assign makes_room = AFTER_POP != 0 && pop;
  assign full = is_full && !makes_room;
  assign accepts = !full && !(loops && (makes_room ? is_full : is_near));
  assign after_tail = tail == PW'(DEPTH - 1) ? '0 : tail + 1'b1;
  assign second = loops ? after_tail : tail;
  assign after_second = second == PW'(DEPTH - 1) ? '0 : second + 1'b1;
  assign comes = 2'(loops) + 2'(delivers);
  assign next_stored = stored + CW'(comes) - CW'(pop);
  assign next_visible = visible + CW'(shows) - CW'(pop);
  generate
    if (VISIBLE == 1) begin : soon
      assign shows = comes;
    end else begin : late
      logic [1:0] unused;
      flags #(.DEPTH(VISIBLE - 1)) one (.clk, .rst, .in(comes[0]), .out(shows[0]), .any(unused[0]));
      flags #(.DEPTH(VISIBLE - 1)) two (.clk, .rst, .in(comes[1]), .out(shows[1]), .any(unused[1]));
    end
  endgenerate
  always_ff @(posedge clk) begin
    if (loops) words[tail] <= looped;
    if (delivers) words[second] <= delivered;
    tail <= rst ? '0 : delivers ? after_second : second;
    head <= rst ? '0 : !pop ? head : head == PW'(DEPTH - 1) ? '0 : head + 1'b1;
    stored <= rst ? '0 : next_stored;
    visible <= rst ? '0 : next_visible;
    valid <= !rst && next_visible != '0;
    empty <= rst || next_stored == '0;
    // full, and one place left
    is_full <= !rst && next_stored == CW'(DEPTH);
    is_near <= rst ? DEPTH == 1 : next_stored == CW'(DEPTH - 1);
  end
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst && ((comes != '0 && int'(stored) - int'(makes_room) + int'(comes) > DEPTH) || (pop && !valid))) begin
      $display("FAIL intake overrun %m");
      $finish;
    end
`endif
endmodule

// Words of one bank on their way to the memory. Up to PUSHES come in a cycle, in the order of their numbers, of different rows; `mask` goes with a word.
// A word that is read from the memory before a sum of it got there is looked up here: `found`, in the cycle after `look`, tells of the last ones, waiting
// or written, and of those that come with the question; `clear` forgets them.
module write_queue #(
    parameter int WORD = 64, RW = 4, MASK = 1, PUSHES = 2, LOOKS = 1, DEPTH = 8
) (
    input logic clk, rst, clear,
    input logic [PUSHES-1:0] push,
    input logic [PUSHES-1:0][RW-1:0] rows,
    input logic [PUSHES-1:0][WORD-1:0] words,
    input logic [PUSHES-1:0][MASK-1:0] masks,
    input logic [LOOKS-1:0][RW-1:0] look,
    output logic [LOOKS-1:0] found,
    output logic [LOOKS-1:0][WORD-1:0] found_word,
    output logic write,
    output logic [RW-1:0] write_row,
    output logic [WORD-1:0] write_word,
    output logic [MASK-1:0] write_mask,
    input logic written
);
  localparam int PW = DEPTH == 1 ? 1 : $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  logic [WORD-1:0] kept[0:DEPTH-1];
  logic [RW-1:0] kept_row[0:DEPTH-1];
  logic [MASK-1:0] kept_mask[0:DEPTH-1];
  logic [DEPTH-1:0] latest, takes, stale;
  logic [LOOKS-1:0][WORD-1:0] looked_up;
  logic [LOOKS-1:0] is_here;
  logic [PW-1:0] head, tail, next;
  logic [PUSHES*PW-1:0] at;
  logic [CW-1:0] waiting, more;
  function automatic [PW-1:0] after(input logic [PW-1:0] place);
    after = place == PW'(DEPTH - 1) ? '0 : place + 1'b1;
  endfunction
  assign write = waiting != '0;
  assign write_row = kept_row[head];
  assign write_word = kept[head];
  assign write_mask = kept_mask[head];
  // a block for each question: a simulator runs a block again whenever one of its inputs changes
  always_comb begin
    next = tail;
    more = '0;
    for (int i = 0; i < PUSHES; i++) begin
      at[i*PW+:PW] = next;
      if (push[i]) next = after(next);
      more = more + CW'(push[i]);
    end
  end
  always_comb begin
    takes = '0;
    for (int i = 0; i < PUSHES; i++) for (int e = 0; e < DEPTH; e++) takes[e] |= push[i] && at[i*PW+:PW] == PW'(e);
  end
  always_comb begin
    stale = '0;
    for (int i = 0; i < PUSHES; i++) for (int e = 0; e < DEPTH; e++) stale[e] |= push[i] && rows[i] == kept_row[e];
  end
  always_comb begin
    is_here = '0;
    looked_up = '0;
    for (int e = 0; e < DEPTH; e++)
      for (int l = 0; l < LOOKS; l++)
        if (latest[e] && kept_row[e] == look[l]) begin
          is_here[l] = 1'b1;
          looked_up[l] |= kept[e];
        end
    for (int i = 0; i < PUSHES; i++)
      for (int l = 0; l < LOOKS; l++)
        if (push[i] && rows[i] == look[l]) begin
          is_here[l] = 1'b1;
          looked_up[l] = words[i];
        end
  end
  always_ff @(posedge clk) begin
    for (int e = 0; e < DEPTH; e++)  // a place per word: written at an index that is computed, synthesis makes a power of two of them
      if (takes[e])
        for (int i = 0; i < PUSHES; i++)
          if (push[i] && at[i*PW+:PW] == PW'(e)) begin
            kept[e] <= words[i];
            kept_row[e] <= rows[i];
            kept_mask[e] <= masks[i];
          end
    found <= is_here;
    found_word <= looked_up;
    latest <= rst || clear ? '0 : takes | (latest & ~stale);
    tail <= rst ? '0 : next;
    head <= rst ? '0 : written ? after(head) : head;
    waiting <= rst ? '0 : waiting + more - CW'(written);
  end
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst && int'(waiting) + int'(more) > DEPTH) begin
      $display("FAIL write queue overrun %m");
      $finish;
    end
`endif
endmodule

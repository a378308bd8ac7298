// Sums of one bank on their way to the memory, and the last ones that were written: a word that is read from the memory before a sum of it got there is
// looked up here. Two sums may come in a cycle, `older` before `newer`, of different rows. `clear` forgets all sums for the look-up.
module write_queue #(
    parameter int WORD = 64, RW = 4, DEPTH = 8
) (
    input logic clk, rst, clear, older,
    input logic [RW-1:0] older_row,
    input logic [WORD-1:0] older_word,
    input logic newer,
    input logic [RW-1:0] newer_row,
    input logic [WORD-1:0] newer_word,
    input logic [RW-1:0] look,
    output logic found,
    output logic [WORD-1:0] found_word,
    output logic write,
    output logic [RW-1:0] write_row,
    output logic [WORD-1:0] write_word,
    input logic written
);
  localparam int PW = $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  logic [WORD-1:0] words[0:DEPTH-1];
  logic [RW-1:0] rows[0:DEPTH-1];
  logic [DEPTH-1:0] latest;
  logic [PW-1:0] head, tail, second;
  logic [CW-1:0] waiting;
  function automatic [PW-1:0] after(input logic [PW-1:0] at);
    after = at == PW'(DEPTH - 1) ? '0 : at + 1'b1;
  endfunction
  assign second = older ? after(tail) : tail;
  assign write = waiting != 0;
  assign write_row = rows[head];
  assign write_word = words[head];
  always_comb begin
    found = 1'b0;
    found_word = '0;
    for (int i = 0; i < DEPTH; i++)
      if (latest[i] && rows[i] == look) begin
        found = 1'b1;
        found_word |= words[i];
      end
  end
  always_ff @(posedge clk) begin
    if (older) rows[tail] <= older_row;
    if (older) words[tail] <= older_word;
    if (newer) rows[second] <= newer_row;
    if (newer) words[second] <= newer_word;
    for (int i = 0; i < DEPTH; i++) begin
      if (older && PW'(i) == tail) latest[i] <= 1'b1;
      else if (newer && PW'(i) == second) latest[i] <= 1'b1;
      else if ((older && rows[i] == older_row) || (newer && rows[i] == newer_row)) latest[i] <= 1'b0;
    end
    if (rst || clear) latest <= '0;
    if (rst) begin
      head <= '0;
      tail <= '0;
      waiting <= '0;
    end else begin
      if (newer) tail <= after(second);
      else if (older) tail <= after(tail);
      if (written) head <= after(head);
      waiting <= waiting + CW'(older) + CW'(newer) - CW'(written);
    end
  end
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst && int'(waiting) + int'(older) + int'(newer) > DEPTH) begin
      $display("FAIL write queue overrun %m");
      $finish;
    end
`endif
endmodule

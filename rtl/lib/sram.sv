// Memory with one read port and one write port; a macro of a process takes its place here. A word is read LATENCY cycles after its row is given (0: at once).
// Bits that are written are unknown to a read of the same row in that cycle. `mask` has a bit per GRAN bits of the word.
// INIT: file of the first contents, one word per line; none: all zero. ONE_PORT promises that no cycle reads and writes.
// LATCHES: rows of latches behind a register, open while the clock is low; a word is there before the next cycle's read ends. Synthesis has the macro's place.
module sram #(
    parameter int WIDTH = 64, ROWS = 16, GRAN = 64, LATENCY = 1, ONE_PORT = 0, LATCHES = 0,
    parameter INIT = "",
    localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS)
) (
    input logic clk, read,
    input logic [RW-1:0] read_row,
    output logic [WIDTH-1:0] out,
    input logic write,
    input logic [RW-1:0] write_row,
    input logic [WIDTH-1:0] in,
    input logic [WIDTH/GRAN-1:0] mask
);
  logic [WIDTH-1:0] words[0:ROWS-1];
  generate
    if (INIT != "") begin : loaded
      initial $readmemh(INIT, words);
    end else begin : cleared
      initial for (int i = 0; i < ROWS; i++) words[i] = '0;
    end
  endgenerate
`ifdef SYNTHESIS
  localparam int OPENS = 0;
`else
  localparam int OPENS = LATCHES;
`endif
  generate
    if (OPENS != 0) begin : latches
      logic [WIDTH/GRAN-1:0] opens;
      logic [RW-1:0] row;
      logic [WIDTH-1:0] held;
      always_ff @(posedge clk) {opens, row, held} <= {write ? mask : '0, write_row, in};
      for (genvar r = 0; r < ROWS; r++) begin : word
        for (genvar k = 0; k < WIDTH / GRAN; k++) begin : grain
          always_latch if (!clk && opens[k] && row == RW'(r)) words[r][k*GRAN+:GRAN] = held[k*GRAN+:GRAN];
        end
      end
    end else begin : edges
      always_ff @(posedge clk)
        for (int k = 0; k < WIDTH / GRAN; k++) if (write && mask[k]) words[write_row][k*GRAN+:GRAN] <= in[k*GRAN+:GRAN];
    end
  endgenerate
  generate
    if (LATENCY == 0) begin : at_once
      assign out = words[read_row];
    end else begin : clocked
      logic [WIDTH-1:0] first;
      always_ff @(posedge clk)
        if (read) begin
          first <= words[read_row];
          for (int k = 0; k < WIDTH / GRAN; k++) if (write && mask[k] && write_row == read_row) first[k*GRAN+:GRAN] <= 'x;
        end
      pipe #(.WIDTH(WIDTH), .DEPTH(LATENCY - 1)) later (.clk, .in(first), .out);
    end
  endgenerate
`ifndef SYNTHESIS
  always @(posedge clk)
    if (ONE_PORT != 0 && read && write) begin
      $display("FAIL one port reads and writes %m");
      $finish;
    end
`endif
endmodule

// Macros as strict as a process has them: what is read without being asked for, and bits that are written as they are read, are unknown.
module macro_1rw #(parameter int WIDTH = 64, ROWS = 16, parameter INIT = "", localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS)) (
    input logic clk, enable, write, input logic [RW-1:0] row, input logic [WIDTH-1:0] bits, in, output logic [WIDTH-1:0] out
);
  logic [WIDTH-1:0] words[0:ROWS-1];
  initial if (INIT != "") $readmemh(INIT, words); else for (int i = 0; i < ROWS; i++) words[i] = '0;
  always_ff @(posedge clk) begin
    out <= enable && !write ? words[row] : 'x;
    if (enable && write) words[row] <= words[row] & ~bits | in & bits;
  end
endmodule
module macro_1r1w #(parameter int WIDTH = 64, ROWS = 16, localparam int RW = ROWS <= 2 ? 1 : $clog2(ROWS)) (
    input logic clk, read, write, input logic [RW-1:0] read_row, write_row, input logic [WIDTH-1:0] bits, in, output logic [WIDTH-1:0] out
);
  logic [WIDTH-1:0] words[0:ROWS-1];
  initial for (int i = 0; i < ROWS; i++) words[i] = '0;
  always_ff @(posedge clk) begin
    out <= !read ? 'x : write && write_row == read_row ? words[read_row] ^ (bits & 'x) : words[read_row];
    if (write) words[write_row] <= words[write_row] & ~bits | in & bits;
  end
endmodule

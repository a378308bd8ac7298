// Serial sender: 8 bits, no parity, one stop bit, BAUD cycles per bit. It takes a byte in each cycle with `send` and `ready`.
module uart_tx #(
    parameter int BAUD = 108
) (
    input logic clk, rst, send,
    input logic [7:0] data,
    output logic ready, tx
);
  localparam int CW = BAUD <= 2 ? 1 : $clog2(BAUD);
  logic [CW-1:0] wait_left;
  logic [3:0] bits;
  logic [8:0] rest;
  assign ready = bits == '0;
  always_ff @(posedge clk)
    if (rst) begin
      tx <= 1'b1;
      bits <= '0;
    end else if (ready) begin
      if (send) begin
        tx <= 1'b0;
        rest <= {1'b1, data};
        bits <= 4'd10;
        wait_left <= CW'(BAUD - 1);
      end
    end else if (wait_left != '0) wait_left <= wait_left - 1'b1;
    else begin
      wait_left <= CW'(BAUD - 1);
      bits <= bits - 1'b1;
      if (bits != 4'd1) {rest, tx} <= {1'b1, rest};
    end
endmodule

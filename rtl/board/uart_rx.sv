// Serial receiver: 8 bits, no parity, one stop bit, BAUD cycles per bit. `valid` is high for one cycle per byte.
module uart_rx #(
    parameter int BAUD = 108
) (
    input logic clk, rst, rx,
    output logic valid,
    output logic [7:0] data
);
  localparam int CW = $clog2(BAUD + BAUD / 2 + 1);
  logic early, late, busy;
  logic [CW-1:0] wait_left;
  logic [3:0] bits;
  always_ff @(posedge clk) begin
    early <= rx;
    late  <= early;
    valid <= 1'b0;
    if (rst) begin
      busy <= 1'b0;
      bits <= '0;
      wait_left <= '0;
    end else if (!busy) begin
      // the middle of the first bit is one and a half bits after the start bit's edge
      if (!late) begin
        busy <= 1'b1;
        bits <= '0;
        wait_left <= CW'(BAUD + BAUD / 2 - 1);
      end
    end else if (wait_left != '0) wait_left <= wait_left - 1'b1;
    else if (bits == 4'd8) busy <= !late;
    else begin
      data <= {late, data[7:1]};
      bits <= bits + 1'b1;
      valid <= bits == 4'd7;
      wait_left <= CW'(BAUD - 1);
    end
  end
endmodule

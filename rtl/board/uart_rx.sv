// Serial receiver: 8 bits, no parity, one stop bit, BAUD cycles per bit. `valid` is high for one cycle per byte. A start bit that is over in its middle
// is a disturbance and begins no byte. A byte whose stop bit is low, as in a break, is dropped with `broken` instead; the next one begins after the line
// has been high again.
module uart_rx #(
    parameter int BAUD = 108
) (
    input logic clk, rst, rx,
    output logic valid, broken,
    output logic [7:0] data
);
  localparam int CW = BAUD <= 2 ? 1 : $clog2(BAUD);
  localparam int START = 0, STOP = 9, OVER = 10;
  logic early, late, busy;
  logic [CW-1:0] wait_left;
  // the bit whose middle comes next; OVER: none, the line has to be high
  logic [3:0] bits;
  always_ff @(posedge clk) begin
    early <= rx;
    late  <= early;
    {valid, broken} <= '0;
    if (rst) begin
      busy <= 1'b0;
      bits <= '0;
      wait_left <= '0;
    end else if (!busy) begin
      if (!late) begin
        busy <= 1'b1;
        bits <= 4'(START);
        wait_left <= CW'(BAUD / 2 - 1);
      end
    end else if (wait_left != '0) wait_left <= wait_left - 1'b1;
    else if (bits == 4'(OVER)) busy <= !late;
    else begin
      bits <= bits + 1'b1;
      if (bits < 4'(STOP)) wait_left <= CW'(BAUD - 1);
      if (bits == 4'(START)) busy <= !late;
      else if (bits == 4'(STOP)) begin
        {valid, broken} <= {late, !late};
        busy <= !late;
      end else data <= {late, data[7:1]};
    end
  end
endmodule

// Bench of the serial receiver: bytes at rates that are up to 3 % off, back to back or apart, between disturbances shorter than half a bit, bytes whose stop
// bit is low, and breaks. What came has to be the sound bytes in their order, and one `broken` per byte without a stop bit and per break.
module uart_tb #(
    parameter int BAUD = 108, EVENTS = 400, SEED = 1
);
  localparam int CYCLE = 100;
  logic clk = 0, rst = 1, rx = 1, valid, broken;
  logic [7:0] data, sent, bytes[0:EVENTS];
  int drawn = SEED, given = 0, come = 0, wrong = 0, breaks = 0, seen_breaks = 0, disturbances = 0, close = 0, bit_time, gap;
  always #(CYCLE / 2) clk = ~clk;
  uart_rx #(.BAUD(BAUD)) dut (.*);
  function automatic int draw(input int count);
    draw = $unsigned($random(drawn)) % count;
  endfunction
  task automatic give(input logic stop);
    rx = 0;
    #(bit_time);
    for (int i = 0; i < 8; i++) begin
      rx = sent[i];
      #(bit_time);
    end
    rx = stop;
    #(bit_time);
    rx = 1;
  endtask
  always @(posedge clk) begin
    if (valid) begin
      if (come >= given || data !== bytes[come]) wrong++;
      come++;
    end
    if (broken) seen_breaks++;
  end
  initial begin
    repeat (4) @(posedge clk);
    rst <= 0;
    repeat (4) @(posedge clk);
    for (int event_at = 0; event_at < EVENTS; event_at++) begin
      bit_time = BAUD * CYCLE * (970 + draw(61)) / 1000;
      gap = draw(3) == 0 ? 0 : draw(3 * bit_time);
      sent = 8'(draw(256));
      case (draw(8))
        0: begin
          // one cycle at least, so that it is seen, and over before the middle of a start bit
          rx = 0;
          #(CYCLE + draw(BAUD / 2 * CYCLE - 2 * CYCLE));
          rx = 1;
          disturbances++;
          gap += bit_time;
        end
        1: begin
          give(0);
          breaks++;
          gap += bit_time;
        end
        2: begin
          rx = 0;
          #(bit_time * (10 + draw(30)));
          rx = 1;
          breaks++;
          gap += bit_time;
        end
        default: begin
          // the receiver may have it before its stop bit is over
          bytes[given] = sent;
          given++;
          give(1);
          if (gap == 0) close++;
        end
      endcase
      #(gap);
    end
    #(2 * BAUD * CYCLE);
    $display("RESULT line %0d of %0d bytes, %0d wrong; %0d of %0d broken; %0d disturbances, %0d back to back", come, given, wrong, seen_breaks, breaks,
        disturbances, close);
    $finish;
  end
endmodule

// Top of a ULX3S: the board's clock divided by two, a reset at power-on and by the button FIRE1, a serial line over USB. A press while the chip runs
// takes effect at the end of the run: no reset clears the state memory, and only the end of an utterance leaves its sums at zero.
module ulx3s_board #(
    parameter int TW = 16, UNITS = 1, STATE = 16, SCORE = 16, INPUTS = 1, CLASSES = 1, MOST_STEPS = 32, BAUD = 108
) (
    input logic clk_25mhz, ftdi_txd, fire,
    output logic ftdi_rxd,
    // a byte is received or sent; the chip runs
    output logic [1:0] led
);
  logic clk = 1'b0;
  always_ff @(posedge clk_25mhz) clk <= !clk;
  logic [3:0] up = '0;
  logic pressed, held, wants, runs, rst;
  always_ff @(posedge clk) begin
    pressed <= fire;
    held <= pressed;
    if (!up[3]) up <= up + 1'b1;
    wants <= held || (wants && !rst);
    rst <= !up[3] || (wants && !runs);
  end
  assign led[1] = runs;
  serial_chip #(
      .TW(TW), .UNITS(UNITS), .STATE(STATE), .SCORE(SCORE), .INPUTS(INPUTS), .CLASSES(CLASSES), .MOST_STEPS(MOST_STEPS), .BAUD(BAUD)
  ) serial (
      .clk, .rst, .rx(ftdi_txd), .tx(ftdi_rxd), .talks(led[0]), .runs
  );
endmodule

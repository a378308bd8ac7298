// Bench of a chip on its board, behind a serial line: sends each utterance byte by byte, like a host, and compares the returned scores. A message that a
// break ends comes before. PRESSED: an utterance is sent before, and FIRE1 is pressed so many cycles after the chip began to run; 0: it is not pressed.
module serial_tb #(
    parameter int TW = 16, UNITS = 1, STATE = 16, SCORE = 16, INPUTS = 1, CLASSES = 1, MOST_STEPS = 1, UTTERANCES = 1, STEPS = 1, BAUD = 6, PRESSED = 0,
    parameter longint MOST_CYCLES = 300000
);
  // the board halves its clock
  localparam int BYTES = (STATE + 7) / 8, SCORE_BYTES = (SCORE + 7) / 8, BIT = 2 * BAUD;
  logic clk = 0, fire = 0, rx = 1, tx, talks, runs;
  always #5 clk = ~clk;
  ulx3s_board #(
      .TW(TW), .UNITS(UNITS), .STATE(STATE), .SCORE(SCORE), .INPUTS(INPUTS), .CLASSES(CLASSES), .MOST_STEPS(MOST_STEPS), .BAUD(BAUD)
  ) dut (
      .clk_25mhz(clk), .ftdi_txd(rx), .fire, .ftdi_rxd(tx), .led({runs, talks})
  );
  logic [31:0] steps_of[0:UTTERANCES-1];
  logic [STATE-1:0] frames[0:STEPS*INPUTS-1];
  logic [SCORE-1:0] scores_of[0:STEPS*CLASSES-1];
  int wrong = 0, seen = 0, ran = 0, first = 0, left = 0;
  task automatic give(input logic [7:0] data);
    rx <= 0;
    repeat (BIT) @(posedge clk);
    for (int i = 0; i < 8; i++) begin
      rx <= data[i];
      repeat (BIT) @(posedge clk);
    end
    rx <= 1;
    repeat (BIT + 6) @(posedge clk);
  endtask
  task automatic get(output logic [7:0] data);
    while (tx) @(posedge clk);
    repeat (BIT + BAUD) @(posedge clk);
    for (int i = 0; i < 8; i++) begin
      data[i] = tx;
      repeat (BIT) @(posedge clk);
    end
    if (!tx) wrong++;
  endtask
  // sends the utterance whose first step is `from`
  task automatic ask(input int u, input int from);
    give(steps_of[u][7:0]);
    give(steps_of[u][15:8]);
    for (int i = 0; i < int'(steps_of[u]) * INPUTS; i++) begin
      value = (8 * BYTES)'(signed'(frames[from*INPUTS+i]));
      for (int b = 0; b < BYTES; b++) give(value[8*b+:8]);
    end
  endtask
  always @(posedge clk) ran += int'(runs);
  logic [8*SCORE_BYTES-1:0] score;
  logic [8*BYTES-1:0] value;
  initial begin
    $readmemh("steps.hex", steps_of);
    $readmemh("frames.hex", frames);
    $readmemh("scores.hex", scores_of);
    repeat (40) @(posedge clk);
    // a number of steps that the chip cannot take is ignored
    give(8'(MOST_STEPS + 1));
    give(8'((MOST_STEPS + 1) >> 8));
    // a message that is not complete, and the break that ends it
    give(8'd1);
    give(8'd0);
    give(8'd1);
    rx <= 0;
    repeat (12 * BIT) @(posedge clk);
    rx <= 1;
    repeat (BIT) @(posedge clk);
    if (PRESSED > 0) begin
      ask(0, 0);
      while (!runs) @(posedge clk);
      repeat (PRESSED) @(posedge clk);
      left = int'(runs);
      fire <= 1;
      repeat (20) @(posedge clk);
      fire <= 0;
      repeat (20) @(posedge clk);
      while (runs) @(posedge clk);
      // the reset, and the rest of a byte that was begun
      repeat (12 * BIT) @(posedge clk);
      if (!tx || runs) wrong++;
    end
    for (int u = 0; u < UTTERANCES; u++) begin
      ask(u, first);
      for (int i = 0; i < int'(steps_of[u]) * CLASSES; i++) begin
        for (int b = 0; b < SCORE_BYTES; b++) get(score[8*b+:8]);
        if (score !== (8 * SCORE_BYTES)'(signed'(scores_of[first*CLASSES+i]))) wrong++;
        seen++;
      end
      first += int'(steps_of[u]);
    end
    if (PRESSED > 0 && left == 0) $display("FAIL the chip did not run when FIRE1 was pressed");
    $display("RESULT serial %0d of %0d scores, %0d wrong, %0d cycles run", seen, STEPS * CLASSES, wrong, ran);
    $finish;
  end
  initial begin
    repeat (MOST_CYCLES) @(posedge clk);
    $display("FAIL no end");
    $finish;
  end
endmodule

// Bench of a chip behind a serial line: sends each utterance byte by byte, like a host, and compares the returned scores.
module serial_tb #(
    parameter int TW = 16, UNITS = 1, STATE = 16, SCORE = 16, INPUTS = 1, CLASSES = 1, MOST_STEPS = 1, UTTERANCES = 1, STEPS = 1, BAUD = 6,
    parameter longint MOST_CYCLES = 1000000
);
  localparam int BYTES = (STATE + 7) / 8;
  logic clk = 0, rst = 1, rx = 1, tx, talks, runs;
  always #5 clk = ~clk;
  serial_chip #(
      .TW(TW), .UNITS(UNITS), .STATE(STATE), .SCORE(SCORE), .INPUTS(INPUTS), .CLASSES(CLASSES), .MOST_STEPS(MOST_STEPS), .BAUD(BAUD)
  ) dut (
      .clk, .rst, .rx, .tx, .talks, .runs
  );
  logic [31:0] steps_of[0:UTTERANCES-1];
  logic [STATE-1:0] frames[0:STEPS*INPUTS-1];
  logic [15:0] scores_of[0:STEPS*CLASSES-1];
  int wrong = 0, seen = 0, ran = 0, first = 0;
  task automatic give(input logic [7:0] data);
    rx <= 0;
    repeat (BAUD) @(posedge clk);
    for (int i = 0; i < 8; i++) begin
      rx <= data[i];
      repeat (BAUD) @(posedge clk);
    end
    rx <= 1;
    repeat (BAUD + 3) @(posedge clk);
  endtask
  task automatic get(output logic [7:0] data);
    while (tx) @(posedge clk);
    repeat (BAUD + BAUD / 2) @(posedge clk);
    for (int i = 0; i < 8; i++) begin
      data[i] = tx;
      repeat (BAUD) @(posedge clk);
    end
    if (!tx) wrong++;
  endtask
  always @(posedge clk) ran += int'(runs);
  logic [15:0] score;
  logic [8*BYTES-1:0] value;
  initial begin
    $readmemh("steps.hex", steps_of);
    $readmemh("frames.hex", frames);
    $readmemh("scores.hex", scores_of);
    repeat (5) @(posedge clk);
    rst <= 0;
    repeat (5) @(posedge clk);
    // a number of steps that the chip cannot take is ignored
    give(8'(MOST_STEPS + 1));
    give(8'((MOST_STEPS + 1) >> 8));
    for (int u = 0; u < UTTERANCES; u++) begin
      give(steps_of[u][7:0]);
      give(steps_of[u][15:8]);
      for (int i = 0; i < int'(steps_of[u]) * INPUTS; i++) begin
        value = (8 * BYTES)'(signed'(frames[first*INPUTS+i]));
        for (int b = 0; b < BYTES; b++) give(value[8*b+:8]);
      end
      for (int i = 0; i < int'(steps_of[u]) * CLASSES; i++) begin
        get(score[7:0]);
        get(score[15:8]);
        if (score !== scores_of[first*CLASSES+i]) wrong++;
        seen++;
      end
      first += int'(steps_of[u]);
    end
    $display("RESULT serial %0d of %0d scores, %0d wrong, %0d cycles run", seen, STEPS * CLASSES, wrong, ran);
    $finish;
  end
  initial begin
    repeat (MOST_CYCLES) @(posedge clk);
    $display("FAIL no end");
    $finish;
  end
endmodule

// Bench of a netlist: runs a chip without strobes on the recorded utterances, and compares scores and cycles of each wave with those of the simulator.
// An unknown bit equals nothing, and an unknown strobe is a failure. With DUMP, all nets of the chip go into a value-change dump from the end of the reset on.
module gates_tb #(
    parameter int NP = 3, TW = 16, UNITS = 1, STATE = 16, SCORE = 16,
    parameter int UTTERANCES = 1, STEPS = 1, INPUTS = 1, CLASSES = 1, LATE = NP - 1, WAVES = 1, DUMP = 0,
    parameter longint MOST_CYCLES = 1000
);
  localparam int SHOWN = 5;
  logic clk = 0, rst = 1, go = 0;
  always #5 clk = ~clk;
  logic [31:0] steps_of[0:UTTERANCES-1];
  logic [STATE-1:0] frames[0:STEPS*INPUTS-1];
  logic [SCORE-1:0] scores_of[0:STEPS*CLASSES-1];
  logic [31:0] cycles[0:WAVES-1];
  initial begin
    $readmemh("steps.hex", steps_of);
    $readmemh("frames.hex", frames);
    $readmemh("scores.hex", scores_of);
    $readmemh("cycles.hex", cycles);
  end
  logic [TW-1:0] steps, frame_neuron, score_class, wave;
  logic [UNITS*STATE-1:0] frame_values;
  logic [UNITS-1:0] score_valid;
  logic [UNITS*SCORE-1:0] scores;
  logic frame_ask, start, finished;
  chip dut (.*);

  longint cycle = 0, wave_began = -1;
  int utterance = 0, first_step = 0, seen_scores = 0, seen_waves = 0, bad_scores = 0, bad_waves = 0;
  logic running = 0, awaits = 0;
  assign steps = TW'(steps_of[utterance]);
  always @(posedge clk)
    if (frame_ask)
      for (int u = 0; u < UNITS; u++)
        if (int'(frame_neuron) + u < INPUTS) frame_values[u*STATE+:STATE] <= frames[(first_step+int'(wave))*INPUTS+int'(frame_neuron)+u];

  task automatic wave_ends;
    if (32'(cycle - wave_began) !== cycles[seen_waves]) begin
      bad_waves++;
      if (bad_waves <= SHOWN) $display("DIFF wave %0d: %0d cycles, expected %0d", seen_waves, cycle - wave_began, cycles[seen_waves]);
    end
    seen_waves++;
  endtask
  initial begin
    frame_values = '0;
    repeat (3) @(posedge clk);
    if (DUMP != 0) begin
      $dumpfile("gates.vcd");
      $dumpvars(1, dut);
    end
    rst <= 0;
    awaits <= 1;
  end
  always @(posedge clk)
    if (!rst) begin
      cycle <= cycle + 1;
      go <= awaits;
      if (awaits) begin
        awaits  <= 0;
        running <= 0;
      end
      if (start) begin
        if (running) wave_ends;
        running <= 1;
        wave_began <= cycle;
      end
      if ((^{start, finished, frame_ask, score_valid}) === 1'bx) begin
        $display("FAIL a strobe is unknown in cycle %0d, in wave %0d", cycle, wave);
        $finish;
      end
      for (int u = 0; u < UNITS; u++)
        if (score_valid[u]) begin
          if (scores[u*SCORE+:SCORE] !== scores_of[(first_step+int'(wave)-LATE)*CLASSES+int'(score_class)+u]) begin
            bad_scores++;
            if (bad_scores <= SHOWN) $display("DIFF score %0d in wave %0d, class %0d", seen_scores, wave, score_class + u);
          end
          seen_scores++;
        end
      if (finished && running && !awaits && !go) begin
        wave_ends;
        running <= 0;
        first_step <= first_step + int'(steps);
        utterance <= utterance + 1;
        awaits <= utterance + 1 < UTTERANCES;
        if (utterance + 1 == UTTERANCES) begin
          $display("RESULT scores %0d of %0d, %0d wrong", seen_scores, STEPS * CLASSES, bad_scores);
          $display("RESULT waves %0d of %0d, %0d wrong", seen_waves, WAVES, bad_waves);
          $display("RESULT ran %0d cycles", cycle);
          $finish;
        end
      end
      if (cycle > MOST_CYCLES) begin
        $display("FAIL no end after %0d cycles, in wave %0d", cycle, wave);
        $finish;
      end
    end
endmodule

// Test bench: runs the chip on the recorded utterances, one after the other, and compares spikes, scores, cycles of each wave and counters with what the
// simulator recorded. It prints, per kind, what it saw, what it expected and what differed; rtl/bench.ts judges.
module tb #(
    parameter int NP = 3, TW = 16, UNITS = 1, STATE = 16, SCORE = 16, PAYLOAD = 8,
    parameter int UTTERANCES = 1, STEPS = 1, INPUTS = 1, CLASSES = 1, SPIKES = 1, WAVES = 1, MOST_CYCLES = 1000,
    // element-wise work of a neuron update, by population
    parameter logic [NP*32-1:0] REQUANTISES = '0, MULTIPLIES = '0, ADDITIONS = '0, LOOKUPS = '0
);
  localparam int PW = NP <= 2 ? 1 : $clog2(NP);
  localparam int COUNTERS = 26;
  localparam int SHOWN = 5;
  logic clk = 0, rst = 1, go = 0;
  always #5 clk = ~clk;
  // what was recorded
  logic [31:0] steps_of[0:UTTERANCES-1];
  logic [STATE-1:0] frames[0:STEPS*INPUTS-1];
  logic [63:0] spikes[0:SPIKES];
  logic [15:0] scores_of[0:STEPS*CLASSES-1];
  logic [31:0] cycles[0:WAVES-1];
  logic [63:0] counters[0:COUNTERS-1];
  initial begin
    $readmemh("steps.hex", steps_of);
    $readmemh("frames.hex", frames);
    $readmemh("spikes.hex", spikes);
    $readmemh("scores.hex", scores_of);
    $readmemh("cycles.hex", cycles);
    $readmemh("counters.hex", counters);
  end
  // the chip
  logic [TW-1:0] steps, frame_neuron, score_class, wave;
  logic [TW-1:0] on_reads, on_words, on_operations, on_updates, on_spikes, on_writes;
  logic [UNITS*STATE-1:0] frame_values;
  logic [UNITS-1:0] score_valid;
  logic [UNITS*SCORE-1:0] scores;
  logic frame_ask, start, finished, on_spike, on_pop, on_adds, unwritten;
  logic [1+PW+TW+PAYLOAD-1:0] on_message;
  logic [3:0] on_synapse;
  logic [2:0] on_soma;
  logic [PW-1:0] on_population;
  chip dut (.*);

  int utterance = 0, first_step = 0, cycle = 0, wave_began = 0, seen_spikes = 0, seen_scores = 0, seen_waves = 0;
  // cycles in which both units ask, in which a sum is not in the memory yet, and in which the input queue is full
  int ties = 0, forwards = 0, full = 0;
  int bad_spikes = 0, bad_scores = 0, bad_waves = 0, bad_counters = 0, undrained = 0;
  longint count[0:COUNTERS-1];
  logic running = 0, awaits = 0;
  assign steps = TW'(steps_of[utterance]);
  // features: there from the cycle after they are asked for
  always @(posedge clk)
    if (frame_ask)
      for (int u = 0; u < UNITS; u++)
        if (int'(frame_neuron) + u < INPUTS) frame_values[u*STATE+:STATE] <= frames[(first_step+int'(wave))*INPUTS+int'(frame_neuron)+u];

  logic s_last;
  logic [PW-1:0] s_population;
  logic [TW-1:0] s_neuron;
  logic signed [PAYLOAD-1:0] s_payload;
  logic [63:0] seen;
  assign {s_last, s_population, s_neuron, s_payload} = on_message;
  assign seen = {16'(wave), 7'b0, s_last, 8'(s_population), 16'(s_neuron), 16'(s_payload)};

  task automatic wave_ends;
    if (wave_began >= 0) begin
      if (32'(cycle - wave_began) != cycles[seen_waves]) begin
        bad_waves++;
        if (bad_waves <= SHOWN) $display("DIFF wave %0d: %0d cycles, expected %0d", seen_waves, cycle - wave_began, cycles[seen_waves]);
      end
      count[0] += 64'(cycle - wave_began);
      seen_waves++;
    end
  endtask
  initial begin
    for (int i = 0; i < COUNTERS; i++) count[i] = 0;
    repeat (3) @(posedge clk);
    rst <= 0;
    awaits <= 1;
  end
  always @(posedge clk)
    if (!rst) begin
      cycle <= cycle + 1;
      go <= awaits;
      if (awaits) begin
        awaits <= 0;
        running <= 0;
        wave_began <= -1;
      end
      if (start) begin
        if (running) wave_ends;
        if (unwritten) undrained++;
        running <= 1;
        wave_began <= cycle;
      end
      if (on_spike) begin
        if (seen_spikes >= SPIKES || seen != spikes[seen_spikes]) begin
          bad_spikes++;
          if (bad_spikes <= SHOWN) $display("DIFF spike %0d: %h, expected %h", seen_spikes, seen, spikes[seen_spikes]);
        end
        seen_spikes++;
      end
      for (int u = 0; u < UNITS; u++)
        if (score_valid[u]) begin
          if (scores[u*SCORE+:SCORE] != scores_of[(first_step+int'(wave)-NP+1)*CLASSES+int'(score_class)+u]) begin
            bad_scores++;
            if (bad_scores <= SHOWN)
              $display("DIFF score wave %0d class %0d: %0d, expected %0d", wave, score_class + u, $signed(scores[u*SCORE+:SCORE]),
                  $signed(scores_of[(first_step+int'(wave)-NP+1)*CLASSES+int'(score_class)+u]));
          end
          seen_scores++;
        end
      ties += int'(dut.core_0.s_req && dut.core_0.y_req);
      forwards += int'(dut.core_0.synapses.lanes.adds && dut.core_0.synapses.lanes.found != 0);
      full += int'(dut.core_0.queue_full);
      if (running || start) begin
        count[1] += 64'(on_reads);
        count[2] += 64'(on_words);
        count[3] += 64'(on_writes);
        count[4] += 64'(on_spike);
        count[5] += 64'(on_pop);
        if (on_adds) count[7] += 64'(on_operations);
        else count[6] += 64'(on_operations);
        count[8] += 64'(on_updates) * 64'(MULTIPLIES[on_population*32+:32]);
        count[9] += 64'(on_updates) * 64'(ADDITIONS[on_population*32+:32]);
        count[10] += 64'(on_updates) * 64'(LOOKUPS[on_population*32+:32]);
        count[11] += 64'(on_updates);
        count[12] += 64'(on_spikes);
        count[13] += 64'(on_pop);
        for (int i = 0; i < 4; i++) count[14+i] += 64'(on_synapse[i]);
        count[18] += 64'(on_synapse == 0);
        for (int i = 0; i < 3; i++) count[19+i] += 64'(on_soma[i]);
        count[22] += 64'(on_soma == 0);
        count[25] += 64'(on_updates) * 64'(REQUANTISES[on_population*32+:32]);
        count[23] += 64'(on_synapse != 0 && (on_synapse & (on_synapse - 1'b1)) != 0);
        count[24] += 64'(on_soma != 0 && (on_soma & (on_soma - 1'b1)) != 0);
      end
      if (finished && running && !awaits && !go) begin
        wave_ends;
        running <= 0;
        // this cycle belongs to no wave
        count[18]--;
        count[22]--;
        first_step <= first_step + int'(steps);
        utterance <= utterance + 1;
        awaits <= utterance + 1 < UTTERANCES;
        if (utterance + 1 == UTTERANCES) begin
          for (int i = 0; i < COUNTERS; i++) begin
            if (count[i] != longint'(counters[i])) begin
              bad_counters++;
              $display("DIFF counter %0d: %0d, expected %0d", i, count[i], counters[i]);
            end
          end
          $display("RESULT spikes %0d of %0d, %0d wrong", seen_spikes, SPIKES, bad_spikes);
          $display("RESULT scores %0d of %0d, %0d wrong", seen_scores, STEPS * CLASSES, bad_scores);
          $display("RESULT waves %0d of %0d, %0d wrong", seen_waves, WAVES, bad_waves);
          $display("RESULT counters %0d of %0d, %0d wrong", COUNTERS, COUNTERS, bad_counters);
          $display("RESULT undrained %0d", undrained);
          $display("MET ties %0d, forwards %0d, full %0d", ties, forwards, full);
          $finish;
        end
      end
      if (cycle > MOST_CYCLES) begin
        $display("FAIL no end after %0d cycles, in wave %0d", cycle, wave);
        $finish;
      end
    end
endmodule

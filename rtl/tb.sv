// Test bench: runs the chip on the recorded utterances, one after the other, and compares spikes, scores, cycles of each wave and counters with those of
// the simulator. Per kind it prints how many it saw, how many it expected and how many differ; rtl/bench.ts judges. Signals of cores exist once per core.
// An unknown bit equals nothing (`!==`), and an unknown strobe is a failure: `!=` and `if` would take both for what is expected.
module tb #(
    parameter int NP = 3, TW = 16, UNITS = 1, STATE = 16, SCORE = 16, PAYLOAD = 8,
    parameter int UTTERANCES = 1, STEPS = 1, INPUTS = 1, CLASSES = 1, LATE = NP - 1, SPIKES = 1, WAVES = 1,
    parameter longint MOST_CYCLES = 1000,
    // cores that hold neurons, routers and their ports (none: a single core)
    parameter int CORES = 1, ROUTERS = 0, PORTS = 0,
    // a port for spikes from off the chip: bits of a packet, of a beat on the host link (0: no port), packets, cycles from a wave's beginning to the first one
    parameter int BITS = 1, LINK = 0, HOST_PACKETS = 0, HOST_LATENCY = 0,
    // index of each core's first expected spike
    parameter logic [CORES*32-1:0] SPIKE_STARTS = '0,
    // element-wise work of a neuron update, by population
    parameter logic [NP*32-1:0] REQUANTISES = '0, MULTIPLIES = '0, ADDITIONS = '0, LOOKUPS = '0
);
  localparam int PW = NP <= 2 ? 1 : $clog2(NP), MESSAGE = 1 + PW + TW + PAYLOAD;
  localparam int PER_CORE = ROUTERS == 0 ? 26 : 29, PER_ROUTER = 9 + PORTS, PORT_AT = CORES * PER_CORE + ROUTERS * PER_ROUTER;
  localparam int COUNTERS = PORT_AT + (LINK == 0 ? 0 : 3);
  localparam int SHOWN = 5, MOST_ROUTERS = ROUTERS == 0 ? 1 : ROUTERS, MOST_PORTS = PORTS == 0 ? 1 : PORTS;
  logic clk = 0, rst = 1, go = 0;
  always #5 clk = ~clk;
  // recorded inputs and results
  logic [31:0] steps_of[0:UTTERANCES-1];
  logic [STATE-1:0] frames[0:STEPS*INPUTS-1];
  logic [63:0] spikes[0:SPIKES];
  logic [SCORE-1:0] scores_of[0:STEPS*CLASSES-1];
  bit given[0:STEPS*CLASSES-1];
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
  logic [TW-1:0] steps, wave;
  logic [CORES*TW-1:0] frame_neuron, score_class, on_reads, on_words, on_operations, on_updates, on_spikes, on_writes;
  logic [CORES*UNITS*STATE-1:0] frame_values;
  logic [CORES*UNITS-1:0] score_valid;
  logic [CORES*UNITS*SCORE-1:0] scores;
  logic start, finished;
  logic [CORES-1:0] frame_ask, on_spike, on_pop, on_adds, on_packet, unwritten;
  logic [CORES*MESSAGE-1:0] on_message;
  logic [CORES*2-1:0] on_intake;
  logic [CORES*4-1:0] on_synapse;
  logic [CORES*3-1:0] on_soma;
  logic [CORES*PW-1:0] on_population;
  logic [MOST_ROUTERS*MOST_PORTS-1:0] on_flits, on_arrivals;
  logic [MOST_ROUTERS-1:0] on_awake;
  logic [MOST_ROUTERS*16-1:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch;
  logic host_more, host_valid, host_tail, host_ready, on_port_push, on_port_beat, on_port_wait;
  logic [(LINK==0?1 : LINK)-1:0] host_beat;
  chip dut (.*);

  longint cycle = 0, wave_began = 0;
  int utterance = 0, first_step = 0, seen_spikes = 0, seen_scores = 0, seen_waves = 0;
  int next_spike[0:CORES-1];
  // cycles in which both units ask, in which a sum is not in the memory yet, and in which the input queue is full, of the first core
  int ties = 0, forwards = 0, full = 0;
  int bad_spikes = 0, bad_scores = 0, bad_waves = 0, bad_counters = 0, undrained = 0, unknown = 0, at = 0;
  longint count[0:COUNTERS-1];
  logic running = 0, awaits = 0;
  assign steps = TW'(steps_of[utterance]);
  // features: valid from the cycle after the request
  always @(posedge clk)
    for (int c = 0; c < CORES; c++)
      if (frame_ask[c])
        for (int u = 0; u < UNITS; u++)
          if (int'(frame_neuron[c*TW+:TW]) + u < INPUTS)
            frame_values[(c*UNITS+u)*STATE+:STATE] <= frames[(first_step+int'(wave))*INPUTS+int'(frame_neuron[c*TW+:TW])+u];

  // the host: packets of each wave, one after the other
  generate
    if (LINK > 0) begin : host
      logic [32+BITS-1:0] packets[0:HOST_PACKETS];
      logic [31:0] first_of[0:WAVES];
      initial begin
        $readmemh("host.hex", packets);
        $readmemh("host_waves.hex", first_of);
      end
      int begun = 0, kept_at = 0, kept_end = 0, kept_wait = 0, beat = 0;
      int packet, packets_end, wait_left;
      logic [32+BITS-1:0] shown;
      assign packet = start ? int'(first_of[begun]) : kept_at;
      assign packets_end = start ? int'(first_of[begun+1]) : kept_end;
      assign wait_left = start ? HOST_LATENCY : kept_wait;
      assign shown = packets[packet];
      assign host_more = packet != packets_end;
      assign host_valid = host_more && wait_left == 0;
      assign host_tail = beat + 1 == int'(shown[BITS+:32]);
      // a beat of a slow link may be empty
      assign host_beat = LINK'(shown[BITS-1:0] >> (beat * LINK));
      always @(posedge clk)
        if (!rst) begin
          begun <= begun + int'(start);
          kept_at <= packet + int'(host_valid && host_ready && host_tail);
          kept_end <= packets_end;
          kept_wait <= wait_left == 0 ? 0 : wait_left - 1;
          if (host_valid && host_ready) beat <= host_tail ? 0 : beat + 1;
        end
    end else begin : no_host
      assign {host_more, host_valid, host_tail, host_beat} = '0;
    end
  endgenerate

  logic s_last;
  logic [PW-1:0] s_population;
  logic [TW-1:0] s_neuron;
  logic signed [PAYLOAD-1:0] s_payload;
  logic [63:0] seen;

  task automatic wave_ends;
    if (wave_began >= 0) begin
      if (32'(cycle - wave_began) !== cycles[seen_waves]) begin
        bad_waves++;
        if (bad_waves <= SHOWN) $display("DIFF wave %0d: %0d cycles, expected %0d", seen_waves, cycle - wave_began, cycles[seen_waves]);
      end
      for (int c = 0; c < CORES; c++) count[c*PER_CORE] += 64'(cycle - wave_began);
      seen_waves++;
    end
  endtask
  // a spike that core `c` has sent
  task automatic compare_spike(input int c);
    {s_last, s_population, s_neuron, s_payload} = on_message[c*MESSAGE+:MESSAGE];
    seen = {16'(wave), 7'b0, s_last, 8'(s_population), 16'(s_neuron), 16'(s_payload)};
    at = next_spike[c];
    if (at >= SPIKES || seen !== spikes[at]) begin
      bad_spikes++;
      if (bad_spikes <= SHOWN) $display("DIFF spike %0d of core %0d: %h, expected %h", at, c, seen, spikes[at]);
    end
    next_spike[c]++;
    seen_spikes++;
  endtask
  task automatic compare_score(input int c, input int u);
    at = (first_step + int'(wave) - LATE) * CLASSES + int'(score_class[c*TW+:TW]) + u;
    // each once; one core's in their order, in which the board sends them
    if (at < 0 || at >= STEPS * CLASSES || given[at] || (CORES == 1 && at != seen_scores) || scores[(c*UNITS+u)*SCORE+:SCORE] !== scores_of[at]) begin
      bad_scores++;
      if (bad_scores <= SHOWN)
        $display("DIFF score wave %0d class %0d: %0d, expected %0d", wave, int'(score_class[c*TW+:TW]) + u, $signed(scores[(c*UNITS+u)*SCORE+:SCORE]),
            $signed(scores_of[at]));
    end
    if (at >= 0 && at < STEPS * CLASSES) given[at] = 1;
    seen_scores++;
  endtask
  // counters of core `c` in this cycle, from index `o` on
  task automatic count_core(input int c, input int o);
    at = int'(on_population[c*PW+:PW]) * 32;
    count[o+1] += 64'(on_reads[c*TW+:TW]);
    count[o+2] += 64'(on_words[c*TW+:TW]);
    count[o+3] += 64'(on_writes[c*TW+:TW]);
    count[o+4] += ROUTERS == 0 ? 64'(on_spike[c]) : 64'(on_intake[c*2+:2]);
    count[o+5] += 64'(on_pop[c]);
    if (on_adds[c]) count[o+7] += 64'(on_operations[c*TW+:TW]);
    else count[o+6] += 64'(on_operations[c*TW+:TW]);
    count[o+8] += 64'(on_updates[c*TW+:TW]) * 64'(MULTIPLIES[at+:32]);
    count[o+9] += 64'(on_updates[c*TW+:TW]) * 64'(ADDITIONS[at+:32]);
    count[o+10] += 64'(on_updates[c*TW+:TW]) * 64'(LOOKUPS[at+:32]);
    count[o+11] += 64'(on_updates[c*TW+:TW]);
    count[o+12] += 64'(on_spikes[c*TW+:TW]);
    count[o+13] += 64'(on_pop[c]);
    for (int i = 0; i < 4; i++) count[o+14+i] += 64'(on_synapse[c*4+i]);
    count[o+18] += 64'(on_synapse[c*4+:4] == 0);
    for (int i = 0; i < 3; i++) count[o+19+i] += 64'(on_soma[c*3+i]);
    count[o+22] += 64'(on_soma[c*3+:3] == 0);
    // two kinds of work at once, which the simulator never has
    count[o+23] += 64'((on_synapse[c*4+:4] & (on_synapse[c*4+:4] - 4'd1)) != 0);
    count[o+24] += 64'((on_soma[c*3+:3] & (on_soma[c*3+:3] - 3'd1)) != 0);
    count[o+25] += 64'(on_updates[c*TW+:TW]) * 64'(REQUANTISES[at+:32]);
    if (ROUTERS > 0) for (int i = 26; i < 29; i++) count[o+i] += 64'(on_packet[c]);
  endtask
  // counters of router `r`: a flit that passes the switch is read once and granted once
  task automatic count_router(input int r, input int o);
    count[o+3] += 64'(on_vcs[r*16+:16]);
    count[o+5] += 64'(on_stall_credit[r*16+:16]);
    count[o+6] += 64'(on_stall_vc[r*16+:16]);
    count[o+7] += 64'(on_stall_switch[r*16+:16]);
    count[o+8] += 64'(on_awake[r]);
    for (int p = 0; p < PORTS; p++) begin
      count[o] += 64'(on_arrivals[r*PORTS+p]);
      count[o+1] += 64'(on_flits[r*PORTS+p]);
      count[o+2] += 64'(on_flits[r*PORTS+p]);
      count[o+4] += 64'(on_flits[r*PORTS+p]);
      count[o+9+p] += 64'(on_flits[r*PORTS+p]);
    end
  endtask
  // strobes and counts of which a bit is unknown in this cycle; what belongs to operations and updates counts only with them
  function automatic logic is_known(input logic counts);
    is_known = (^{start, finished, frame_ask, score_valid, on_spike}) !== 1'bx;
    if (counts) begin
      if ((^{on_reads, on_words, on_writes, on_operations, on_updates, on_spikes, on_pop, on_synapse, on_soma}) === 1'bx) is_known = 0;
      for (int c = 0; c < CORES; c++) begin
        if (on_operations[c*TW+:TW] != '0 && on_adds[c] === 1'bx) is_known = 0;
        if (on_updates[c*TW+:TW] != '0 && (^on_population[c*PW+:PW]) === 1'bx) is_known = 0;
      end
      if (ROUTERS > 0)
        if ((^{on_intake, on_packet, on_flits, on_arrivals, on_awake, on_vcs, on_stall_vc, on_stall_credit, on_stall_switch}) === 1'bx) is_known = 0;
      if (LINK > 0 && (^{on_port_push, on_port_beat, on_port_wait}) === 1'bx) is_known = 0;
    end
  endfunction
  initial begin
    for (int i = 0; i < COUNTERS; i++) count[i] = 0;
    for (int c = 0; c < CORES; c++) next_spike[c] = int'(SPIKE_STARTS[c*32+:32]);
    repeat (3) @(posedge clk);
    rst <= 0;
    awaits <= 1;
  end
  generate
    if (CORES == 1) begin : meets
      always @(posedge clk)
        if (!rst) begin
          ties += int'(dut.core_0.s_req && dut.core_0.y_req);
          forwards += int'(dut.core_0.synapses.lanes.adds && dut.core_0.synapses.lanes.found != 0);
          full += int'(dut.core_0.queue_full);
        end
    end
  endgenerate
  always @(posedge clk)
    if (!rst) begin
      cycle <= cycle + 1;
      if (!is_known(running || start)) begin
        unknown++;
        if (unknown == 1) $display("FAIL a strobe or count is unknown in cycle %0d, in wave %0d", cycle, wave);
      end
      go <= awaits;
      if (awaits) begin
        awaits <= 0;
        running <= 0;
        wave_began <= -1;
      end
      if (start) begin
        if (running) wave_ends;
        if (unwritten !== '0) undrained++;
        running <= 1;
        wave_began <= cycle;
      end
      for (int c = 0; c < CORES; c++) begin
        if (on_spike[c]) compare_spike(c);
        if (score_valid[c*UNITS+:UNITS] != '0) for (int u = 0; u < UNITS; u++) if (score_valid[c*UNITS+u]) compare_score(c, u);
      end
      if (running || start) begin
        for (int c = 0; c < CORES; c++) count_core(c, c * PER_CORE);
        for (int r = 0; r < ROUTERS; r++) count_router(r, CORES * PER_CORE + r * PER_ROUTER);
        if (LINK > 0) begin
          count[PORT_AT] += 64'(on_port_push);
          count[PORT_AT+1] += 64'(on_port_beat);
          count[PORT_AT+2] += 64'(on_port_wait);
        end
      end
      if (finished && running && !awaits && !go) begin
        wave_ends;
        running <= 0;
        // this cycle belongs to no wave
        for (int c = 0; c < CORES; c++) begin
          count[c*PER_CORE+18]--;
          count[c*PER_CORE+22]--;
        end
        first_step <= first_step + int'(steps);
        utterance <= utterance + 1;
        awaits <= utterance + 1 < UTTERANCES;
        if (utterance + 1 == UTTERANCES) begin
          for (int i = 0; i < COUNTERS; i++) begin
            if (64'(count[i]) !== counters[i]) begin
              bad_counters++;
              if (i < CORES * PER_CORE) $display("DIFF core %0d counter %0d: %0d, expected %0d", i / PER_CORE, i % PER_CORE, count[i], counters[i]);
              else if (i >= PORT_AT) $display("DIFF port counter %0d: %0d, expected %0d", i - PORT_AT, count[i], counters[i]);
              else
                $display("DIFF router %0d counter %0d: %0d, expected %0d", (i - CORES * PER_CORE) / PER_ROUTER, (i - CORES * PER_CORE) % PER_ROUTER, count[i],
                    counters[i]);
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

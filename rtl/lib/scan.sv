// Spike vector of a core whose synapse unit scans: a message sets its axon's bit; once all units rest (`run`), the vector is scanned in the order of its bits.
//
// MODE 1, compressed: each chunk of CHUNK bits takes CHUNK_CYCLES, then each set bit is handed to the row reader. MODE 2, dense: all axons are, set or not;
// the next one is loaded as soon as the reader is free, and told to be set or not (`is_set`) when its first group is read (`began`).
module scan #(
    parameter int MODE = 1, CHUNK = 64, CHUNK_CYCLES = 1, AXONS = 8, NP = 3, TW = 16,
    parameter logic [NP*7*TW-1:0] SOURCES = '0,
    parameter int PAYLOAD = 9,
    localparam int PW = NP <= 2 ? 1 : $clog2(NP)
) (
    input logic clk, rst, mark,
    input logic [PW-1:0] mark_population,
    input logic [TW-1:0] mark_neuron,
    input logic signed [PAYLOAD-1:0] mark_payload,
    input logic mark_last, start, run, idle, free, began,
    output logic hand,
    output logic [PW-1:0] population,
    output logic [TW-1:0] neuron,
    output logic signed [PAYLOAD-1:0] payload,
    output logic is_set, is_last, looks, any_set, over
);
  localparam int CHUNKS = (AXONS + CHUNK - 1) / CHUNK, BW = CHUNKS * CHUNK <= 2 ? 1 : $clog2(CHUNKS * CHUNK);
  localparam int XW = AXONS <= 2 ? 1 : $clog2(AXONS), KW = $clog2(CHUNKS + 1), WW = CHUNK_CYCLES <= 1 ? 1 : $clog2(CHUNK_CYCLES);
  logic [CHUNKS*CHUNK-1:0] bits;
  logic [PAYLOAD-1:0] payloads[0:AXONS-1];
  logic [NP-1:0] lasts;
  logic [XW-1:0] mark_axon, axon;
  assign payload  = payloads[axon];
  assign is_set   = bits[BW'(axon)];
  assign is_last  = lasts[population];
  always_comb begin
    mark_axon = XW'(mark_neuron);
    population = '0;
    neuron = TW'(axon);
    for (int p = 1; p < NP; p++) begin
      if (mark_population == PW'(p)) mark_axon = XW'(SOURCES[p*7*TW+:TW] + mark_neuron);
      if (TW'(axon) >= SOURCES[p*7*TW+:TW]) begin
        population = PW'(p);
        neuron = TW'(axon) - SOURCES[p*7*TW+:TW];
      end
    end
  end
  always_ff @(posedge clk) begin
    if (mark) payloads[mark_axon] <= mark_payload;
    if (mark) lasts[mark_population] <= mark_last;
  end
  generate
    if (MODE == 1) begin : compressed
      // chunk under the encoder; chunks whose time has passed
      logic [KW-1:0] chunk;
      logic [WW-1:0] wait_left;
      logic running, loaded, finds, unused;
      logic [CHUNK-1:0] seen;
      logic [XW-1:0] first;
      assign unused = free ^ began ^ start;
      assign seen   = bits[(chunk==KW'(0)?32'(0) : 32'(chunk-1'b1))*CHUNK+:CHUNK];
      always_comb begin
        first = '0;
        for (int i = CHUNK - 1; i >= 0; i--) if (seen[i]) first = XW'((int'(chunk) - 1) * CHUNK + i);
      end
      assign axon  = first;
      assign finds = running && loaded && idle;
      assign hand  = finds && seen != '0;
      assign looks = run || (running && !loaded) || (finds && seen == '0 && chunk != KW'(CHUNKS));
      assign over  = finds && seen == '0 && chunk == KW'(CHUNKS);
      always_ff @(posedge clk) begin
        if (rst || over) begin
          running <= 1'b0;
          loaded <= 1'b0;
          chunk <= '0;
          wait_left <= '0;
        end else if (run || (finds && seen == '0)) begin
          running <= 1'b1;
          chunk <= chunk + 1'b1;
          loaded <= CHUNK_CYCLES == 1;
          wait_left <= WW'(CHUNK_CYCLES - 1);
        end else if (running && !loaded) begin
          loaded <= wait_left == WW'(1);
          wait_left <= wait_left - 1'b1;
        end
        if (rst) bits <= '0;
        else if (mark) bits[BW'(mark_axon)] <= 1'b1;
        else if (hand) bits[BW'(axon)] <= 1'b0;
      end
      always_ff @(posedge clk) any_set <= !rst && !over && (mark || any_set);
    end else begin : dense
      logic [XW:0] next;
      logic started, loading, unused;
      assign unused  = run;
      assign axon    = XW'(loading ? next : next - 1'b1);
      assign looks   = 1'b0;
      assign loading = free && (next == '0 ? start : next != (XW + 1)'(AXONS));
      assign hand    = loading;
      // the last axon's rows are done
      assign over    = started && next == (XW + 1)'(AXONS) && free && idle;
      assign any_set = bits != '0;
      always_ff @(posedge clk) begin
        started <= !rst && !over && (began || started);
        next <= rst || over ? '0 : loading ? next + 1'b1 : next;
        if (rst || over) bits <= '0;
        else if (mark) bits[BW'(mark_axon)] <= 1'b1;
      end
    end
  endgenerate
endmodule

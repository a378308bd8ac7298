// Port for spikes from off the chip. A packet comes over the host link in beats of LINK bits, lowest bits first, and enters the network's queue with its last
// beat (`tail`); while that queue is full, this beat waits, and the link stalls. The packet is as `packet` makes it; its bits from BITS on say nothing.
// `more`: the host has packets of this step that have not entered. FLITS: as of `packet`.
module host_port #(
    parameter int NP = 3, DEST = 2, BITS = 20, LINK = 8, WIDTH = 16, MOST = 2,
    parameter logic [NP*8-1:0] FLITS = '0,
    localparam int FB = $clog2(MOST + 1)
) (
    input logic clk, rst,
    input logic more, valid, tail,
    input logic [LINK-1:0] beat,
    output logic ready,
    // into the network
    output logic push,
    output logic [FB-1:0] flits,
    output logic [MOST*WIDTH-1:0] packet,
    input logic full,
    // for the barrier: the port, its part of the network, and the first core, rest
    input logic core_rests,
    input logic [1:0] network_rests,
    output logic rests,
    // for the bench: a beat is taken; one waits
    output logic on_beat, on_wait
);
  localparam int BEATS = (BITS + LINK - 1) / LINK, AB = $clog2(BEATS + 1), PW = NP <= 2 ? 1 : $clog2(NP);
  // number of the beat that is on the link; BEATS: one that says nothing
  logic [AB-1:0] at;
  logic [BEATS*LINK-1:0] kept, bits;
  logic [7:0] length;
  logic unused;
  always_comb begin
    bits = kept;
    for (int b = 0; b < BEATS; b++) if (at == AB'(b)) bits[b*LINK+:LINK] = beat;
  end
  lookup #(.COUNT(NP), .WIDTH(8), .TABLE(FLITS)) of_population (.index(bits[DEST+1+:PW]), .record(length));
  assign ready = !(tail && full);
  assign push = valid && tail && !full;
  assign flits = FB'(length);
  assign packet = (MOST * WIDTH)'(bits[BITS-1:0]);
  assign rests = core_rests && network_rests == '1 && !more && at == '0;
  assign on_beat = valid && ready;
  assign on_wait = valid && !ready;
  assign unused = ^{length, bits};
  always_ff @(posedge clk) begin
    if (on_beat) kept <= bits;
    at <= rst || push ? '0 : on_beat && at != AB'(BEATS) ? at + 1'b1 : at;
  end
endmodule

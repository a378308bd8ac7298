// A host sends packets of three beats, or with a fourth, empty one; it holds each beat until it is taken, and pauses at any time. The network's queue is full at
// any time. Each packet enters unchanged, with its last beat, once, and only if there is room.
module host_port_proof #(
    parameter int BEATS = 3, LINK = 2, NP = 2,
    // number of bits that enter unchanged; whether a tail waits; number of a packet's beats at which the port rests
    parameter int SAID = 5, WAITS = 1, RESTS_AT = 0
) (
    input logic clk, wish, long, full, core_rests, more,
    input logic [LINK-1:0] bits
);
  localparam int BITS = BEATS * LINK - 1;
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic valid, tail, ready, push, rests, on_beat, on_wait;
  // the beat that waits, and its packet: beats taken, whether it has a fourth, their contents
  logic waits = 1'b0, is_long = 1'b0;
  logic [LINK-1:0] held, beat;
  logic [2:0] taken = '0;
  logic [(BEATS+1)*LINK-1:0] sent, said;
  logic [7:0] sent_packets = '0, entered = '0;
  logic [1:0] flits;
  logic [15:0] packet;
  assign valid = !rst && (waits || wish);
  assign beat = waits ? held : bits;
  assign tail = taken == 3'(BEATS - 1) ? !(taken == '0 ? long : is_long) : taken == 3'(BEATS);
  always_comb begin
    said = sent;
    for (int b = 0; b <= BEATS; b++) if (taken == 3'(b)) said[b*LINK+:LINK] = beat;
  end
  host_port #(.NP(NP), .DEST(1), .BITS(BITS), .LINK(LINK), .WIDTH(8), .MOST(2), .FLITS({8'd2, 8'd1})) dut (
      .clk, .rst, .more, .valid, .tail, .beat, .ready, .push, .flits, .packet, .full, .core_rests, .network_rests(2'b11), .rests, .on_beat, .on_wait
  );
  always_ff @(posedge clk) begin
    waits <= valid && !ready;
    held <= beat;
    if (valid && ready) begin
      sent <= said;
      if (taken == '0) is_long <= long;
      taken <= tail ? '0 : taken + 1'b1;
      sent_packets <= sent_packets + 8'(tail);
    end
    entered <= rst ? '0 : entered + 8'(push);
    if (!rst) begin
      // a packet enters unchanged with its tail, into a queue with room, once
      assert (!push || (!full && tail && ready));
      assert (entered == sent_packets);
      for (int b = 0; b < SAID; b++) assert (!push || packet[b] == said[b]);
      assert (!push || packet[15:BITS] == '0);
      assert (!push || flits == (said[2] ? 2'd2 : 2'd1));
      // a beat waits only if it would complete a packet without room in the queue
      assert (!valid || ready == !(WAITS != 0 && tail && full));
      assert (on_beat == (valid && ready) && on_wait == (valid && !ready));
      // the port rests between packets, and if no packet follows
      assert (rests == (taken == 3'(RESTS_AT) && !more && core_rests));
    end
  end
endmodule

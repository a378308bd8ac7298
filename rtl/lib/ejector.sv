// From the network into a core: the ejection buffer, which has a place per credit, and the packets that come together, one per VC. One flit leaves it per cycle
// while the core accepts, and its credit goes back; a tail delivers its packet.
module ejector #(
    parameter int VCS = 1, WIDTH = 16, MOST = 2, CREDITS = 4,
    localparam int VB = VCS == 1 ? 1 : $clog2(VCS),
    localparam int FLIT = 2 + WIDTH
) (
    input logic clk, rst, push,
    input logic [VB-1:0] in_vc,
    input logic [FLIT-1:0] in,
    input logic accepts,
    output logic back_valid,
    output logic [VB-1:0] back_vc,
    output logic delivers,
    output logic [MOST*WIDTH-1:0] packet,
    output logic rests
);
  localparam int FB = $clog2(MOST + 1);
  logic valid, is_head, is_tail, unused;
  logic [WIDTH-1:0] data;
  logic [VCS*FB-1:0] at;
  logic [VCS*MOST*WIDTH-1:0] parts;
  logic [FB-1:0] place;
  queue #(.WIDTH(VB + FLIT), .DEPTH(CREDITS * VCS)) flits (
      .clk, .rst, .push, .in({in_vc, in}), .pop(back_valid), .out({back_vc, is_head, is_tail, data}), .valid, .empty(rests), .full(unused)
  );
  assign back_valid = valid && accepts;
  assign delivers = back_valid && is_tail;
  always_comb begin
    place = '0;
    packet = '0;
    for (int v = 0; v < VCS; v++)
      if (VCS == 1 || back_vc == VB'(v)) begin
        place = is_head ? '0 : at[v*FB+:FB];
        packet = parts[v*MOST*WIDTH+:MOST*WIDTH];
      end
    for (int f = 0; f < MOST; f++) if (place == FB'(f)) packet[f*WIDTH+:WIDTH] = data;
  end
  always_ff @(posedge clk)
    for (int v = 0; v < VCS; v++)
      if (back_valid && (VCS == 1 || back_vc == VB'(v))) begin
        at[v*FB+:FB] <= place + 1'b1;
        parts[v*MOST*WIDTH+:MOST*WIDTH] <= packet;
      end
endmodule

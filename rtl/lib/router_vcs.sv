// VC allocation of one output port: heads that wait for it (one per input VC) are matched with its free VCs.
// FIRST 0, iSLIP: each VC offers itself to the next head behind its pointer, each head accepts the next VC behind its own. FIRST 1, input first: each head
// chooses a VC, each VC takes one of those that chose it. A head's pointer comes as `ahead`, a bit per VC; pointers of VCs move for matched pairs only.
// A head is RANKS x input + rank: its branch among those of a packet that is copied.
module router_vcs #(
    parameter int INPUTS = 5, VCS = 1, RANKS = 1, FIRST = 0,
    localparam int RB = RANKS <= 2 ? 1 : $clog2(RANKS)
) (
    input logic clk, rst, run,
    input logic [INPUTS-1:0] waiting,
    input logic [VCS-1:0] vacant,
    input logic [INPUTS*RB-1:0] rank,
    input logic [INPUTS*VCS-1:0] ahead,
    // by VC, then input
    output logic [VCS*INPUTS-1:0] pairs
);
  localparam int NB = $clog2(INPUTS * RANKS + 1);
  logic [VCS*INPUTS-1:0] asks, near, offers, chosen;
  logic [INPUTS*VCS-1:0] of_head, to_head;
  logic [VCS*NB-1:0] pointer, next;
  logic [INPUTS*NB-1:0] number;
  for (genvar i = 0; i < INPUTS; i++) begin : head
    assign number[i*NB+:NB] = NB'(i * RANKS) + (RANKS == 1 ? '0 : NB'(rank[i*RB+:RB]));
    router_pick #(.N(VCS)) choice (.asks(of_head[i*VCS+:VCS]), .ahead(ahead[i*VCS+:VCS]), .first(to_head[i*VCS+:VCS]));
    for (genvar v = 0; v < VCS; v++) begin : vc
      // of a head: what it is offered, or what it may choose
      assign of_head[i*VCS+v] = FIRST != 0 ? waiting[i] && vacant[v] : offers[v*INPUTS+i];
      assign chosen[v*INPUTS+i] = to_head[i*VCS+v];
      assign asks[v*INPUTS+i] = FIRST != 0 ? chosen[v*INPUTS+i] : waiting[i] && vacant[v];
      assign near[v*INPUTS+i] = number[i*NB+:NB] >= pointer[v*NB+:NB];
    end
  end
  for (genvar v = 0; v < VCS; v++) begin : taker
    router_pick #(.N(INPUTS)) offer (.asks(asks[v*INPUTS+:INPUTS]), .ahead(near[v*INPUTS+:INPUTS]), .first(offers[v*INPUTS+:INPUTS]));
  end
  always_comb begin
    next = pointer;
    if (run && pairs != '0)
      for (int v = 0; v < VCS; v++)
        for (int i = 0; i < INPUTS; i++) if (pairs[v*INPUTS+i]) next[v*NB+:NB] = number[i*NB+:NB] + 1'b1;
  end
  assign pairs = FIRST != 0 ? offers : chosen;
  always_ff @(posedge clk) pointer <= rst ? '0 : next;
endmodule

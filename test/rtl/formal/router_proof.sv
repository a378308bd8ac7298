// A router between neighbours that keep to their credits, and packets of any length: its credit counters, and the room of its own buffers.
module router_proof #(
    parameter int PORTS = 2, VCS = 2, DEPTH = 2, FIRST = 0,
    // most flits of an output VC without their credit; whether a VC carries one packet at a time
    parameter int MOST = DEPTH, WHOLE = 1
) (
    input logic clk,
    input logic [PORTS-1:0] wish, wish_vc, ends, gives, gives_vc,
    input logic [PORTS-1:0] goal
);
  localparam int WIDTH = 1, FLIT = 2 + WIDTH;
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic [PORTS-1:0] in_valid, credit_valid, out_valid, back_valid, out_vc, back_vc;
  logic [PORTS*FLIT-1:0] in_flit, out_flit;
  // flits in a buffer here, and without a credit there; whether a packet is under way, on its way in and out
  logic [PORTS-1:0][VCS-1:0][7:0] here = '0, there = '0;
  logic [PORTS-1:0][VCS-1:0] comes = '0, goes = '0;
  logic rests;
  logic [15:0] unused_0, unused_1, unused_2, unused_3;
  for (genvar p = 0; p < PORTS; p++) begin : port
    assign in_valid[p] = wish[p] && here[p][wish_vc[p]] < DEPTH && !rst;
    assign in_flit[p*FLIT+:FLIT] = {!comes[p][wish_vc[p]], ends[p], goal[p]};
    assign credit_valid[p] = gives[p] && there[p][gives_vc[p]] != '0 && !rst;
  end
  // core c is behind port c
  router #(.PORTS(PORTS), .VCS(VCS), .WIDTH(WIDTH), .CORES(PORTS), .DEPTH(DEPTH), .FIRST(FIRST), .REGIONS(4'b1001)) dut (
      .clk, .rst, .in_valid, .credit_valid, .in_vc(wish_vc), .credit_vc(gives_vc), .in_flit, .out_valid, .back_valid, .out_vc, .back_vc, .out_flit, .rests,
      .on_vcs(unused_0), .on_stall_vc(unused_1), .on_stall_credit(unused_2), .on_stall_switch(unused_3)
  );
  always_ff @(posedge clk)
    for (int p = 0; p < PORTS; p++)
      for (int v = 0; v < VCS; v++) begin
        here[p][v] <= rst ? '0 : here[p][v] + 8'(in_valid[p] && wish_vc[p] == 1'(v)) - 8'(back_valid[p] && back_vc[p] == 1'(v));
        there[p][v] <= rst ? '0 : there[p][v] + 8'(out_valid[p] && out_vc[p] == 1'(v)) - 8'(credit_valid[p] && gives_vc[p] == 1'(v));
        if (in_valid[p] && wish_vc[p] == 1'(v)) comes[p][v] <= !ends[p];
        if (!rst && out_valid[p] && out_vc[p] == 1'(v)) goes[p][v] <= !out_flit[p*FLIT+WIDTH];
        if (!rst) begin
          assert (there[p][v] <= MOST);
          assert (!(back_valid[p] && back_vc[p] == 1'(v)) || here[p][v] != '0);
          // a head comes first, and a VC takes another packet once the tail has left
          assert (!(out_valid[p] && out_vc[p] == 1'(v)) || (WHOLE != 0 ? out_flit[p*FLIT+WIDTH+1] != goes[p][v] : !goes[p][v]));
          assert (!rests || here == '0);
        end
      end
endmodule

// Switch allocation: inputs (VCs of input ports) that can send, each to output ports, become at most one flit per input port and per output port.
// Of several VCs of a port with the same output a pointer picks one; then ports are matched. FIRST 0, iSLIP: outputs offer, inputs accept. FIRST 1, input
// first: inputs choose, outputs take. Pointers stand behind the last winner.
module router_switch #(
    parameter int PORTS = 5, VCS = 1, FIRST = 0
) (
    input logic clk, rst,
    // by input VC, then output port
    input logic [PORTS*VCS*PORTS-1:0] ready,
    output logic [PORTS*VCS*PORTS-1:0] sends
);
  localparam int PB = $clog2(PORTS + 1), VB = $clog2(VCS + 1);
  logic [PORTS*PB-1:0] accept, grant, next_accept, next_grant;
  logic [PORTS*VB-1:0] turn, next_turn;
  // [input port][output port], and turned round
  logic [PORTS*PORTS-1:0] asks, near_out, ask_in, to_out, asks_in, near_in, ask_out, to_in, wins;
  logic [PORTS*PORTS*VCS-1:0] vc_of;
  for (genvar p = 0; p < PORTS; p++) begin : entrance
    for (genvar o = 0; o < PORTS; o++) begin : way
      logic [VCS-1:0] vcs, at_turn;
      for (genvar v = 0; v < VCS; v++) begin : vc
        assign vcs[v] = ready[(p*VCS+v)*PORTS+o];
        assign at_turn[v] = VB'(v) >= turn[p*VB+:VB];
        assign sends[(p*VCS+v)*PORTS+o] = wins[p*PORTS+o] && vc_of[(p*PORTS+o)*VCS+v];
      end
      router_pick #(.N(VCS)) candidate (.asks(vcs), .ahead(at_turn), .first(vc_of[(p*PORTS+o)*VCS+:VCS]));
      assign asks[p*PORTS+o] = vcs != '0;
      assign near_out[p*PORTS+o] = PB'(o) >= accept[p*PB+:PB];
      assign near_in[o*PORTS+p] = PB'(p) >= grant[o*PB+:PB];
      assign ask_in[p*PORTS+o] = FIRST != 0 ? asks[p*PORTS+o] : to_in[o*PORTS+p];
      assign ask_out[o*PORTS+p] = asks_in[o*PORTS+p];
      assign asks_in[o*PORTS+p] = FIRST != 0 ? to_out[p*PORTS+o] : asks[p*PORTS+o];
      assign wins[p*PORTS+o] = FIRST != 0 ? to_in[o*PORTS+p] : to_out[p*PORTS+o];
    end
    router_pick #(.N(PORTS)) input_choice (.asks(ask_in[p*PORTS+:PORTS]), .ahead(near_out[p*PORTS+:PORTS]), .first(to_out[p*PORTS+:PORTS]));
    router_pick #(.N(PORTS)) output_choice (.asks(ask_out[p*PORTS+:PORTS]), .ahead(near_in[p*PORTS+:PORTS]), .first(to_in[p*PORTS+:PORTS]));
  end
  always_comb begin
    next_accept = accept;
    next_grant = grant;
    next_turn = turn;
    for (int p = 0; p < PORTS; p++)
      for (int o = 0; o < PORTS; o++)
        if (wins[p*PORTS+o]) begin
          next_accept[p*PB+:PB] = PB'(o + 1);
          next_grant[o*PB+:PB] = PB'(p + 1);
          for (int v = 0; v < VCS; v++) if (vc_of[(p*PORTS+o)*VCS+v]) next_turn[p*VB+:VB] = VB'(v + 1);
        end
  end
  always_ff @(posedge clk) begin
    accept <= rst ? '0 : next_accept;
    grant  <= rst ? '0 : next_grant;
    turn   <= rst ? '0 : next_turn;
  end
endmodule

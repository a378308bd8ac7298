// Any flits that can be sent: the grants of switch allocation; and, if all want one output, the order in which it takes the input ports.
module router_switch_proof #(
    parameter int PORTS = 3, VCS = 2, FIRST = 0,
    // most flits per cycle of an input port, and through an output port; how far behind its last input port an output searches first; cycles until a waiting
    // port has sent
    parameter int MOST = 1, BEHIND = 1, LATE = PORTS
) (
    input logic clk,
    input logic [PORTS*VCS*PORTS-1:0] wish
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  // whether all flits want output 0, and a port that is ready until it has sent
  (* anyconst *) logic alone;
  (* anyconst *) logic [PORTS-1:0] which;
  logic [PORTS*VCS*PORTS-1:0] ready, sends;
  logic [PORTS-1:0] asks, wins, waits = '0;
  always_comb
    for (int i = 0; i < PORTS * VCS; i++) begin
      ready[i*PORTS+:PORTS] = alone ? PORTS'(wish[i*PORTS]) : wish[i*PORTS+:PORTS];
      if (alone && i % VCS == 0 && waits[i/VCS]) ready[i*PORTS] = 1'b1;
    end
  router_switch #(.PORTS(PORTS), .VCS(VCS), .FIRST(FIRST)) dut (.clk, .rst, .ready, .sends);
  logic [PORTS-1:0][7:0] of_input, of_output;
  logic [7:0] age = '0, last = '0, winner;
  always_comb begin
    of_input = '0;
    of_output = '0;
    asks = '0;
    wins = '0;
    winner = '0;
    for (int i = 0; i < PORTS * VCS; i++)
      for (int o = 0; o < PORTS; o++) begin
        of_input[i/VCS] = of_input[i/VCS] + 8'(sends[i*PORTS+o]);
        of_output[o] = of_output[o] + 8'(sends[i*PORTS+o]);
        if (o == 0 && ready[i*PORTS]) asks[i/VCS] = 1'b1;
        if (o == 0 && sends[i*PORTS]) begin
          wins[i/VCS] = 1'b1;
          winner = 8'(i / VCS);
        end
      end
  end
  always_ff @(posedge clk) begin
    waits <= rst ? '0 : asks & ~wins & which;
    age <= rst || (asks & which) == '0 || (wins & which) != '0 ? '0 : age + 1'b1;
    if (rst) last <= 8'(PORTS - BEHIND);
    else if (wins != '0) last <= winner;
    if (!rst) begin
      assert ((sends & ~ready) == '0);
      assert ((sends != '0) == (ready != '0));
      for (int p = 0; p < PORTS; p++) assert (of_input[p] <= MOST && of_output[p] <= MOST);
      if (alone && wins != '0)
        for (int p = 0; p < PORTS; p++) assert (!asks[p] || (p + 2 * PORTS - last - BEHIND) % PORTS >= (winner + 2 * PORTS - last - BEHIND) % PORTS);
      assert (!alone || $countones(which) != 1 || age < LATE);
    end
  end
endmodule

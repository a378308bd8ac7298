// Any heads, free VCs and pointers of heads: the grants of VC allocation; and, if only one VC is free, the order in which it takes its heads.
module router_vcs_proof #(
    parameter int INPUTS = 3, VCS = 2, FIRST = 0,
    // most heads that get one VC, and most VCs that one head gets; how far behind its last head a VC searches first; grants until a waiting head has one
    parameter int MOST = 1, BEHIND = 1, LATE = INPUTS
) (
    input logic clk, run,
    input logic [INPUTS-1:0] wish,
    input logic [VCS-1:0] free,
    input logic [INPUTS*VCS-1:0] ahead
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  // whether only VC 0 is ever free, and a head that waits until it has a VC
  (* anyconst *) logic alone;
  (* anyconst *) logic [INPUTS-1:0] which;
  logic [INPUTS-1:0] waiting, waits = '0, has;
  logic [VCS-1:0] vacant;
  logic [VCS*INPUTS-1:0] pairs;
  assign waiting = wish | waits;
  assign vacant = alone ? VCS'(free[0]) : free;
  router_vcs #(.INPUTS(INPUTS), .VCS(VCS), .FIRST(FIRST)) dut (.clk, .rst, .run, .waiting, .vacant, .rank('0), .ahead, .pairs);
  logic [7:0] age = '0, last = '0, winner;
  always_comb begin
    has = '0;
    winner = '0;
    for (int v = 0; v < VCS; v++) has |= pairs[v*INPUTS+:INPUTS];
    for (int i = 0; i < INPUTS; i++) if (pairs[i]) winner = 8'(i);
  end
  always_ff @(posedge clk) begin
    waits <= rst ? '0 : waiting & ~(run ? has : '0) & which;
    // grants to others while it waits
    age <= rst || (waiting & which) == '0 || (has & which) != '0 ? '0 : age + 8'(run && has != '0);
    if (rst) last <= 8'(INPUTS - BEHIND);
    else if (run && pairs[INPUTS-1:0] != '0) last <= winner;
    if (!rst) begin
      assert (pairs == '0 || (waiting != '0 && vacant != '0));
      assert (pairs != '0 || waiting == '0 || vacant == '0);
      for (int v = 0; v < VCS; v++) begin
        assert ($countones(pairs[v*INPUTS+:INPUTS]) <= MOST);
        assert ((pairs[v*INPUTS+:INPUTS] & ~waiting) == '0 && (vacant[v] || pairs[v*INPUTS+:INPUTS] == '0));
        for (int w = 0; w < v; w++) assert (MOST > 1 || (pairs[v*INPUTS+:INPUTS] & pairs[w*INPUTS+:INPUTS]) == '0);
      end
      if (alone && pairs[INPUTS-1:0] != '0)
        for (int i = 0; i < INPUTS; i++)
          assert (!waiting[i] || (i + 2 * INPUTS - last - BEHIND) % INPUTS >= (winner + 2 * INPUTS - last - BEHIND) % INPUTS);
      assert (!alone || $countones(which) != 1 || age < LATE);
    end
  end
endmodule

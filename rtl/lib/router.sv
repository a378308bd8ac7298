// Router: input ports of VCS virtual channels, credits, VC allocation by output port, switch allocation, one flit per port and cycle. It decides everything
// from registers: arrivals of the last cycle, then route computation, VC allocation and switch allocation, side by side.
// ROUTING cycles of route computation (0: in the cycle of the first VC allocation) and VC_CYCLES of VC allocation work on one batch of heads at a time.
// What a flit's way out takes (switch, crossbar, wire) is in the pipes behind it. A source or a sink is a neighbour like any other.
// Source: N. Jiang et al., "A Detailed and Flexible Cycle-Accurate Network-on-Chip Simulator", ISPASS 2013.
module router #(
    parameter int PORTS = 5, VCS = 1, WIDTH = 16, CORES = 4, DEPTH = 4, TREE = 0, ROUTING = 1, VC_CYCLES = 1, FIRST = 0,
    parameter logic [PORTS*CORES-1:0] REGIONS = '0,
    localparam int VB = VCS == 1 ? 1 : $clog2(VCS),
    localparam int FLIT = 2 + WIDTH
) (
    input logic clk, rst,
    input logic [PORTS-1:0] in_valid, credit_valid,
    input logic [PORTS*VB-1:0] in_vc, credit_vc,
    input logic [PORTS*FLIT-1:0] in_flit,
    output logic [PORTS-1:0] out_valid, back_valid,
    output logic [PORTS*VB-1:0] out_vc, back_vc,
    output logic [PORTS*FLIT-1:0] out_flit,
    output logic rests,
    // counts of this cycle: VCs that heads get, heads that get none, branches without a credit, branches that lose the switch
    output logic [15:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch
);
  localparam int INPUTS = PORTS * VCS, RANKS = TREE != 0 ? PORTS : 1, RB = RANKS <= 2 ? 1 : $clog2(RANKS), CB = $clog2(DEPTH + 1);
  logic [INPUTS-1:0] heads, routes, frees, any;
  logic [INPUTS*PORTS-1:0] waiting, ready, starved, sends;
  logic [INPUTS*PORTS*RB-1:0] rank;
  logic [INPUTS*PORTS*VCS-1:0] ahead, matched, takes, holds;
  logic [INPUTS*FLIT-1:0] flits;
  logic [PORTS*VCS-1:0] vacant, has_credit;
  logic run;
  assign rests = any == '0;

  // ---- route computation
  generate
    if (ROUTING <= 1) begin : quick
      assign routes = heads;
    end else begin : slow
      localparam int LB = $clog2(ROUTING);
      logic [INPUTS-1:0] batch;
      logic [LB-1:0] left;
      assign routes = left == LB'(1) ? batch : '0;
      always_ff @(posedge clk) begin
        if (left == '0) batch <= heads;
        left <= rst ? '0 : left != '0 ? left - 1'b1 : heads != '0 ? LB'(ROUTING - 1) : '0;
      end
    end
  endgenerate

  for (genvar i = 0; i < INPUTS; i++) begin : buffer
    localparam int P = i / VCS, V = i % VCS;
    router_input #(
        .PORTS(PORTS), .VCS(VCS), .WIDTH(WIDTH), .CORES(CORES), .DEPTH(DEPTH), .TREE(TREE), .LOOKAHEAD(ROUTING == 0 ? 1 : 0), .REGIONS(REGIONS)
    ) vc (
        .clk, .rst, .push(in_valid[P] && in_vc[P*VB+:VB] == VB'(V)), .in(in_flit[P*FLIT+:FLIT]), .heads(heads[i]), .routes(routes[i]),
        .waiting(waiting[i*PORTS+:PORTS]), .rank(rank[i*PORTS*RB+:PORTS*RB]), .ahead(ahead[i*PORTS*VCS+:PORTS*VCS]),
        .matched(matched[i*PORTS*VCS+:PORTS*VCS]), .takes(takes[i*PORTS*VCS+:PORTS*VCS]), .credit(has_credit), .ready(ready[i*PORTS+:PORTS]),
        .starved(starved[i*PORTS+:PORTS]), .sends(sends[i*PORTS+:PORTS]), .holds(holds[i*PORTS*VCS+:PORTS*VCS]), .out(flits[i*FLIT+:FLIT]),
        .frees(frees[i]), .any(any[i])
    );
  end

  // ---- VC allocation
  for (genvar o = 0; o < PORTS; o++) begin : exit
    logic [INPUTS-1:0] asking;
    logic [INPUTS*RB-1:0] ranks;
    logic [INPUTS*VCS-1:0] near;
    logic [VCS*INPUTS-1:0] pairs;
    for (genvar i = 0; i < INPUTS; i++) begin : head
      assign asking[i] = waiting[i*PORTS+o];
      assign ranks[i*RB+:RB] = rank[(i*PORTS+o)*RB+:RB];
      assign near[i*VCS+:VCS] = ahead[(i*PORTS+o)*VCS+:VCS];
      for (genvar v = 0; v < VCS; v++) begin : vc
        assign matched[(i*PORTS+o)*VCS+v] = run && pairs[v*INPUTS+i];
      end
    end
    router_vcs #(.INPUTS(INPUTS), .VCS(VCS), .RANKS(RANKS), .FIRST(FIRST)) vcs (
        .clk, .rst, .run, .waiting(asking), .vacant(vacant[o*VCS+:VCS]), .rank(ranks), .ahead(near), .pairs
    );
  end
  generate
    if (VC_CYCLES == 1) begin : at_once
      assign run   = 1'b1;
      assign takes = matched;
    end else begin : later
      localparam int LB = $clog2(VC_CYCLES);
      logic [INPUTS*PORTS*VCS-1:0] batch;
      logic [LB-1:0] left;
      assign run   = left == '0;
      assign takes = left == LB'(1) ? batch : '0;
      always_ff @(posedge clk) begin
        if (run) batch <= matched;
        left <= rst ? '0 : !run ? left - 1'b1 : waiting != '0 ? LB'(VC_CYCLES - 1) : '0;
      end
    end
  endgenerate

  // ---- switch
  router_switch #(.PORTS(PORTS), .VCS(VCS), .FIRST(FIRST)) switch (.clk, .rst, .ready, .sends);

  // ---- flits on their way, credits, free VCs
  logic [PORTS*VCS*CB-1:0] credits, next_credits;
  logic [PORTS*VCS-1:0] taken, ended;
  always_comb begin
    out_valid = '0;
    out_flit = '0;
    out_vc = '0;
    ended = '0;
    back_valid = '0;
    back_vc = '0;
    for (int i = 0; i < INPUTS; i++) begin
      if (sends[i*PORTS+:PORTS] != '0)
        for (int o = 0; o < PORTS; o++)
          if (sends[i*PORTS+o]) begin
            out_valid[o] = 1'b1;
            out_flit[o*FLIT+:FLIT] |= flits[i*FLIT+:FLIT];
            for (int v = 0; v < VCS; v++)
              if (holds[(i*PORTS+o)*VCS+v]) begin
                out_vc[o*VB+:VB] |= VB'(v);
                ended[o*VCS+v] = flits[i*FLIT+WIDTH];
              end
          end
      if (frees[i]) begin
        back_valid[i/VCS] = 1'b1;
        back_vc[i/VCS*VB+:VB] |= VB'(i % VCS);
      end
    end
  end
  always_comb begin
    taken = '0;
    for (int i = 0; i < INPUTS; i++) taken |= takes[i*PORTS*VCS+:PORTS*VCS];
  end
  always_comb begin
    next_credits = credits;
    for (int o = 0; o < PORTS; o++)
      for (int v = 0; v < VCS; v++)
        next_credits[(o*VCS+v)*CB+:CB] = credits[(o*VCS+v)*CB+:CB] + CB'(credit_valid[o] && credit_vc[o*VB+:VB] == VB'(v))
            - CB'(out_valid[o] && out_vc[o*VB+:VB] == VB'(v));
  end
  for (genvar c = 0; c < PORTS * VCS; c++) begin : credit
    assign has_credit[c] = credits[c*CB+:CB] != '0;
  end
  always_ff @(posedge clk) begin
    credits <= rst ? {PORTS * VCS{CB'(DEPTH)}} : next_credits;
    vacant  <= rst ? '1 : (vacant & ~taken) | ended;
  end

  // ---- what it tells
  assign on_vcs = 16'($countones(takes));
  assign on_stall_vc = run ? 16'(($countones(waiting) - $countones(matched)) * VC_CYCLES) : '0;
  assign on_stall_credit = 16'($countones(starved));
  assign on_stall_switch = 16'($countones(ready & ~sends));
`ifndef SYNTHESIS
  always @(posedge clk)
    if (!rst)
      for (int c = 0; c < PORTS * VCS; c++)
        if (int'(next_credits[c*CB+:CB]) > DEPTH) begin
          $display("FAIL credits of output VC %0d %m", c);
          $finish;
        end
`endif
endmodule

// One VC of an input port: its flits, and the packet at its front. A head asks for a VC of each output port that its destinations need (its branches: one,
// or with TREE several); each branch then sends the packet's flits on its own, and a flit's slot is free when the slowest has sent it.
// A flit is {head, tail, data}; the lowest DEST bits of a head are a core's number, or with TREE a bit per core. REGIONS: per output port, the cores behind it.
module router_input #(
    parameter int PORTS = 5, VCS = 1, WIDTH = 16, CORES = 4, DEPTH = 4, TREE = 0, LOOKAHEAD = 0,
    parameter logic [PORTS*CORES-1:0] REGIONS = '0,
    localparam int VB = VCS == 1 ? 1 : $clog2(VCS),
    localparam int FLIT = 2 + WIDTH,
    localparam int RANKS = TREE != 0 ? PORTS : 1,
    localparam int RB = RANKS <= 2 ? 1 : $clog2(RANKS)
) (
    input logic clk, rst, push,
    input logic [FLIT-1:0] in,
    // a head is at the front that no one has routed yet; it is routed in this cycle
    output logic heads,
    input logic routes,
    // branches that ask for a VC, by output port; their rank in the packet; pointers behind the last VC (by output VC); VCs that they are matched with, and
    // that they hold from the next cycle on
    output logic [PORTS-1:0] waiting,
    output logic [PORTS*RB-1:0] rank,
    output logic [PORTS*VCS-1:0] ahead,
    input logic [PORTS*VCS-1:0] matched, takes,
    // output VCs with a credit; branches that can send, that lack a credit, that send in this cycle, and through which VC
    input logic [PORTS*VCS-1:0] credit,
    output logic [PORTS-1:0] ready, starved,
    input logic [PORTS-1:0] sends,
    output logic [PORTS*VCS-1:0] holds,
    output logic [FLIT-1:0] out,
    output logic frees, any
);
  localparam int DEST = TREE != 0 ? CORES : CORES <= 2 ? 1 : $clog2(CORES);
  localparam int DB = DEPTH == 1 ? 1 : $clog2(DEPTH), CB = $clog2(DEPTH + 1), NB = $clog2(PORTS * VCS + 1);
  // ---- flits
  logic [FLIT-1:0] flits[0:DEPTH-1];
  logic [DB-1:0] first, last;
  logic [CB-1:0] count;
  assign any = count != '0;
  always_ff @(posedge clk) begin
    if (push) flits[last] <= in;
    last  <= rst ? '0 : !push ? last : last == DB'(DEPTH - 1) ? '0 : last + 1'b1;
    first <= rst ? '0 : !frees ? first : first == DB'(DEPTH - 1) ? '0 : first + 1'b1;
    count <= rst ? '0 : count + CB'(push) - CB'(frees);
  end

  // ---- the way of the packet at the front; `live`: branches that have not sent its tail
  logic open, routed, tail;
  logic [PORTS-1:0] way, live, live_kept, held;
  logic [DEST-1:0] goal;
  assign goal = flits[first][DEST-1:0];
  assign heads = !open && any;
  assign routed = LOOKAHEAD != 0 && routes;
  for (genvar o = 0; o < PORTS; o++) begin : of_port
    localparam logic [CORES-1:0] REGION = REGIONS[o*CORES+:CORES];
    if (TREE != 0) begin : tree
      assign way[o] = (goal & DEST'(REGION)) != '0;
    end else begin : single
      localparam logic [2**DEST-1:0] REACHES = (2 ** DEST)'(REGION);
      assign way[o] = REACHES[goal];
    end
  end
  assign live = routed ? way : live_kept;
  assign waiting = (open || routed) ? live & ~held : '0;
  assign tail = out[WIDTH];
  always_ff @(posedge clk) begin
    open <= !rst && (open ? !(frees && tail && (live & ~sends) == '0) : routes);
    live_kept <= rst ? '0 : (routes ? way : live_kept) & ~(tail ? sends : '0);
  end

  // ---- branches: the VC that each holds, flits that it has sent of those that are here
  localparam int SLOTS = TREE != 0 ? PORTS : 1;
  logic [SLOTS-1:0] has, next_has;
  logic [SLOTS*VB-1:0] used, next_used;
  logic [PORTS*CB-1:0] sent;
  logic [RANKS*NB-1:0] accept, next_accept;
  for (genvar o = 0; o < PORTS; o++) begin : branch
    localparam int S = TREE != 0 ? o : 0;
    logic has_flit, has_credit;
    assign held[o] = has[S] && live_kept[o];
    assign has_flit = count > sent[o*CB+:CB];
    for (genvar v = 0; v < VCS; v++) begin : of_vc
      assign holds[o*VCS+v] = held[o] && (VCS == 1 || used[S*VB+:VB] == VB'(v));
      assign ahead[o*VCS+v] = NB'(o * VCS + v) >= accept[(TREE!=0?32'(rank[o*RB+:RB]) : 0)*NB+:NB];
    end
    assign has_credit = (holds[o*VCS+:VCS] & credit[o*VCS+:VCS]) != '0;
    assign ready[o] = held[o] && has_flit && has_credit;
    assign starved[o] = held[o] && has_flit && !has_credit;
  end
  always_comb begin
    next_accept = accept;
    next_has = has;
    next_used = used;
    for (int o = 0; o < PORTS; o++) begin
      if (sends[o] && tail) next_has[TREE!=0?o : 0] = 1'b0;
      for (int v = 0; v < VCS; v++) begin
        if (matched[o*VCS+v]) next_accept[(TREE!=0?int'(rank[o*RB+:RB]) : 0)*NB+:NB] = NB'(o * VCS + v + 1);
        if (takes[o*VCS+v]) begin
          next_has[TREE!=0?o : 0] = 1'b1;
          next_used[(TREE!=0?o : 0)*VB+:VB] = VB'(v);
        end
      end
    end
  end
  always_ff @(posedge clk) begin
    has <= rst ? '0 : next_has;
    used <= next_used;
    accept <= rst ? '0 : next_accept;
  end
  generate
    if (TREE != 0) begin : copies
      logic [PORTS*CB-1:0] after;
      logic [DB-1:0] at;
      logic [DEST-1:0] goals;
      logic [PORTS-1:0] ways, ways_kept;
      logic slowest;
      assign ways = routed ? way : ways_kept;
      always_comb begin
        rank = '0;
        for (int o = 1; o < PORTS; o++) rank[o*RB+:RB] = rank[(o-1)*RB+:RB] + RB'(ways[o-1]);
      end
      always_comb begin
        at = first;
        goals = '0;
        slowest = 1'b0;
        for (int o = 0; o < PORTS; o++) begin
          after[o*CB+:CB] = sent[o*CB+:CB] + CB'(sends[o]);
          if (sends[o]) begin
            at = DB'(32'(first) + 32'(sent[o*CB+:CB]) - (32'(first) + 32'(sent[o*CB+:CB]) >= DEPTH ? DEPTH : 0));
            goals |= DEST'(REGIONS[o*CORES+:CORES]);
          end
          if (live_kept[o] && !(sends[o] && tail) && after[o*CB+:CB] == '0) slowest = 1'b1;
        end
      end
      assign frees = sends != '0 && !slowest;
      assign out   = {flits[at][FLIT-1:DEST], flits[at][FLIT-1] ? flits[at][DEST-1:0] & goals : flits[at][DEST-1:0]};
      always_ff @(posedge clk) begin
        if (routes) ways_kept <= way;
        for (int o = 0; o < PORTS; o++)
          sent[o*CB+:CB] <= rst || routes || (sends[o] && tail) ? '0 : after[o*CB+:CB] - CB'(frees && live_kept[o]);
      end
    end else begin : moves
      assign frees = sends != '0;
      assign out   = flits[first];
      assign sent  = '0;
      assign rank  = '0;
    end
  endgenerate
endmodule

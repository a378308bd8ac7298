// Mesh of COLUMNS x ROWS routers; ports: east, west, north, south, then LOCAL cores. Core c is at router and local port HOMES[c]; routes go along x first,
// or along y first (Y_FIRST). A packet is pushed with its destination in its lowest bits: a core's number, or with TREE a bit per core.
// PORT_QUEUE > 0: the last core is a port, whose queue holds so many packets.
module mesh #(
    parameter int COLUMNS = 2, ROWS = 1, LOCAL = 1, CORES = 2, Y_FIRST = 0, TREE = 0,
    // per core: router, local port; 16 bits each
    parameter logic [CORES*32-1:0] HOMES = {16'd1, 48'd0},
    parameter int VCS = 1, WIDTH = 16, MOST = 2, DEPTH = 4, QUEUE = 8, PORT_QUEUE = 0, FIRST = 0,
    parameter int ROUTING = 1, VC_CYCLES = 1, SWITCH = 1, TRAVERSAL = 1, CREDIT = 0, LINK = 1,
    localparam int FB = $clog2(MOST + 1),
    localparam int ROUTERS = COLUMNS * ROWS,
    localparam int PORTS = 4 + LOCAL
) (
    // `go`: an utterance begins, which nothing of the last one can change
    input logic clk, rst, go,
    input logic [CORES-1:0] push, accepts,
    input logic [CORES*FB-1:0] flits,
    input logic [CORES*MOST*WIDTH-1:0] packets,
    output logic [CORES-1:0] full, delivers,
    output logic [CORES*MOST*WIDTH-1:0] delivered,
    // by core: no packet or flit is in its part of the routers, links, injectors and ejectors
    output logic [CORES-1:0] rests,
    // per router, for the bench: flits by output port, flits that arrive by input port; see router
    output logic [ROUTERS*PORTS-1:0] on_flits, on_arrivals,
    output logic [ROUTERS-1:0] on_awake,
    output logic [ROUTERS*16-1:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch
);
  localparam int VB = VCS == 1 ? 1 : $clog2(VCS), FLIT = 2 + WIDTH, ALL = ROUTERS * PORTS;
  // by router and port: what comes into it, and what goes out of it
  logic [ALL-1:0] in_valid, out_valid, back_valid, credit_valid, link_rests;
  logic [ALL*VB-1:0] in_vc, out_vc, back_vc, credit_vc;
  logic [ALL*FLIT-1:0] in_flit, out_flit;
  logic [ROUTERS-1:0] router_rests;
  logic clear;
  assign clear = rst || go;
  logic [CORES-1:0] source_rests, sink_rests;
  // at the mesh's edge nothing takes it
  logic unused;
  assign unused = ^{out_vc, back_vc, out_flit, back_valid};
  always_comb begin
    rests = source_rests & sink_rests;
    for (int r = 0; r < ROUTERS; r++) if (!router_rests[r] || link_rests[r*PORTS+:PORTS] != '1) rests[r%CORES] = 1'b0;
  end
  assign on_flits = out_valid;
  assign on_arrivals = in_valid;
  assign on_awake = ~router_rests;
  // by output port of router `r`: the cores behind it
  function automatic [PORTS*CORES-1:0] regions(input int r);
    int dx, dy, way;
    regions = '0;
    for (int c = 0; c < CORES; c++) begin
      dx = int'(HOMES[c*32+16+:16]) % COLUMNS - r % COLUMNS;
      dy = int'(HOMES[c*32+16+:16]) / COLUMNS - r / COLUMNS;
      if (dx == 0 && dy == 0) way = 4 + int'(HOMES[c*32+:16]);
      else if (Y_FIRST != 0 ? dy == 0 : dx != 0) way = dx > 0 ? 0 : 1;
      else way = dy > 0 ? 2 : 3;
      regions = regions | ((PORTS * CORES)'(1) << (way * CORES + c));
    end
  endfunction
  // the core at a local port; CORES: none
  function automatic int core_at(input int r, input int local_port);
    core_at = CORES;
    for (int c = 0; c < CORES; c++) if (int'(HOMES[c*32+16+:16]) == r && int'(HOMES[c*32+:16]) == local_port) core_at = c;
  endfunction
  for (genvar r = 0; r < ROUTERS; r++) begin : tile
    router #(
        .PORTS(PORTS), .VCS(VCS), .WIDTH(WIDTH), .CORES(CORES), .DEPTH(DEPTH), .TREE(TREE), .ROUTING(ROUTING), .VC_CYCLES(VC_CYCLES), .FIRST(FIRST),
        .REGIONS(regions(r))
    ) node (
        .clk, .rst(clear), .in_valid(in_valid[r*PORTS+:PORTS]), .in_vc(in_vc[r*PORTS*VB+:PORTS*VB]), .in_flit(in_flit[r*PORTS*FLIT+:PORTS*FLIT]),
        .credit_valid(credit_valid[r*PORTS+:PORTS]), .credit_vc(credit_vc[r*PORTS*VB+:PORTS*VB]), .out_valid(out_valid[r*PORTS+:PORTS]),
        .out_vc(out_vc[r*PORTS*VB+:PORTS*VB]), .out_flit(out_flit[r*PORTS*FLIT+:PORTS*FLIT]), .back_valid(back_valid[r*PORTS+:PORTS]),
        .back_vc(back_vc[r*PORTS*VB+:PORTS*VB]), .rests(router_rests[r]), .on_vcs(on_vcs[r*16+:16]), .on_stall_vc(on_stall_vc[r*16+:16]),
        .on_stall_credit(on_stall_credit[r*16+:16]), .on_stall_switch(on_stall_switch[r*16+:16])
    );
    for (genvar p = 0; p < PORTS; p++) begin : port
      localparam int AT = r * PORTS + p;
      // what the port leads to: the other end's number of its own port, or none
      localparam int X = r % COLUMNS, Y = r / COLUMNS;
      localparam int PEER = p == 0 && X + 1 < COLUMNS ? AT + PORTS + 1 : p == 1 && X > 0 ? AT - PORTS - 1
          : p == 2 && Y + 1 < ROWS ? AT + COLUMNS * PORTS + 1 : p == 3 && Y > 0 ? AT - COLUMNS * PORTS - 1 : -1;
      localparam int C = p < 4 ? CORES : core_at(r, p - 4);
      if (PEER >= 0) begin : wires
        link #(
            .VB(VB), .FLIT(FLIT), .FLIT_CYCLES(SWITCH + TRAVERSAL + LINK), .CREDIT_CYCLES(SWITCH + LINK + CREDIT)
        ) to_peer (
            .clk, .rst(clear), .in_valid(out_valid[AT]), .in_vc(out_vc[AT*VB+:VB]), .in(out_flit[AT*FLIT+:FLIT]), .out_valid(in_valid[PEER]),
            .out_vc(in_vc[PEER*VB+:VB]), .out(in_flit[PEER*FLIT+:FLIT]), .back_valid(back_valid[PEER]), .back_vc(back_vc[PEER*VB+:VB]),
            .credit_valid(credit_valid[AT]), .credit_vc(credit_vc[AT*VB+:VB]), .rests(link_rests[AT])
        );
      end else if (C < CORES) begin : ends
        logic i_valid, i_credit, e_valid, e_back, to_rests, from_rests;
        logic [VB-1:0] i_vc, i_credit_vc, e_vc, e_back_vc;
        logic [FLIT-1:0] i_flit, e_flit;
        assign link_rests[AT] = to_rests && from_rests;
        injector #(.VCS(VCS), .WIDTH(WIDTH), .MOST(MOST), .CREDITS(DEPTH), .QUEUE(C + 1 == CORES && PORT_QUEUE > 0 ? PORT_QUEUE : QUEUE)) source (
            .clk, .rst(clear), .push(push[C]), .flits(flits[C*FB+:FB]), .packet(packets[C*MOST*WIDTH+:MOST*WIDTH]), .full(full[C]), .valid(i_valid),
            .out_vc(i_vc), .out(i_flit), .credit_valid(i_credit), .credit_vc(i_credit_vc), .rests(source_rests[C])
        );
        link #(.VB(VB), .FLIT(FLIT), .FLIT_CYCLES(2), .CREDIT_CYCLES(SWITCH + 1)) into (
            .clk, .rst(clear), .in_valid(i_valid), .in_vc(i_vc), .in(i_flit), .out_valid(in_valid[AT]), .out_vc(in_vc[AT*VB+:VB]),
            .out(in_flit[AT*FLIT+:FLIT]), .back_valid(back_valid[AT]), .back_vc(back_vc[AT*VB+:VB]), .credit_valid(i_credit),
            .credit_vc(i_credit_vc), .rests(to_rests)
        );
        link #(.VB(VB), .FLIT(FLIT), .FLIT_CYCLES(SWITCH + TRAVERSAL + 1), .CREDIT_CYCLES(2 + CREDIT)) out_of (
            .clk, .rst(clear), .in_valid(out_valid[AT]), .in_vc(out_vc[AT*VB+:VB]), .in(out_flit[AT*FLIT+:FLIT]), .out_valid(e_valid), .out_vc(e_vc),
            .out(e_flit), .back_valid(e_back), .back_vc(e_back_vc), .credit_valid(credit_valid[AT]), .credit_vc(credit_vc[AT*VB+:VB]),
            .rests(from_rests)
        );
        ejector #(.VCS(VCS), .WIDTH(WIDTH), .MOST(MOST), .CREDITS(DEPTH)) sink (
            .clk, .rst(clear), .push(e_valid), .in_vc(e_vc), .in(e_flit), .accepts(accepts[C]), .back_valid(e_back), .back_vc(e_back_vc),
            .delivers(delivers[C]), .packet(delivered[C*MOST*WIDTH+:MOST*WIDTH]), .rests(sink_rests[C])
        );
      end else begin : nothing
        assign in_valid[AT] = 1'b0;
        assign in_vc[AT*VB+:VB] = '0;
        assign in_flit[AT*FLIT+:FLIT] = '0;
        assign credit_valid[AT] = 1'b0;
        assign credit_vc[AT*VB+:VB] = '0;
        assign link_rests[AT] = 1'b1;
      end
    end
  end
endmodule

// Drives a mesh with recorded packets, at most one per core and cycle, and prints arrivals with their cycles, and the routers' counters.
// An unknown bit equals nothing, and an unknown strobe is a difference.
module network_tb #(
    parameter int COLUMNS = 2, ROWS = 1, LOCAL = 1, CORES = 2, Y_FIRST = 0, TREE = 0,
    parameter logic [CORES*32-1:0] HOMES = '0,
    parameter int VCS = 1, WIDTH = 16, MOST = 2, DEPTH = 4, QUEUE = 8, FIRST = 0,
    parameter int ROUTING = 1, VC_CYCLES = 1, SWITCH = 1, TRAVERSAL = 1, CREDIT = 0, LINK = 1,
    parameter int DEST = 2, PACKETS = 1,
    // cores that refuse flits in cycles whose bit 4 is set
    parameter logic [CORES-1:0] MOODY = '0
);
  localparam int FB = $clog2(MOST + 1), ROUTERS = COLUMNS * ROWS, PORTS = 4 + LOCAL;
  logic clk = 0, rst = 1;
  always #5 clk = ~clk;
  // cycle, core, whether the queue is full, flits, destinations
  logic [159:0] packet_of[0:PACKETS-1];
  initial $readmemh("packets.hex", packet_of);
  logic [CORES-1:0] push, accepts, full, delivers;
  logic [CORES*FB-1:0] flits;
  logic [CORES*MOST*WIDTH-1:0] packets, delivered;
  logic [CORES-1:0] rests;
  logic [ROUTERS*PORTS-1:0] on_flits, on_arrivals;
  logic [ROUTERS-1:0] on_awake;
  logic [ROUTERS*16-1:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch;
  mesh #(
      .COLUMNS(COLUMNS), .ROWS(ROWS), .LOCAL(LOCAL), .CORES(CORES), .Y_FIRST(Y_FIRST), .TREE(TREE), .HOMES(HOMES), .VCS(VCS), .WIDTH(WIDTH), .MOST(MOST),
      .DEPTH(DEPTH), .QUEUE(QUEUE), .FIRST(FIRST), .ROUTING(ROUTING), .VC_CYCLES(VC_CYCLES), .SWITCH(SWITCH), .TRAVERSAL(TRAVERSAL), .CREDIT(CREDIT),
      .LINK(LINK)
  ) net (.go(1'b0), .*);

  int cycle = 0, next = 0, quiet = 0, tag = 0;
  int count[0:ROUTERS*8-1], sent[0:ROUTERS*PORTS-1];
  logic is_unknown = 0;
  logic [31:0] at_cycle, core, is_full, length, goals;
  // a packet's first flit holds destinations and number; flit f behind it holds number * 31 + f in every copy
  function automatic [MOST*WIDTH-1:0] packet(input int tag, input logic [31:0] to, input int length_of);
    packet = '0;
    packet[WIDTH-1:0] = WIDTH'(tag) << DEST | WIDTH'(to);
    for (int f = 1; f < length_of; f++) packet[f*WIDTH+:WIDTH] = WIDTH'(tag * 31 + f);
  endfunction
  always_comb begin
    for (int c = 0; c < CORES; c++) accepts[c] = !MOODY[c] || (((cycle >> 4) + c) % 2 == 0);
  end
  initial begin
    for (int i = 0; i < ROUTERS * 8; i++) count[i] = 0;
    for (int i = 0; i < ROUTERS * PORTS; i++) sent[i] = 0;
    push = '0;
    flits = '0;
    packets = '0;
    repeat (3) @(posedge clk);
    #1 rst = 0;
    while (quiet < 4) begin
      // packets of this cycle
      push = '0;
      while (next < PACKETS && packet_of[next][159:128] == 32'(cycle)) begin
        {at_cycle, core, is_full, length, goals} = packet_of[next];
        if (full[core] !== is_full[0]) $display("DIFF core %0d in cycle %0d: full %0d", core, cycle, full[core]);
        if (!is_full[0]) begin
          push[core] = 1'b1;
          flits[core*FB+:FB] = FB'(length);
          packets[core*MOST*WIDTH+:MOST*WIDTH] = packet(next, goals, int'(length));
        end
        next++;
      end
      #1;
      if (!is_unknown && (^{delivers, rests, on_flits, on_arrivals, on_awake, on_vcs, on_stall_vc, on_stall_credit, on_stall_switch}) === 1'bx) begin
        is_unknown = 1;
        $display("DIFF a strobe is unknown in cycle %0d", cycle);
      end
      for (int c = 0; c < CORES; c++)
        if (delivers[c]) begin
          tag = int'(delivered[c*MOST*WIDTH+:WIDTH] >> DEST);
          $display("ARRIVES %0d %0d %0d", cycle, tag, c);
          for (int f = 1; f < int'(packet_of[tag][63:32]); f++)
            if (delivered[(c*MOST+f)*WIDTH+:WIDTH] !== WIDTH'(tag * 31 + f)) $display("DIFF flit %0d of packet %0d", f, tag);
        end
      for (int r = 0; r < ROUTERS; r++) begin
        for (int p = 0; p < PORTS; p++) begin
          count[r*8] += int'(on_arrivals[r*PORTS+p]);
          count[r*8+1] += int'(on_flits[r*PORTS+p]);
          sent[r*PORTS+p] += int'(on_flits[r*PORTS+p]);
        end
        count[r*8+2] += int'(on_vcs[r*16+:16]);
        count[r*8+3] += int'(on_stall_credit[r*16+:16]);
        count[r*8+4] += int'(on_stall_vc[r*16+:16]);
        count[r*8+5] += int'(on_stall_switch[r*16+:16]);
        count[r*8+6] += int'(on_awake[r]);
      end
      quiet = rests == '1 && next == PACKETS && push == '0 ? quiet + 1 : 0;
      if (cycle > 6000) begin
        $display("DIFF no end");
        $finish;
      end
      @(posedge clk);
      #1 cycle = cycle + 1;
    end
    for (int r = 0; r < ROUTERS; r++) begin
      // as ROUTER_COUNTERS; a flit that passes the switch is read once and granted once
      $write("ROUTER %0d %0d %0d %0d %0d %0d %0d %0d %0d", count[r*8], count[r*8+1], count[r*8+1], count[r*8+2], count[r*8+1], count[r*8+3], count[r*8+4],
          count[r*8+5], count[r*8+6]);
      for (int p = 0; p < PORTS; p++) $write(" %0d", sent[r*PORTS+p]);
      $write("\n");
    end
    $finish;
  end
endmodule

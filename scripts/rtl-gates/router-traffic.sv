// A mesh under random traffic; writes what goes into and out of the router NODE, a line of binary digits per cycle, and counts its work.
// USED: the router's ports that lead somewhere; the others are left out of the lines.
module router_traffic #(
    parameter int COLUMNS = 3, ROWS = 3, LOCAL = 1, VCS = 1, WIDTH = 32, DEPTH = 4, TREE = 0, FIRST = 0, NODE = 4, SEED = 1,
    parameter logic [4+LOCAL-1:0] USED = '1,
    // packets per 1,000 cycles and core, flits of a packet, cycles
    parameter int LOAD = 100, LENGTH = 1, CYCLES = 1000
);
  localparam int CORES = COLUMNS * ROWS * LOCAL, PORTS = 4 + LOCAL, ROUTERS = COLUMNS * ROWS, MOST = LENGTH, FB = $clog2(MOST + 1);
  localparam int VB = VCS == 1 ? 1 : $clog2(VCS), FLIT = WIDTH + 2;
  function automatic [CORES*32-1:0] homes;
    for (int c = 0; c < CORES; c++) homes[c*32+:32] = {16'(c / LOCAL), 16'(c % LOCAL)};
  endfunction
  logic clk = 0, rst = 1;
  always #5 clk = ~clk;
  logic [CORES-1:0] push, full, delivers;
  logic [CORES*FB-1:0] flits;
  logic [CORES*MOST*WIDTH-1:0] packets, delivered;
  logic [CORES-1:0] rests;
  logic [ROUTERS*PORTS-1:0] on_flits, on_arrivals;
  logic [ROUTERS-1:0] on_awake;
  logic [ROUTERS*16-1:0] on_vcs, on_stall_vc, on_stall_credit, on_stall_switch;
  mesh #(
      .COLUMNS(COLUMNS), .ROWS(ROWS), .LOCAL(LOCAL), .CORES(CORES), .TREE(TREE), .HOMES(homes()), .VCS(VCS), .WIDTH(WIDTH), .MOST(MOST), .DEPTH(DEPTH),
      .FIRST(FIRST)
  ) net (.go(1'b0), .accepts('1), .*);

  int seed = SEED, out, to, arrived = 0, sent = 0, allocations = 0, awake = 0;
  initial begin
    push = '0;
    flits = {CORES{FB'(LENGTH)}};
    packets = '0;
    out = $fopen("traffic.bin");
    repeat (3) @(posedge clk);
    #1 rst = 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) begin
      push = '0;
      for (int c = 0; c < CORES; c++)
        if (!full[c] && $unsigned($random(seed)) % 1000 < LOAD) begin
          push[c] = 1'b1;
          for (int f = 0; f < MOST; f++)
            for (int w = 0; w < WIDTH; w += 16) packets[(c*MOST+f)*WIDTH+w+:16] = 16'($random(seed));
          to = $unsigned($random(seed)) % (CORES - 1);
          if (to >= c) to++;
          if (TREE == 0) packets[c*MOST*WIDTH+:$clog2(CORES)] = ($clog2(CORES))'(to);
          else packets[c*MOST*WIDTH+:CORES] = packets[c*MOST*WIDTH+:CORES] & CORES'($random(seed)) | CORES'(1) << to;
        end
      #3;
      for (int p = 0; p < PORTS; p++)
        if (USED[p]) $fwrite(out, "%b%b%b%b%b", net.tile[NODE].node.in_valid[p], net.tile[NODE].node.credit_valid[p],
            net.tile[NODE].node.in_vc[p*VB+:VB], net.tile[NODE].node.credit_vc[p*VB+:VB], net.tile[NODE].node.in_flit[p*FLIT+:FLIT]);
      for (int p = 0; p < PORTS; p++)
        if (USED[p]) $fwrite(out, "%b%b%b%b%b", net.tile[NODE].node.out_valid[p], net.tile[NODE].node.back_valid[p],
            net.tile[NODE].node.out_vc[p*VB+:VB], net.tile[NODE].node.back_vc[p*VB+:VB], net.tile[NODE].node.out_flit[p*FLIT+:FLIT]);
      $fwrite(out, "\n");
      for (int p = 0; p < PORTS; p++) begin
        arrived += int'(on_arrivals[NODE*PORTS+p]);
        sent += int'(on_flits[NODE*PORTS+p]);
      end
      allocations += int'(on_vcs[NODE*16+:16]);
      awake += int'(on_awake[NODE]);
      @(posedge clk);
      #1;
    end
    $display("RESULT %0d cycles %0d arrived %0d sent %0d allocations %0d awake", CYCLES, arrived, sent, allocations, awake);
    $finish;
  end
endmodule

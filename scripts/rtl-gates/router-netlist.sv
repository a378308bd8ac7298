// Plays recorded traffic into the netlist of a router, compares what comes out of it with the recorded, and dumps all its nets.
module bench #(
    parameter int PORTS = 5, VB = 1, FLIT = 34, CYCLES = 1000
);
  localparam int FIELD = 2 + 2 * VB + FLIT;
  logic clk = 0, rst = 1;
  always #5 clk = ~clk;
  // fields of the ports in, then of the ports out, port 0 first
  logic [2*PORTS*FIELD-1:0] line[0:CYCLES-1], now;
  logic [PORTS-1:0] in_valid, credit_valid, out_valid, back_valid;
  logic [PORTS*VB-1:0] in_vc, credit_vc, out_vc, back_vc;
  logic [PORTS*FLIT-1:0] in_flit, out_flit;
  logic rests;
  chip dut (.*);
  logic [PORTS*FIELD-1:0] told;
  int wrong = 0;
  initial $readmemb("traffic.bin", line);
  for (genvar p = 0; p < PORTS; p++) begin : port
    localparam int IN = (2 * PORTS - 1 - p) * FIELD;
    assign {in_valid[p], credit_valid[p], in_vc[p*VB+:VB], credit_vc[p*VB+:VB], in_flit[p*FLIT+:FLIT]} = now[IN+:FIELD];
    assign told[(PORTS-1-p)*FIELD+:FIELD] = {out_valid[p], back_valid[p], out_vc[p*VB+:VB], back_vc[p*VB+:VB], out_flit[p*FLIT+:FLIT]};
  end
  initial begin
    now = '0;
    repeat (3) @(posedge clk);
    $dumpfile("gates.vcd");
    $dumpvars(1, dut);
    #1 rst = 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) begin
      now = line[cycle];
      #3;
      if (told !== now[0+:PORTS*FIELD]) begin
        wrong++;
        if (wrong <= 5) $display("DIFF cycle %0d: %b, expected %b", cycle, told, now[0+:PORTS*FIELD]);
      end
      @(posedge clk);
      #1;
    end
    $display("RESULT %0d cycles %0d wrong", CYCLES, wrong);
    $finish;
  end
endmodule

// Any packets of one flit or two, and a neighbour that returns credits at any time: the most flits of a VC that are there at once.
module injector_proof #(
    parameter int VCS = 2, CREDITS = 2, QUEUE = 2,
    // most flits without their credit; whether a flit leaves in the cycle in which its packet is pushed
    parameter int MOST = CREDITS, AT_ONCE = 1
) (
    input logic clk, wish, two, gives,
    input logic [0:0] gives_vc
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic push, full, valid, rests, credit;
  logic [0:0] vc;
  logic [5:0] out;
  logic [VCS-1:0][7:0] there = '0;
  logic [7:0] pushed = '0, left = '0;
  assign push = wish && !full && !rst;
  assign credit = gives && there[gives_vc] != '0 && !rst;
  injector #(.VCS(VCS), .WIDTH(4), .MOST(2), .CREDITS(CREDITS), .QUEUE(QUEUE)) dut (
      .clk, .rst, .push, .flits(two ? 2'd2 : 2'd1), .packet('0), .full, .valid, .out_vc(vc), .out, .credit_valid(credit), .credit_vc(gives_vc), .rests
  );
  always_ff @(posedge clk) begin
    for (int v = 0; v < VCS; v++) there[v] <= rst ? '0 : there[v] + 8'(valid && vc == 1'(v)) - 8'(credit && gives_vc == 1'(v));
    pushed <= rst ? '0 : pushed + (push ? two ? 8'd2 : 8'd1 : '0);
    left <= rst ? '0 : left + 8'(valid);
    if (!rst) begin
      for (int v = 0; v < VCS; v++) assert (there[v] <= MOST);
      // every flit belongs to a packet; `rests` is high once all have left
      assert (left <= pushed && (!rests || left == pushed));
      assert (!(AT_ONCE != 0 && push && rests && there == '0) || valid);
      assert (AT_ONCE != 0 || !valid || !rests);
    end
  end
endmodule

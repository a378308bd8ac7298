// From a core into the network: the output queue, and the sender that cuts its packets into flits, one per cycle. A packet that is pushed can leave in the
// same cycle. A head takes the next VC behind the last one used that has a credit, and the packet keeps it; a packet leaves the queue with its tail.
module injector #(
    parameter int VCS = 1, WIDTH = 16, MOST = 2, CREDITS = 4, QUEUE = 8,
    localparam int VB = VCS == 1 ? 1 : $clog2(VCS),
    localparam int FLIT = 2 + WIDTH,
    localparam int FB = $clog2(MOST + 1)
) (
    input logic clk, rst, push,
    input logic [FB-1:0] flits,
    input logic [MOST*WIDTH-1:0] packet,
    output logic full,
    output logic valid,
    output logic [VB-1:0] out_vc,
    output logic [FLIT-1:0] out,
    input logic credit_valid,
    input logic [VB-1:0] credit_vc,
    output logic rests
);
  localparam int CB = $clog2(CREDITS + 1);
  logic [FB-1:0] length, first_length, at;
  logic [MOST*WIDTH-1:0] bits, first_bits;
  logic is_head, is_tail, pop, unused;
  queue #(.WIDTH(FB + MOST * WIDTH), .DEPTH(QUEUE)) packets (
      .clk, .rst, .push(push && !(rests && pop)), .in({flits, packet}), .pop(pop && !rests), .out({first_length, first_bits}), .valid(unused),
      .empty(rests), .full
  );
  assign {length, bits} = rests ? {flits, packet} : {first_length, first_bits};
  // ---- flits
  logic [VCS-1:0] has_credit, ahead, choice;
  logic [VCS*CB-1:0] credits, next_credits;
  logic [VB-1:0] vc, next_vc;
  router_pick #(.N(VCS)) next (.asks(has_credit), .ahead, .first(choice));
  assign ahead = ({VCS{1'b1}} << vc) << 1;
  for (genvar v = 0; v < VCS; v++) begin : of_vc
    assign has_credit[v] = credits[v*CB+:CB] != '0;
  end
  assign is_head = at == '0;
  assign is_tail = at + 1'b1 == length;
  assign valid = (!rests || push) && (is_head ? has_credit != '0 : has_credit[vc]);
  assign pop = valid && is_tail;
  assign out = {is_head, is_tail, WIDTH'(bits >> (32'(at) * WIDTH))};
  assign out_vc = next_vc;
  always_comb begin
    next_vc = vc;
    for (int v = 0; v < VCS; v++) if (is_head && choice[v]) next_vc = VB'(v);
    for (int v = 0; v < VCS; v++)
      next_credits[v*CB+:CB] = credits[v*CB+:CB] + CB'(credit_valid && credit_vc == VB'(v)) - CB'(valid && next_vc == VB'(v));
  end
  always_ff @(posedge clk) begin
    at <= rst || pop ? '0 : valid ? at + 1'b1 : at;
    vc <= rst ? '0 : valid ? next_vc : vc;
    credits <= rst ? {VCS{CB'(CREDITS)}} : next_credits;
  end
endmodule

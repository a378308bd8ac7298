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
  localparam int QW = FB + MOST * WIDTH, QB = $clog2(QUEUE + 1), PB = QUEUE == 1 ? 1 : $clog2(QUEUE), CB = $clog2(CREDITS + 1);
  logic [QW-1:0] packets[0:QUEUE-1];
  logic [PB-1:0] first, last;
  logic [QB-1:0] count;
  logic [FB-1:0] length, at;
  logic [MOST*WIDTH-1:0] bits;
  logic is_head, is_tail, pop;
  assign full = count == QB'(QUEUE);
  assign {length, bits} = count == '0 ? {flits, packet} : packets[first];
  assign rests = count == '0;
  always_ff @(posedge clk) begin
    if (push) packets[last] <= {flits, packet};
    last  <= rst ? '0 : !push ? last : last == PB'(QUEUE - 1) ? '0 : last + 1'b1;
    first <= rst ? '0 : !pop ? first : first == PB'(QUEUE - 1) ? '0 : first + 1'b1;
    count <= rst ? '0 : count + QB'(push) - QB'(pop);
  end
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
  assign valid = (count != '0 || push) && (is_head ? has_credit != '0 : has_credit[vc]);
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

// Finished spikes of the soma, oldest batch first, one packet per cycle. `push` brings a batch; its spikes can leave from the next cycle on.
// `waits`: a packet is still here after this cycle's hand-over.
module outlet #(
    parameter int UNITS = 1, PAYLOAD = 9, COMMON = 16, DEPTH = 6,
    localparam int UW = UNITS == 1 ? 1 : $clog2(UNITS)
) (
    input logic clk, rst, push,
    input logic [UNITS-1:0] fires,
    input logic [UNITS-1:0][PAYLOAD-1:0] payloads,
    input logic [COMMON-1:0] common,
    input logic blocked,
    output logic send,
    output logic [UW-1:0] unit,
    output logic [PAYLOAD-1:0] payload,
    output logic [COMMON-1:0] of_batch,
    output logic any, waits
);
  logic valid, unused_empty, unused_full, pop;
  logic [UNITS-1:0] stored, gone, left, first;
  logic [UNITS-1:0][PAYLOAD-1:0] stored_payloads;
  logic more;
  queue #(.WIDTH(COMMON + UNITS * (PAYLOAD + 1)), .DEPTH(DEPTH)) batches (
      .clk, .rst, .push, .in({common, fires, payloads}), .pop, .out({of_batch, stored, stored_payloads}), .valid, .empty(unused_empty),
      .full(unused_full)
  );
  // `more`: batches beyond the front one
  localparam int CW = $clog2(DEPTH + 1);
  logic [CW-1:0] count, next_count;
  assign next_count = count + CW'(push) - CW'(pop);
  assign left = stored & ~gone;
  assign first = left & (~left + 1'b1);
  assign send = valid && !blocked;
  assign pop = send && (left & ~first) == '0;
  assign any = valid;
  assign waits = valid && (blocked || more || !pop);
  always_comb begin
    unit = '0;
    payload = '0;
    for (int u = 0; u < UNITS; u++)
      if (first[u]) begin
        unit |= UW'(u);
        payload |= stored_payloads[u];
      end
  end
  always_ff @(posedge clk) begin
    gone  <= rst || pop ? '0 : send ? gone | first : gone;
    count <= rst ? '0 : next_count;
    more  <= !rst && next_count > 1;
  end
endmodule

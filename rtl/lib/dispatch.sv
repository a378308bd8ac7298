// Way out of a core: a spike becomes packets, one per cycle: first its loop-back into the own input queue, then one per other core in ascending order, or with
// TREE one for all of them. ROUTES: per population, cores that its spikes go to, in all steps but an utterance's last, and in the last (low). With ROUTE_ROWS
// each neuron of the core has a route of its own, in a table: PLACES says per population its first neuron here, and where that one's route stands.
module dispatch #(
    parameter int NP = 3, CORES = 2, SELF = 0, TREE = 0,
    parameter logic [NP*2*CORES-1:0] ROUTES = '0,
    parameter int ROUTE_ROWS = 0, TW = 16,
    parameter logic [NP*2*TW-1:0] PLACES = '0,
    parameter INIT = "",
    localparam int PW = NP <= 2 ? 1 : $clog2(NP),
    localparam int DEST = TREE != 0 ? CORES : CORES <= 2 ? 1 : $clog2(CORES)
) (
    input logic clk, rst,
    // the soma offers a spike until it is `sent`
    input logic offers, last,
    input logic [PW-1:0] population,
    input logic [TW-1:0] neuron,
    input logic queue_full, network_full,
    output logic sent, loops, push,
    output logic [DEST-1:0] destination
);
  localparam logic [CORES-1:0] OWN = CORES'(1) << SELF;
  logic [CORES-1:0] normal, final_step, goals, gone, left, others, first;
  generate
    if (ROUTE_ROWS == 0) begin : alike
      logic unused;
      assign unused = ^neuron;
      lookup #(.COUNT(NP), .WIDTH(2 * CORES), .TABLE(ROUTES)) route (.index(population), .record({normal, final_step}));
    end else begin : own
      localparam int AW = ROUTE_ROWS <= 2 ? 1 : $clog2(ROUTE_ROWS);
      logic [TW-1:0] first_neuron, place;
      lookup #(.COUNT(NP), .WIDTH(2 * TW), .TABLE(PLACES)) places (.index(population), .record({first_neuron, place}));
      sram #(.WIDTH(2 * CORES), .ROWS(ROUTE_ROWS), .GRAN(2 * CORES), .LATENCY(0), .INIT(INIT)) routes (
          .clk, .read(1'b1), .read_row(AW'(place + neuron - first_neuron)), .out({normal, final_step}), .write(1'b0), .write_row('0), .in('0), .mask(1'b0)
      );
    end
  endgenerate
  assign goals = last ? final_step : normal;
  assign left = goals & ~gone;
  assign others = left & ~OWN;
  assign first = others & (~others + 1'b1);
  assign loops = offers && left[SELF] && !queue_full;
  assign push = offers && !left[SELF] && others != '0 && !network_full;
  assign sent = (loops && others == '0) || (push && (TREE != 0 || (others & ~first) == '0));
  always_ff @(posedge clk) gone <= rst || sent ? '0 : gone | (loops ? OWN : '0) | (push ? first : '0);
  generate
    if (TREE != 0) begin : all
      assign destination = others;
    end else begin : one
      always_comb begin
        destination = '0;
        for (int c = 0; c < CORES; c++) if (first[c]) destination |= DEST'(c);
      end
    end
  endgenerate
endmodule

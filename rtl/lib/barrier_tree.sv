// Barrier of several cores: "all rest" goes up LEVELS levels of registers, each behind an AND of four; starts and scans come down as many, so that every core
// begins in the same cycle, DELAY cycles after the first one in which all rested. DELAY is at least twice LEVELS. EMPTY: a wave may have
// nothing to do, which `rests` and `network_rests` say in its first cycle.
module barrier_tree #(
    parameter int CORES = 2, LEVELS = 1, DELAY = 5, PERIOD = 0, STAGES = 3, SCANS = 0, EMPTY = 0, TW = 16
) (
    input logic clk, rst, go,
    input logic [TW-1:0] steps,
    // cores, and their parts of the network
    input logic [CORES-1:0] rests, network_rests,
    output logic go_down, start, scan,
    output logic [TW-1:0] wave,
    output logic finished
);
  localparam int INNER = (4 ** LEVELS - 1) / 3, ALL = INNER + 4 ** LEVELS;
  // node i has children 4 i + 1 to 4 i + 4; the leaves come behind the inner ones
  logic [ALL-1:0] nodes;
  logic [INNER-1:0] inner;
  assign nodes = {{4 ** LEVELS - CORES{1'b1}}, rests & network_rests, inner};
  for (genvar i = 0; i < INNER; i++) begin : node
    always_ff @(posedge clk) inner[i] <= !rst && nodes[4*i+1+:4] == '1;
  end
  logic root_start, root_scan, root_finished, starts, scans, hidden;
  logic [1:0] unused;
  logic [TW-1:0] root_wave;
  // what was said before a start, or a scan, reached the cores
  flags #(.DEPTH(2 * LEVELS - 1 - EMPTY)) start_way (.clk, .rst, .in(root_start), .out(unused[0]), .any(starts));
  flags #(.DEPTH(2 * LEVELS - 1)) scan_way (.clk, .rst, .in(root_scan), .out(unused[1]), .any(scans));
  assign hidden = starts || scans;
  barrier #(.DELAY(DELAY - 2 * LEVELS + 1), .PERIOD(PERIOD), .STAGES(STAGES), .SCANS(SCANS), .SYNC(1), .TW(TW)) root (
      .clk, .rst, .go, .steps, .rests(nodes[0]), .hidden(hidden || root_scan), .start(root_start), .scan(root_scan), .wave(root_wave),
      .finished(root_finished)
  );
  pipe #(.WIDTH(TW), .DEPTH(LEVELS - 1)) waves (.clk, .in(root_wave), .out(wave));
  pipe #(.WIDTH(4), .DEPTH(LEVELS - 1)) orders (.clk, .in({go, root_start, root_scan, root_finished}), .out({go_down, start, scan, finished}));
endmodule

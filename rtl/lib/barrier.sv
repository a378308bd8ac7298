// Ends every wave: `start` is high in a wave's first cycle, DELAY cycles after the first one in which nothing is under way (`rests`, of all cores).
// With scans, that cycle begins the scan (`scan`), and the first one after it in which all rest again begins the barrier.
// A run of `steps` steps takes steps + STAGES waves; then `finished` rises.
module barrier #(
    parameter int DELAY = 5, STAGES = 3, SCANS = 0, TW = 16
) (
    input logic clk, rst, go,
    input logic [TW-1:0] steps,
    input logic rests,
    output logic start, scan,
    output logic [TW-1:0] wave,
    output logic finished
);
  localparam int CW = DELAY <= 2 ? 1 : $clog2(DELAY);
  logic running, scanned, pausing, rested, ends, is_last;
  logic [CW-1:0] pause;
  assign rested = running && !start && !pausing && rests;
  assign scan = SCANS != 0 && rested && !scanned;
  assign ends = DELAY == 1 ? rested && !scan : pausing && pause == CW'(1);
  assign is_last = wave + 1'b1 == steps + TW'(STAGES);
  always_ff @(posedge clk) begin
    start   <= !rst && (go || (ends && !is_last));
    running <= !rst && (go || (running && !(ends && is_last)));
    scanned <= !rst && !go && !ends && (scan || scanned);
    pausing <= !rst && !go && !ends && ((rested && !scan) || pausing);
    pause   <= pausing ? pause - 1'b1 : CW'(DELAY - 1);
    wave    <= rst || go ? '0 : ends && !is_last ? wave + 1'b1 : wave;
    finished <= !rst && !go && ((ends && is_last) || finished);
  end
endmodule

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
  logic running, over, scanned, pausing;
  logic [CW-1:0] pause;
  assign scan = SCANS != 0 && running && !start && !pausing && !scanned && rests;
  assign over = running && !start && !pausing && rests && (SCANS == 0 || scanned);
  always_ff @(posedge clk) begin
    start <= 1'b0;
    if (rst) begin
      running <= 1'b0;
      scanned <= 1'b0;
      pausing <= 1'b0;
      pause <= '0;
      wave <= '0;
      finished <= 1'b0;
    end else if (go) begin
      running <= 1'b1;
      start <= 1'b1;
      wave <= '0;
      finished <= 1'b0;
    end else begin
      if (scan) scanned <= 1'b1;
      if (over && DELAY > 1) begin
        pausing <= 1'b1;
        pause   <= CW'(DELAY - 1);
      end else if (over || pausing) begin
        if (pausing) pause <= pause - 1'b1;
        if (over || pause == CW'(1)) begin
          pausing <= 1'b0;
          scanned <= 1'b0;
          if (wave + 1'b1 == steps + TW'(STAGES)) begin
            running  <= 1'b0;
            finished <= 1'b1;
          end else begin
            wave  <= wave + 1'b1;
            start <= 1'b1;
          end
        end
      end
    end
  end
endmodule

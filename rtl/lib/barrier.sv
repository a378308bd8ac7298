// Ends every wave: `start` is high in a wave's first cycle, DELAY cycles after the first one in which nothing is under way (`rests`, of all cores).
// With scans, that cycle begins the scan (`scan`), and the first one after it in which all rest again begins the barrier. Several cores (SYNC) must know of
// each other: their scan begins DELAY cycles later, too. `hidden`: what is known of the cores is older than the last start, or scan.
// With PERIOD, a wave begins at a tick, so many cycles or a multiple of them after the last one's beginning, and DELAY is what comes before it at least.
// EMPTY: a wave may have nothing to do, which `rests` says in its first cycle.
// A run of `steps` steps takes steps + STAGES waves; then `finished` rises.
module barrier #(
    parameter int DELAY = 5, PERIOD = 0, STAGES = 3, SCANS = 0, SYNC = 0, EMPTY = 0, TW = 16
) (
    input logic clk, rst, go,
    input logic [TW-1:0] steps,
    input logic rests, hidden,
    output logic start, scan,
    output logic [TW-1:0] wave,
    output logic finished
);
  localparam int CW = DELAY <= 2 ? 1 : $clog2(DELAY);
  logic running, scanned, scans, synced, pausing, rested, waited, over, due, late, ends, is_last;
  logic [CW-1:0] pause;
  assign rested = running && !(start && EMPTY == 0) && !hidden && !pausing && !late && rests;
  assign scans = SCANS != 0 && !scanned;
  assign waited = DELAY == 1 ? rested && (SYNC != 0 || !scans) : pausing && pause == CW'(1);
  assign over = waited && !(SYNC != 0 && scans);
  assign ends = (over || late) && due;
  generate
    if (PERIOD == 0) begin : at_once
      assign {due, late} = 2'b10;
    end else begin : ticks
      localparam int PW = PERIOD == 1 ? 1 : $clog2(PERIOD);
      logic [PW-1:0] phase;
      // the next cycle is a tick's
      assign due = phase == PW'(PERIOD - 1);
      always_ff @(posedge clk) begin
        phase <= rst || go || due ? '0 : phase + 1'b1;
        late  <= !rst && !go && (over || late) && !due;
      end
    end
  endgenerate
  assign scan = SYNC != 0 ? synced : rested && scans;
  assign is_last = wave + 1'b1 == steps + TW'(STAGES);
  always_ff @(posedge clk) begin
    start   <= !rst && (go || (ends && !is_last));
    running <= !rst && (go || (running && !(ends && is_last)));
    synced  <= !rst && !go && SYNC != 0 && waited && scans;
    scanned <= !rst && !go && !ends && ((SYNC != 0 ? waited && scans : scan) || scanned);
    pausing <= !rst && !go && !waited && ((rested && (SYNC != 0 || !scan)) || pausing);
    pause   <= pausing ? pause - 1'b1 : CW'(DELAY - 1);
    wave    <= rst || go ? '0 : ends && !is_last ? wave + 1'b1 : wave;
    finished <= !rst && !go && ((ends && is_last) || finished);
  end
endmodule

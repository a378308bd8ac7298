// Spike quantiser: a = clamp(sum), size = min(limit, max(0, |a| - below) >> shift); above theta it fires a payload of a's sign, and keeps a - payload << shift.
module fire #(
    parameter int STATE = 16, SUM = 24, PAYLOAD = 9, SHIFT = 8
) (
    input logic signed [SUM-1:0] sum,
    input logic signed [STATE-1:0] below,
    input logic [PAYLOAD-2:0] theta, limit,
    output logic fires,
    output logic signed [PAYLOAD-1:0] payload,
    output logic signed [STATE-1:0] kept
);
  logic signed [STATE-1:0] a;
  logic signed [STATE+1:0] over;
  logic [STATE+1:0] size;
  logic [PAYLOAD-2:0] sent;
  clamp #(.WIDTH(SUM), .TO(STATE)) word (.in(sum), .out(a));
  assign over = (a < 0 ? -((STATE + 2)'(a)) : (STATE + 2)'(a)) - (STATE + 2)'(below);
  assign size = over < 0 ? '0 : unsigned'(over) >> SHIFT;
  assign sent = size > (STATE + 2)'(limit) ? limit : (PAYLOAD - 1)'(size);
  assign fires = sent > theta;
  assign payload = !fires ? '0 : a < 0 ? -(PAYLOAD'({1'b0, sent})) : PAYLOAD'({1'b0, sent});
  assign kept = a - STATE'((STATE + PAYLOAD + SHIFT)'(payload) <<< SHIFT);
endmodule

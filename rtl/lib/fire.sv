// Spike quantiser: a = clamp(sum), size = max(0, |a| - below) >> SHIFT; above theta it fires min(size, limit) with a's sign, and keeps a - payload << SHIFT.
// Combinational; theta and limit are compared at once, and what is kept does not wait for the payload's sign.
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
  localparam int WIDE = STATE + 2;
  logic signed [STATE-1:0] a;
  logic signed [WIDE-1:0] over;
  logic [WIDE-1:0] size;
  logic [STATE-1:0] gone;
  logic [PAYLOAD-2:0] sent;
  logic minus;
  clamp #(.WIDTH(SUM), .TO(STATE)) word (.in(sum), .out(a));
  assign minus = a[STATE-1];
  assign over = (WIDE'(a) ^ {WIDE{minus}}) + WIDE'({1'b0, minus}) - WIDE'(below);
  assign size = over < 0 ? '0 : unsigned'(over) >> SHIFT;
  assign fires = size > WIDE'(theta) && limit > theta;
  assign sent = !fires ? '0 : size > WIDE'(limit) ? limit : (PAYLOAD - 1)'(size);
  assign payload = minus ? -(PAYLOAD'({1'b0, sent})) : PAYLOAD'({1'b0, sent});
  assign gone = STATE'(sent) << SHIFT;
  assign kept = STATE'(unsigned'(a) + (gone ^ {STATE{!minus}}) + STATE'(!minus));
endmodule

// Round robin: of those that ask, the first one that is `ahead` (at or behind a pointer), else the first of all. One bit at most.
module router_pick #(
    parameter int N = 4
) (
    input logic [N-1:0] asks, ahead,
    output logic [N-1:0] first
);
  logic [N-1:0] near;
  assign near  = (asks & ahead) != '0 ? asks & ahead : asks;
  assign first = near & (~near + 1'b1);
endmodule

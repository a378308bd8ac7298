// Record `index` of a table of constants, the first one lowest: one mux per bit, where an indexed part select would multiply. Combinational.
module lookup #(
    parameter int COUNT = 2, WIDTH = 8,
    parameter logic [COUNT*WIDTH-1:0] TABLE = '0,
    localparam int IW = COUNT <= 2 ? 1 : $clog2(COUNT)
) (
    input logic [IW-1:0] index,
    output logic [WIDTH-1:0] record
);
  always_comb begin
    record = '0;
    for (int i = 0; i < COUNT; i++) if (index == IW'(i)) record |= TABLE[i*WIDTH+:WIDTH];
  end
endmodule

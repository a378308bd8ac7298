// The words of a range: `count` words from word (row, bank) on; word i + 1 lies in the bank after that of word i. Combinational.
module window #(
    parameter int WORDS = 2, BANKS = 2, RW = 4,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int CW = $clog2(WORDS + 1)
) (
    input logic [RW-1:0] row,
    input logic [BW-1:0] bank,
    input logic [CW-1:0] count,
    output logic [WORDS-1:0] want,
    output logic [WORDS-1:0][BW-1:0] banks,
    output logic [WORDS-1:0][RW-1:0] rows
);
  for (genvar i = 0; i < WORDS; i++) begin : words
    logic [BW:0] at;
    logic over;
    assign at = {1'b0, bank} + (BW + 1)'(i % BANKS);
    assign over = at >= (BW + 1)'(BANKS);
    assign want[i] = CW'(i) < count;
    assign banks[i] = BW'(over ? at - (BW + 1)'(BANKS) : at);
    assign rows[i] = row + RW'(i / BANKS) + RW'(over);
  end
endmodule

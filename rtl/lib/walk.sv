// Walks the items of a population in the state memory, batch by batch: a range of `count` places from `place` on in the word (row, bank).
// An item that is wider than a word takes a place per word. Word i + 1 of a range lies in the bank after that of word i.
// The range of the batch to come is ready in registers: `step` takes the next one, or (`load`) the first one of a population.
module walk #(
    parameter int WORDS = 1, BANKS = 2, RW = 4, TW = 16, MOST = 8,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int AW = $clog2(MOST + 1),
    localparam int CW = $clog2(WORDS + 1)
) (
    input logic clk, load, step,
    // where the population that is loaded begins
    input logic [TW-1:0] first_row, first_bank,
    // of the population: places per word; from batch to batch rows, banks and places; of the next batch: places per word, places
    input logic [TW-1:0] per_word, row_step, bank_step, place_step, next_per_word,
    input logic [AW-1:0] next_count,
    output logic [AW-1:0] place,
    output logic [WORDS-1:0] want,
    output logic [WORDS-1:0][BW-1:0] banks,
    output logic [WORDS-1:0][RW-1:0] rows
);
  logic [RW-1:0] row, next_row;
  logic [BW-1:0] bank, next_bank;
  logic [AW-1:0] next_place;
  logic [AW:0] place_to;
  logic [BW+1:0] bank_to;
  logic [CW-1:0] words;
  logic carries, over, unused;
  assign unused = ^{first_row, first_bank, per_word, row_step, bank_step, place_step};
  assign place_to = (AW + 1)'(place) + (AW + 1)'(place_step);
  assign carries = place_to >= (AW + 1)'(per_word);
  assign bank_to = (BW + 2)'(bank) + (BW + 2)'(bank_step) + (BW + 2)'(carries);
  assign over = bank_to >= (BW + 2)'(BANKS);
  always_comb begin
    next_row = load ? RW'(first_row) : row + RW'(row_step) + RW'(over);
    next_bank = load ? BW'(first_bank) : BW'(over ? bank_to - (BW + 2)'(BANKS) : bank_to);
    next_place = load ? '0 : AW'(carries ? place_to - (AW + 1)'(per_word) : place_to);
    words = CW'(next_count != '0);
    for (int k = 1; k < WORDS; k++) if (next_count != '0 && TW'(next_place) + TW'(next_count) > TW'(k) * next_per_word) words = CW'(k + 1);
  end
  logic [WORDS-1:0] next_want;
  logic [WORDS-1:0][BW-1:0] next_banks;
  logic [WORDS-1:0][RW-1:0] next_rows;
  window #(.WORDS(WORDS), .BANKS(BANKS), .RW(RW)) range (
      .row(next_row), .bank(next_bank), .count(words), .want(next_want), .banks(next_banks), .rows(next_rows)
  );
  always_ff @(posedge clk)
    if (step) {row, bank, place, want, banks, rows} <= {next_row, next_bank, next_place, next_want, next_banks, next_rows};
endmodule

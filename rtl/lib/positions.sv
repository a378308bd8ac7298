// Address generator: the next LANES synapses of a row, and where the one behind the first `count` of them is. Combinational.
//
// A spike meets a convolution's kernel at ROWS x COLUMNS positions in each target channel. A place is a column, a row, a target neuron, and where its weight
// lies: a word of the row of weights, and a bit in that word. `steps` says how target, word and bit go on from a column to the next one, from a row's last
// column to the next row, from a channel's last position to the next channel. A word's items end at bit `used`. A plain row is one row of columns.
module positions #(
    parameter int LANES = 4, TW = 16,
    localparam int CW = $clog2(LANES + 1)
) (
    input logic [TW-1:0] columns, rows, used,
    input logic [3*3*TW-1:0] steps,
    input logic [CW-1:0] count,
    input logic [5*TW-1:0] from,
    output logic [LANES*TW-1:0] targets, words, bits,
    output logic [5*TW-1:0] to
);
  logic [5*TW-1:0] place;
  logic [TW-1:0] column, row, target, word, place_bit, to_target, to_word, to_bit;
  logic last_column, last_row;
  logic [3*TW-1:0] to_column, to_row, to_channel;
  assign {to_column, to_row, to_channel} = steps;
  always_comb begin
    place = from;
    to = from;
    targets = '0;
    words = '0;
    bits = '0;
    {to_target, to_word, to_bit} = '0;
    {last_column, last_row} = '0;
    {column, row, target, word, place_bit} = from;
    for (int j = 0; j < LANES; j++) begin
      {column, row, target, word, place_bit} = place;
      targets[j*TW+:TW] = target;
      words[j*TW+:TW] = word;
      bits[j*TW+:TW] = place_bit;
      last_column = column + 1'b1 == columns;
      last_row = row + 1'b1 == rows;
      {to_target, to_word, to_bit} = !last_column ? to_column : !last_row ? to_row : to_channel;
      place_bit = place_bit + to_bit;
      word = word + to_word;
      if (place_bit >= used) begin
        place_bit = place_bit - used;
        word = word + 1'b1;
      end
      place = {last_column ? TW'(0) : column + 1'b1, !last_column ? row : last_row ? TW'(0) : row + 1'b1, target + to_target, word, place_bit};
      if (CW'(j + 1) == count) to = place;
    end
  end
endmodule

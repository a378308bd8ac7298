// Any requests of both clients, one at a time of each: each is served within a number of cycles after the request.
module bank_proof #(
    parameter int KS = 2, KY = 2, BANKS = 2,
    // cycles from a request to its last word, the first included
    parameter int SOMA = KS + KY, SYNAPSE = KS + KY
) (
    input logic clk, s_wish, y_wish,
    input logic [KS-1:0] s_want,
    input logic [KS-1:0][0:0] s_banks,
    input logic [KY-1:0] y_want,
    input logic [KY-1:0][0:0] y_banks
);
  logic rst = 1'b1;
  always_ff @(posedge clk) rst <= 1'b0;
  logic s_req, y_req, s_served, y_served, s_open = 1'b0, y_open = 1'b0;
  assign s_req = s_wish && !s_open && !rst && s_want != '0;
  assign y_req = y_wish && !y_open && !rst && y_want != '0;
  // a request's banks stay until it is served
  logic [KS-1:0][0:0] s_bank, s_kept;
  logic [KY-1:0][0:0] y_bank, y_kept;
  assign s_bank = s_open ? s_kept : s_banks;
  assign y_bank = y_open ? y_kept : y_banks;
  logic [KS-1:0][7:0] s_words;
  logic [KY-1:0][7:0] y_words;
  logic [BANKS-1:0] s_written, y_written;
  state_memory #(.WORD(8), .BANKS(BANKS), .ROWS(2), .GRAN(8), .LATENCY(1), .ONE_PORT(0), .KS(KS), .KY(KY)) dut (
      .clk, .rst, .req({y_req, s_req}), .served({y_served, s_served}), .want({y_want, s_want}), .banks({y_bank, s_bank}), .rows('0),
      .words({y_words, s_words}), .s_write('0), .s_write_row('0), .s_write_word('0), .s_write_mask('0), .s_written, .y_write('0), .y_write_row('0),
      .y_write_word('0), .y_written
  );
  logic [7:0] s_age = '0, y_age = '0;
  always_ff @(posedge clk) begin
    s_kept <= s_bank;
    y_kept <= y_bank;
    s_open <= (s_req || s_open) && !s_served;
    y_open <= (y_req || y_open) && !y_served;
    s_age <= (s_req || s_open) && !s_served ? s_age + 1'b1 : '0;
    y_age <= (y_req || y_open) && !y_served ? y_age + 1'b1 : '0;
    assert (s_age < 8'(SOMA));
    assert (y_age < 8'(SYNAPSE));
  end
endmodule

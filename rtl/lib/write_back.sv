// Words of the soma's requests on their way back: all words of a request come at once, into a queue per bank.
module write_back #(
    parameter int WORD = 64, BANKS = 2, RW = 4, GRAN = 8, WORDS = 3, DEPTH = 4,
    localparam int BW = BANKS == 1 ? 1 : $clog2(BANKS),
    localparam int NM = WORD / GRAN
) (
    input logic clk, rst, valid,
    input logic [WORDS-1:0] want,
    input logic [WORDS-1:0][BW-1:0] banks,
    input logic [WORDS-1:0][RW-1:0] rows,
    input logic [WORDS-1:0][WORD-1:0] words,
    input logic [WORDS-1:0][NM-1:0] masks,
    output logic [BANKS-1:0] write,
    output logic [BANKS-1:0][RW-1:0] write_row,
    output logic [BANKS-1:0][WORD-1:0] write_word,
    output logic [BANKS-1:0][NM-1:0] write_mask,
    input logic [BANKS-1:0] written,
    output logic any
);
  localparam int ENTRY = RW + WORD + NM, PW = DEPTH == 1 ? 1 : $clog2(DEPTH), CW = $clog2(DEPTH + 1);
  for (genvar b = 0; b < BANKS; b++) begin : queues
    logic [ENTRY-1:0] waiting[0:DEPTH-1];
    logic [PW-1:0] head;
    logic [CW-1:0] count, more;
    logic [WORDS-1:0] here;
    logic [WORDS*PW-1:0] at;
    always_comb begin
      more = '0;
      for (int i = 0; i < WORDS; i++) begin
        here[i] = valid && want[i] && banks[i] == BW'(b);
        at[i*PW+:PW] = PW'((int'(head) + int'(count) + int'(more)) % DEPTH);
        more = more + CW'(here[i]);
      end
    end
    assign write[b] = count != '0;
    assign {write_row[b], write_word[b], write_mask[b]} = waiting[head];
    always_ff @(posedge clk) begin
      for (int i = 0; i < WORDS; i++) if (here[i]) waiting[at[i*PW+:PW]] <= {rows[i], words[i], masks[i]};
      count <= rst ? '0 : count + more - CW'(written[b]);
      head  <= rst ? '0 : !written[b] ? head : head == PW'(DEPTH - 1) ? '0 : head + 1'b1;
    end
`ifndef SYNTHESIS
    always @(posedge clk)
      if (!rst && int'(count) + int'(more) > DEPTH) begin
        $display("FAIL queue overrun %m");
        $finish;
      end
`endif
  end
  assign any = write != '0;
endmodule
